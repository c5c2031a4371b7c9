import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPredictions } from "@cxrkit/training";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runStages } from "./graph/runStages.js";
import { planStudy } from "./planStudy.js";
import { readResults } from "./results.js";
import { resultsText } from "./resultsText.js";
import type { Study, StudyDataset } from "./StudyRecord.js";
import { demoStudy } from "./study.js";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "cxrkit-study-"));
});
afterAll(() => rm(root, { recursive: true }));

/** The demonstration, small enough for a test. */
function tinyStudy(name: string): Study {
  const study = demoStudy(join(root, name));
  const recipe = { ...study.finetuning, epochs: 2 };
  const testFractions = { source: 0.3, target: 0.4 } as Readonly<Record<string, number>>;
  return {
    ...study,
    datasets: study.datasets.map((dataset): StudyDataset => {
      const drawing = { ...dataset.drawing!, images: 60, testFraction: testFractions[dataset.label]! };
      return { ...dataset, drawing: { ...drawing, imageSize: 64 } };
    }),
    starts: study.starts.map((start) => ({ ...start, model: "two-block" })),
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
  await runStages(study.folder, planStudy(study), { signal, show });
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
    "finetune target pretrained",
    "predict target pretrained",
    "finetune target random",
    "predict target random",
    "compare target",
    "summarise",
    "report",
  ]);
  const results = await readResults(study.folder);
  const [record] = results.comparisons;
  expect(Object.keys(record!.comparison.models)).toEqual(["pretrained", "random"]);
  expect(record!.comparison.method.resampled).toBe("patients");
  expect(record!.published.method.resampled).toBe("images");
  const predictions = await readPredictions(join(study.folder, "predictions/target-random.arrow"));
  expect(predictions.schema.metadata.get("checkpointSha256")).toMatch(/^[0-9a-f]{64}$/);
  const html = await readFile(join(study.folder, "report.html"), "utf8");
  expect(html).toContain("cxrkit demonstration");
  expect(html).toContain("Means over the findings, on the test images");
  expect(html).toContain(
    "<summary>Every finding and measure, with standard deviations and p values</summary>",
  );
  const forest = await readFile(join(study.folder, "report/target-intervals/figure-1.csv"), "utf8");
  const [estimate] = record!.comparison.models.pretrained!.perFinding;
  expect(forest.split("\r\n")[1]).toContain(`,pretrained,${estimate!.estimate},`);
  const lines = resultsText(results).split("\n");
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
    if (name === "finetune target pretrained" && ++steps === 6)
      controller.abort(new Error("stopped by the test"));
  };
  await expect(run(study, controller.signal, stop)).rejects.toThrow("stopped by the test");
  const folders = await readdir(join(study.folder, "runs"));
  expect(folders.some((name) => name.startsWith("target-pretrained-"))).toBe(true);
  const { outcomes } = await run(study);
  expect(outcomes["pretrain source"]).toBe("skipped");
  expect(outcomes["finetune target pretrained"]).toBe("done");
  const scores = async (name: string) => {
    const table = await readPredictions(join(root, name, "predictions/target-pretrained.arrow"));
    return Array.from(table.getChild("score:no_finding") ?? [], Number);
  };
  expect(await scores("stopped")).toEqual(await scores("whole"));
}, 120_000);

test("a stage runs again when an option changes, and later ones only if their inputs did", async () => {
  const study = { ...tinyStudy("whole"), replicates: 20 };
  const { outcomes } = await run(study);
  expect(outcomes["predict target random"]).toBe("skipped");
  expect(outcomes["compare target"]).toBe("done");
  expect(outcomes.report).toBe("done");
}, 120_000);

test("an artefact that somebody changed is not overwritten but named", async () => {
  const study = tinyStudy("whole");
  const path = join(study.folder, "models/target-random.json");
  const content = await readFile(path, "utf8");
  await writeFile(path, `${content} `);
  await expect(run(study)).rejects.toThrow(
    /finetune target random: output must be as the stage wrote it.*random\.json/,
  );
  await writeFile(path, content);
  await utimes(path, new Date(), new Date());
}, 120_000);

test("a folder that is not there, or not what it is said to be, fails its own stages and is named", async () => {
  const study = tinyStudy("absent");
  const { drawing: _, ...target } = study.datasets[1]!;
  const datasets = [study.datasets[0]!, { ...target, root: join(root, "nowhere") }];
  await expect(run({ ...study, datasets })).rejects.toThrow(
    /data folder of target must be one that can be listed, got .*nowhere\n\d+ stages wait for it/,
  );
  await expect(run({ ...study, datasets: [datasets[0]!, { ...target, root }] })).rejects.toThrow(
    /readDataset: .*must hold|must .*Data_Entry/,
  );
}, 60_000);

test("a comparison without a finding of enough positives says how many there are", async () => {
  const study = { ...tinyStudy("whole"), minimumPositives: 1000 };
  await expect(run(study)).rejects.toThrow(
    /must have at least 1000 positives in the test split, got at most \d+/,
  );
}, 120_000);
