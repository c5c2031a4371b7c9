import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { initialParameters, vitPresets } from "@cxrkit/vit";
import { openCheckpoint, writeSafetensors } from "@cxrkit/weights";
import { afterAll, beforeAll, expect, test } from "vitest";
import { claimFolder } from "./claimFolder.js";
import { runStages } from "./graph/runStages.js";
import { planStudy } from "./planStudy.js";
import { asPublished, corrected } from "./protocols.js";
import { readResults } from "./results.js";
import type { Study } from "./StudyRecord.js";
import { paperStudy, random } from "./study.js";
import { readTraining } from "./TrainingRecord.js";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "cxrkit-several-"));
  const config = { ...vitPresets["two-block"], numClasses: 3 };
  const parameters = initialParameters(config, 7);
  await writeSafetensors(join(root, "start.safetensors"), parameters);
  await writeSafetensors(join(root, "wide.safetensors"), initialParameters({ ...config, width: 32 }, 7));
});
afterAll(() => rm(root, { recursive: true }));

/** The paper's study of two drawn collections with models small enough for a test. */
function twoDatasets(name: string, start = "start.safetensors"): Study {
  const folder = join(root, name);
  const data = { "mimic-cxr": join(folder, "data/mimic-cxr"), padchest: join(folder, "data/padchest") };
  const study = paperStudy({ folder, data });
  const recipe = { ...study.finetuning, epochs: 1, batchSize: 8, learningRate: 1e-3 };
  return {
    ...study,
    protocol: asPublished,
    datasets: study.datasets.map((dataset, i) => ({
      ...dataset,
      drawing: { images: 70, testFraction: 0.3, imageSize: 32, seed: i },
    })),
    starts: study.starts.map((one) => {
      const small = { ...one, model: "two-block" } as const;
      if (one.name === "dinov2") return { ...small, weights: random.weights };
      return one.name === "mimic"
        ? small
        : { ...small, weights: { from: "checkpoint", path: join(root, start) } };
    }),
    imageSize: 16,
    replicates: 20,
    minimumPositives: 2,
    checkFiles: true,
    finetuning: recipe,
    pretraining: recipe,
  };
}

const signal = new AbortController().signal;
const show = () => ({ progress: () => {}, note: () => {}, finish: () => {} });

test("the paper's study runs in miniature, as published, on two collections and from three starts", async () => {
  const study = twoDatasets("published");
  await runStages(study.folder, planStudy(study), { signal, show });
  const { comparisons, cross, protocol, sharedFindings } = await readResults(study.folder);
  expect(protocol).toBe("as-published");
  expect(comparisons.map(({ dataset, name }) => [dataset, name])).toEqual([
    ["mimic-cxr", "dinov2-imagenet"],
    ["padchest", "dinov2-imagenet"],
    ["padchest", "dinov2-mimic"],
  ]);
  for (const { dataset, published, comparison, thresholds, subgroups } of comparisons) {
    expect(published.method).toMatchObject({
      protocol: "as-published",
      resampled: "images",
      adjustment: "none",
    });
    expect(comparison.method).toMatchObject({
      protocol: "corrected",
      resampled: "patients",
      adjustment: "bh",
    });
    expect(thresholds).toBeUndefined();
    // MIMIC-CXR's tables say neither sex nor age.
    const known = dataset === "padchest" ? ["sex", "age", "view"] : ["view"];
    expect([...new Set(subgroups.map(({ by }) => by))]).toEqual(known);
  }
  // Two collections, two starts, each on its own and on the other one's test images.
  expect(cross.map(({ start, train, test }) => `${start} ${train} ${test}`).sort()).toEqual(
    ["dinov2", "imagenet"].flatMap((start) =>
      ["mimic-cxr", "padchest"].flatMap((train) =>
        ["mimic-cxr", "padchest"].map((target) => `${start} ${train} ${target}`),
      ),
    ),
  );
  expect(sharedFindings).toContain("cardiomegaly");
  expect(sharedFindings).not.toContain("scoliosis");

  const record = await readTraining(study.folder, { model: "padchest-dinov2" });
  expect(record).toMatchObject({ normalisation: null, validatedOn: "test", protocol: "as-published" });
  // Whole batches of eight only.
  expect(record.numTrainingImages % 8).toBe(0);
  const report = await readFile(join(study.folder, "report.html"), "utf8");
  expect(report).toContain("which validate as published");
  expect(report).toContain("trained on one collection, tested on each");
}, 120_000);

test("the MIMIC start hands its head over, output by output", async () => {
  const study = twoDatasets("published");
  const before = await readTraining(study.folder, { model: "pretrained-mimic-cxr-7" });
  const after = await readTraining(study.folder, { model: "padchest-mimic-reduced" });
  expect(before.findings.slice(0, 4)).toEqual([
    "cardiomegaly",
    "pleural_effusion",
    "pneumonia",
    "atelectasis",
  ]);
  expect(after.findings).toEqual(before.findings);
  // One epoch of few updates moves a weight by no more than updates times learning rate; a new head would be elsewhere.
  const head = async (model: string) => {
    const checkpoint = await openCheckpoint(join(study.folder, `models/${model}.safetensors`));
    const { data } = await checkpoint.get("head.weight");
    await checkpoint.close();
    return Array.from(data as Float32Array);
  };
  const [from, to] = [await head("pretrained-mimic-cxr-7"), await head("padchest-mimic-reduced")];
  const reach = 1e-3 * Math.ceil(after.numTrainingImages / 8) * 1.1;
  expect(Math.max(...to.map((value, i) => Math.abs(value - from[i]!)))).toBeLessThan(reach);
});

test("a start that does not fit is named with all that does not fit, and the other starts go on", async () => {
  const study = twoDatasets("published", "wide.safetensors");
  await expect(runStages(study.folder, planStudy(study), { signal, show })).rejects.toThrow(
    /start imagenet must fit its model, got a file that does not, .*wide\.safetensors: .*misfits: .*patch_embed/,
  );
  const { starts } = study;
  const missing = starts.map((start) =>
    start.name === "imagenet"
      ? { ...start, weights: { from: "checkpoint", path: "nowhere.pth" } as const }
      : start,
  );
  await expect(
    runStages(study.folder, planStudy({ ...study, starts: missing }), { signal, show }),
  ).rejects.toThrow(/input must be a file that can be read, got .*nowhere\.pth; give the file of a start/);
}, 60_000);

test("a folder keeps to one protocol", async () => {
  const study = twoDatasets("claimed");
  await claimFolder(study);
  await claimFolder(study);
  await expect(claimFolder({ ...study, protocol: corrected })).rejects.toThrow(
    /folder must be of the protocol corrected, got as-published in .*study\.json/,
  );
});
