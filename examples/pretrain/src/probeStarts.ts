import { rocAuc } from "@cxrkit/metrics";
import type { NamedArray, Runtime } from "@cxrkit/runtime";
import { type Comparison, compareModels, type Matrix } from "@cxrkit/statistics";
import { features, kNearestNeighbours, linearProbe, linearProbeScores } from "@cxrkit/vit";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { ChestImages } from "./chestImages.js";
import type { GreyImages } from "./drawNaturalImages.js";
import { greySource } from "./greySource.js";
import { normalised, sideOf } from "./greyVit.js";
import { config } from "./pretrainStarts.js";

const batchSize = 64;
/** Penalties among which the validation images choose. */
const penalties = [0.1, 1, 10, 100, 1000];

/** What frozen features are worth, by a linear probe and by their neighbours. */
export interface ProbeResult {
  readonly linear: Comparison;
  readonly neighbours: Comparison;
  /** Penalty that the validation images chose for each start. */
  readonly penalties: Readonly<Record<string, number>>;
}

/** Compares starts by probes of their frozen features, trained on one part and scored on the patients of another. */
export async function probeStarts(
  starts: Readonly<Record<string, ReadonlyMap<string, NamedArray>>>,
  images: ChestImages,
  runtime: Runtime,
  seed: number,
): Promise<ProbeResult> {
  const { findings, patients } = images.test;
  const numFindings = findings.length;
  const labels = (part: GreyImages): Matrix => matrix(part.labels, numFindings);
  const linear: Record<string, Matrix> = {};
  const neighbours: Record<string, Matrix> = {};
  const chosen: Record<string, number> = {};
  for (const [name, start] of Object.entries(starts)) {
    const [train, valid, test] = standardised([
      await featuresOf(start, images.train, runtime),
      await featuresOf(start, images.valid, runtime),
      await featuresOf(start, images.test, runtime),
    ]);
    const score = (l2: number, part: Matrix) =>
      linearProbeScores(linearProbe(train, labels(images.train), { l2, tolerance: 1e-6 }), part);
    const l2 = best(penalties, (one) => macroAuc(images.valid, score(one, valid)));
    chosen[name] = l2;
    linear[name] = matrix(score(l2, test), numFindings);
    neighbours[name] = matrix(kNearestNeighbours(train, labels(images.train), test), numFindings);
  }
  const compare = (models: Readonly<Record<string, Matrix>>) =>
    compareModels(
      { labels: labels(images.test), models, findings, patients },
      { seed, keepReplicates: true },
    );
  return { linear: compare(linear), neighbours: compare(neighbours), penalties: chosen };
}

/** What the transformer makes of each image, `[n, D]`. */
async function featuresOf(
  start: ReadonlyMap<string, NamedArray>,
  images: GreyImages,
  runtime: Runtime,
): Promise<Matrix> {
  const side = sideOf(config);
  const step = await runtime.compile({
    state: start,
    inputs: { images: { shape: [batchSize, side, side, 1], dtype: "uint8" } },
    step: (parameters, { images: bytes }) => ({
      outputs: { found: features(parameters, normalised(bytes as Tensor4D, config), config) },
    }),
  });
  const found: number[] = [];
  try {
    for await (const batch of greySource(images, batchSize).batches({ epoch: 0, start: 0 })) {
      const bytes = new Uint8Array(batchSize * side * side);
      bytes.set(batch.images);
      const outputs = await step.run({ images: bytes });
      const values = outputs.found?.data as Float32Array;
      for (const value of values.subarray(0, batch.imageIds.length * config.width)) found.push(value);
    }
  } finally {
    step.dispose();
  }
  return matrix(Float64Array.from(found), config.width);
}

/** The parts in units of the first part's standard deviation about its mean, column by column. */
function standardised(parts: readonly [Matrix, Matrix, Matrix]): [Matrix, Matrix, Matrix] {
  const [{ data, rows, columns }] = parts;
  const mean = new Float64Array(columns);
  const spread = new Float64Array(columns);
  for (let i = 0; i < data.length; i++)
    mean[i % columns] = (mean[i % columns] as number) + (data[i] as number) / rows;
  for (let i = 0; i < data.length; i++)
    spread[i % columns] =
      (spread[i % columns] as number) + ((data[i] as number) - (mean[i % columns] as number)) ** 2 / rows;
  const unit = (part: Matrix) =>
    matrix(
      Float64Array.from(
        part.data,
        (value, i) =>
          (value - (mean[i % columns] as number)) / Math.sqrt((spread[i % columns] as number) + 1e-12),
      ),
      columns,
    );
  return parts.map(unit) as [Matrix, Matrix, Matrix];
}

function matrix(data: ArrayLike<number>, columns: number): Matrix {
  return { data, rows: data.length / columns, columns };
}

function best(values: readonly number[], scoreOf: (value: number) => number): number {
  const scores = values.map(scoreOf);
  return values[scores.indexOf(Math.max(...scores))] as number;
}

function macroAuc({ labels, findings }: GreyImages, scores: ArrayLike<number>): number {
  const width = findings.length;
  const column = (values: ArrayLike<number>, k: number) =>
    Array.from(values).filter((_, i) => i % width === k);
  const areas = findings
    .map((_, k) => rocAuc(column(labels, k), column(scores, k)))
    .filter((area) => !Number.isNaN(area));
  return areas.reduce((sum, area) => sum + area, 0) / areas.length;
}
