import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { modelConfig } from "./modelConfig.js";
import { demoStudy, random } from "./study.js";
import { planTrainings } from "./trainings.js";

const study = demoStudy("/out");
const [training] = planTrainings(study).finetunings;
const file = fileURLToPath(new URL("../../convert-weights/fixtures/dinov2_registers.pth", import.meta.url));

test("a start without a preset takes its architecture from its file, and its positions are resampled", async () => {
  const config = await modelConfig(
    { ...study, imageSize: 112 },
    { ...training!, start: random, checkpoint: file },
    5,
  );
  expect(config).toMatchObject({ patchSize: 8, numClasses: 5, layerScale: true, imageSize: 112 });
  expect(config.numRegisters).toBeGreaterThan(0);
  expect(config.storedPositions).toMatchObject({ convention: "timm" });
});

test("an image size that is no multiple of the patch size names the start", async () => {
  const start = { ...random, model: "dinov2-vit-b14" as const };
  await expect(modelConfig(study, { ...training!, start }, 5)).rejects.toThrow(
    "study: image size must be a multiple of 14, the patch size of start random, got 64",
  );
});
