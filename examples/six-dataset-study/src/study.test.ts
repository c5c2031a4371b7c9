import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPredictions } from "@cxrkit/training";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoStudy } from "./demoStudy.js";
import { planStudy } from "./planStudy.js";
import { resultsTable } from "./resultsTable.js";
import { runStages } from "./runStages.js";
import type { Study } from "./Study.js";
import { readComparison } from "./stages/compareStage.js";
import { writeStage } from "./stages/writeStage.js";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "cxrkit-study-"));
});
afterAll(() => rm(root, { recursive: true }));

/** The demonstration, small enough for a test. */
function tinyStudy(name: string): Study {
  const study = demoStudy(join(root, name));
  const recipe = { ...study.finetuning, epochs: 2 };
  return {
    ...study,
    preset: "two-block",
    imageSize: 16,
    minimumPositives: 3,
    replicates: 40,
    pretraining: recipe,
    finetuning: recipe,
  };
}

/** Runs it and gives back what became of each stage. */
async function run(study: Study, signal = new AbortController().signal, onProgress = (_: string) => {}) {
  const outcomes: Record<string, string> = {};
  const notes: string[] = [];
  const show = (name: string) => ({
    progress: () => onProgress(name),
    note: (line: string) => void notes.push(line),
    finish: (outcome: string) => {
      outcomes[name] = outcome;
    },
  });
  const draw = [
    writeStage(study, study.source!, { images: 60, testFraction: 0.3, seed: 1 }),
    writeStage(study, study.target, { images: 60, testFraction: 0.4, seed: 2 }),
  ];
  await runStages(study.folder, draw, { signal, show });
  await runStages(study.folder, await planStudy(study), { signal, show });
  return { outcomes, notes };
}

test("a study runs from drawn images to a report, and a second run skips every stage", async () => {
  const study = tinyStudy("whole");
  const { outcomes } = await run(study);
  expect(Object.values(outcomes).every((outcome) => outcome === "done")).toBe(true);
  expect(Object.keys(outcomes)).toEqual([
    "draw source",
    "draw target",
    "read source",
    "read target",
    "prepare source",
    "prepare target",
    "pretrain source",
    "finetune pretrained",
    "predict pretrained",
    "finetune random",
    "predict random",
    "compare",
    "report",
  ]);
  const record = await readComparison(study.folder);
  expect(Object.keys(record.comparison.models)).toEqual(["pretrained", "random"]);
  expect(record.comparison.method.resampled).toBe("patients");
  const predictions = await readPredictions(join(study.folder, "predictions/random.arrow"));
  expect(predictions.schema.metadata.get("checkpointSha256")).toMatch(/^[0-9a-f]{64}$/);
  const html = await readFile(join(study.folder, "report.html"), "utf8");
  expect(html).toContain("cxrkit demonstration");
  expect(html).not.toContain("<script");
  const lines = resultsTable(record).split("\n");
  expect(lines[0]).toContain("pretrained minus random");

  const before = await stat(join(study.folder, "report.html"));
  const again = await run(study);
  expect(Object.values(again.outcomes).every((outcome) => outcome === "skipped")).toBe(true);
  expect((await stat(join(study.folder, "report.html"))).mtimeMs).toBe(before.mtimeMs);
}, 120_000);

test("a study that is stopped in a training goes on there and ends with the same predictions", async () => {
  const study = tinyStudy("stopped");
  const controller = new AbortController();
  let steps = 0;
  const stop = (name: string) => {
    // The sixth update is in the second epoch: one checkpoint is there to go on from.
    if (name === "finetune pretrained" && ++steps === 6) controller.abort(new Error("stopped by the test"));
  };
  await expect(run(study, controller.signal, stop)).rejects.toThrow("stopped by the test");
  const folders = await readdir(join(study.folder, "runs"));
  expect(
    folders.some((name) => name.startsWith("pretrained-") && !name.startsWith("pretrained-source")),
  ).toBe(true);
  const { outcomes } = await run(study);
  expect(outcomes["pretrain source"]).toBe("skipped");
  expect(outcomes["finetune pretrained"]).toBe("done");
  const scores = async (name: string) => {
    const table = await readPredictions(join(root, name, "predictions/pretrained.arrow"));
    return Array.from(table.getChild("score:no_finding") ?? [], Number);
  };
  expect(await scores("stopped")).toEqual(await scores("whole"));
}, 120_000);

test("a stage runs again when an option changes, and later ones only if their inputs did", async () => {
  const study = { ...tinyStudy("whole"), replicates: 20 };
  const { outcomes } = await run(study);
  expect(outcomes["predict random"]).toBe("skipped");
  expect(outcomes.compare).toBe("done");
  expect(outcomes.report).toBe("done");
}, 120_000);

test("an artefact that somebody changed is not overwritten but named", async () => {
  const study = tinyStudy("whole");
  const path = join(study.folder, "models/random.json");
  const content = await readFile(path, "utf8");
  await writeFile(path, `${content} `);
  await expect(run(study)).rejects.toThrow(
    /finetune random: output must be as the stage wrote it.*random\.json/,
  );
  await writeFile(path, content);
  await utimes(path, new Date(), new Date());
}, 120_000);

test("a folder of data that is not there is named", async () => {
  const study = tinyStudy("absent");
  const target = { ...study.target, root: join(root, "nowhere") };
  const { source: _, ...rest } = study;
  await expect(planStudy({ ...rest, target, starts: [{ name: "random", from: "random" }] })).rejects.toThrow(
    /data folder must be one that can be listed, got .*nowhere/,
  );
});

test("a comparison without a finding of enough positives says how many there are", async () => {
  const study = { ...tinyStudy("whole"), minimumPositives: 1000 };
  await expect(run(study)).rejects.toThrow(
    /must have at least 1000 positives in the test split, got at most \d+/,
  );
}, 120_000);
