// Trains the small network that the page shows, on drawn radiographs, and writes what the page loads:
//   node examples/browser/model/make.mjs      (after npm run build; some ten minutes on two cores)
import { copyFile, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  applyLabelPolicy,
  openImageStore,
  positiveWeights,
  prepareImages,
  readDataset,
  splitByPatient,
  writeSyntheticDataset,
} from "@cxrkit/datasets";
import { calibrationCurve, rocAuc } from "@cxrkit/metrics";
import { openRuntime } from "@cxrkit/runtime";
import { cosineSchedule, fit, predict } from "@cxrkit/training";
import { initialParameters, vit } from "@cxrkit/vit";
import { writeSafetensors } from "@cxrkit/weights";
import * as tf from "@tensorflow/tfjs-core";

const seed = 2026;
const epochs = 40;
const batchSize = 32;
const images = 6000;
const mean = 0.5;
const spread = 0.25;
const out = fileURLToPath(new URL("../public/model/", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "cxrkit-browser-"));

try {
  const root = join(folder, "data");
  await writeSyntheticDataset("chestxray14", root, { images, testFraction: 0.2, imageSize: 128, seed });
  const read = await readDataset("chestxray14", root);
  const manifest = splitByPatient(read, { from: "train", to: "valid", fraction: 0.2, seed });
  const path = join(folder, "store.arrow");
  await prepareImages(manifest, { size: 64, out: path });
  const store = await openImageStore(path);

  const rows = store.rows("train");
  const findings = store.findings.filter((finding) => {
    const { data } = applyLabelPolicy(store.table, { findings: [finding], rows });
    return Array.from(data).filter((label) => label === 1).length >= 60;
  });
  /** @type {import("@cxrkit/vit").VitConfig} */
  const config = {
    imageSize: 64,
    patchSize: 8,
    channels: 1,
    width: 64,
    depth: 4,
    numHeads: 4,
    mlpDim: 256,
    numClasses: findings.length,
    pooling: "cls",
    layerScale: false,
  };
  const model = (parameters) => ({
    parameters,
    imageShape: [64, 64, 1],
    imageDType: "uint8",
    numClasses: findings.length,
    logits: (tensors, bytes) => vit(tensors, tf.div(tf.sub(tf.div(bytes, 255), mean), spread), config),
  });
  const source = (split, augment) => ({
    numImages: store.rows(split).length,
    findings,
    batches: ({ epoch, start }) =>
      store.batches({
        pixels: "uint8",
        split,
        findings,
        batchSize,
        epoch,
        start,
        augment,
        shuffle: augment !== undefined,
        seed,
      }),
  });
  const train = source("train", { flip: true, rotationDegrees: 5, shift: 0.04 });
  const runtime = await openRuntime("onnx-cpu");
  const numSteps = epochs * Math.ceil(train.numImages / batchSize);
  const columns = ({ data, rows, columns: width }) =>
    findings.map((_, k) => Array.from({ length: rows }, (_, row) => data[row * width + k]));
  const macro = (labels, scores) => {
    const [truth, given] = [columns(labels), columns(scores)];
    const areas = truth.map((column, k) => rocAuc(column, given[k])).filter((area) => !Number.isNaN(area));
    return areas.reduce((sum, area) => sum + area, 0) / areas.length;
  };
  const result = await fit(
    model(initialParameters(config, seed)),
    { train, validation: source("valid") },
    {
      runtime,
      epochs,
      batchSize,
      learningRate: cosineSchedule({ peak: 0.001, numSteps, numWarmUpSteps: Math.round(numSteps / 20) }),
      weightDecay: 0.05,
      maxGradientNorm: 1,
      positiveWeights: positiveWeights(applyLabelPolicy(store.table, { findings, rows })),
      validate: macro,
      seed,
      onEpoch: ({ epoch, validationScore }) => console.log(`epoch ${epoch}: ${validationScore?.toFixed(3)}`),
    },
  );
  const { parameters } = result.best;
  const scored = async (split) => {
    const table = await predict(model(parameters), source(split), { runtime, batchSize });
    const column = (kind, finding) =>
      Array.from(table.getChild(`${kind}:${finding}`), (value) => (value === null ? Number.NaN : value));
    return findings.map((finding) => ({
      labels: column("label", finding),
      scores: column("score", finding),
    }));
  };
  const [valid, test] = [await scored("valid"), await scored("test")];
  const description = {
    trainedOn: "drawn radiographs, ChestX-ray14 layout",
    command: "node examples/browser/model/make.mjs",
    seed,
    config,
    mean,
    spread,
    findings: findings.map((finding, k) => {
      const { predicted, observed, counts } = calibrationCurve(valid[k].labels, valid[k].scores, {
        bins: 6,
        strategy: "quantile",
      });
      return {
        finding,
        testArea: rocAuc(test[k].labels, test[k].scores),
        calibration: Array.from(predicted, (score, i) => ({
          score,
          share: observed[i],
          count: counts[i],
        })),
      };
    }),
  };
  await writeSafetensors(join(out, "tiny.safetensors"), parameters);
  await writeFile(join(out, "tiny.json"), `${JSON.stringify(description, null, 2)}\n`);
  // A test image with several findings, for those who have no radiograph at hand.
  const table = store.table;
  const wanted = ["cardiomegaly", "pleural_effusion"].filter((finding) => findings.includes(finding));
  const row = Array.from(store.rows("test")).find((index) =>
    wanted.every((finding) => table.getChild(finding)?.get(index) === 1),
  );
  if (row !== undefined)
    await copyFile(join(root, String(table.getChild("path").get(row))), join(out, "../example.png"));
  await store.close();
  const { size } = await stat(join(out, "tiny.safetensors"));
  console.log(
    `${findings.length} findings, test macro ${(description.findings.reduce((sum, { testArea }) => sum + testArea, 0) / findings.length).toFixed(3)}, ${size} bytes, ${(await readdir(out)).join(", ")}`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
