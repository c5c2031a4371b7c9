import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { NamedArray } from "@cxrkit/runtime";
import { openRuntime } from "@cxrkit/runtime";
import type { Comparison } from "@cxrkit/statistics";
import { writeSafetensors } from "@cxrkit/weights";
import { chestImages } from "./chestImages.js";
import { drawNaturalImages } from "./drawNaturalImages.js";
import { sideOf } from "./greyVit.js";
import { config, pretrainOnLabels, pretrainWithoutLabels, randomStart } from "./pretrainStarts.js";
import { probeStarts } from "./probeStarts.js";
import { toFloat16 } from "./toFloat16.js";

const { values } = parseArgs({
  options: {
    out: { type: "string", default: "examples/pretrain/starts" },
    images: { type: "string", default: "480" },
    radiographs: { type: "string", default: "1400" },
    epochs: { type: "string", default: "8" },
    seed: { type: "string", default: "1" },
    ibot: { type: "boolean", default: false },
  },
});
const [images, radiographs, epochs, seed] = [
  values.images,
  values.radiographs,
  values.epochs,
  values.seed,
].map(Number) as [number, number, number, number];
const command = `node examples/pretrain/dist/main.js --images ${images} --radiographs ${radiographs} --epochs ${epochs} --seed ${seed}${values.ibot ? " --ibot" : ""}`;
const { ibot } = values;
const side = sideOf(config);
const runtime = await openRuntime("auto");
await mkdir(values.out, { recursive: true });

const every =
  (name: string) =>
  (record: {
    step: number;
    stepInEpoch: number;
    stepsPerEpoch: number;
    loss: number;
    watched: Readonly<Record<string, number>>;
    epoch: number;
  }) => {
    if (record.stepInEpoch !== record.stepsPerEpoch) return;
    const watched = Object.entries(record.watched).map(([key, value]) => `, ${key} ${value.toFixed(3)}`);
    console.log(`${name}, epoch ${record.epoch}: loss ${record.loss.toFixed(3)}${watched.join("")}`);
  };

async function save(name: string, parameters: ReadonlyMap<string, NamedArray>, about: string): Promise<void> {
  const path = join(values.out, `${name}.safetensors`);
  // Fine-tuning hides no patches, so a model without the token loads the file.
  const start = new Map([...parameters].filter(([key]) => key !== "mask_token"));
  await writeSafetensors(path, toFloat16(start), { about, command, preset: "tiny" });
  console.log(`${path}: ${(await stat(path)).size} bytes`);
}

const drawn = drawNaturalImages(images, (side * 3) / 2, seed);
const natural = await pretrainWithoutLabels(drawn, {
  runtime,
  epochs,
  seed,
  ibot,
  onStep: every("DINO on drawings"),
});
await save(
  "dino-natural-tiny",
  natural.teacher,
  `DINO on ${images} drawings of eight kinds, ${epochs} epochs`,
);
const supervised = await pretrainOnLabels(drawNaturalImages(images, side, seed), {
  runtime,
  epochs,
  seed,
  onStep: every("kinds of drawings"),
});
await save("supervised-natural-tiny", supervised, `kinds of ${images} drawings, ${epochs} epochs`);

const folder = await mkdtemp(join(tmpdir(), "cxrkit-pretrain-"));
try {
  const findings = [
    "cardiomegaly",
    "pleural_effusion",
    "pneumothorax",
    "consolidation",
    "mass",
    "nodule",
  ] as const;
  const [large, small] = await chestImages(folder, radiographs, seed, [(side * 3) / 2, side], findings);
  if (large === undefined || small === undefined) throw new Error("pretrain: two sizes must be prepared");
  const chest = await pretrainWithoutLabels(large.train, {
    runtime,
    epochs,
    seed,
    ibot,
    onStep: every("DINO on radiographs"),
  });
  const starts = {
    "DINO on radiographs": chest.teacher,
    "DINO on drawings": natural.teacher,
    "kinds of drawings": supervised,
    "random weights": randomStart(seed),
  };
  const { linear, neighbours, penalties } = await probeStarts(starts, small, runtime, seed);
  console.log(`penalties: ${JSON.stringify(penalties)}`);
  show("linear probe", linear);
  show("20 nearest neighbours", neighbours);
} finally {
  await rm(folder, { recursive: true });
}

function show(title: string, { models, pairs }: Comparison): void {
  for (const [name, { macro }] of Object.entries(models))
    console.log(
      `${title}, ${name}: mean AUROC ${macro.estimate.toFixed(3)} (${macro.lower.toFixed(3)} to ${macro.upper.toFixed(3)})`,
    );
  for (const { a, b, macro } of pairs)
    console.log(`${title}, ${a} against ${b}: ${macro.difference.toFixed(3)}, p ${macro.pValue.toFixed(4)}`);
}
