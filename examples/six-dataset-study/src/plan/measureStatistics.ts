import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { rocGrid } from "@cxrkit/report";
import { type ComparedMeasure, compareModels, type Matrix, seededRandom } from "@cxrkit/statistics";
import { stageFile } from "../graph/stageFile.js";
import type { Study } from "../StudyRecord.js";
import { writeFileAtomic } from "../writeFileAtomic.js";

/** What small comparisons and drawings took, in one thread. */
export interface StatisticsMeasure {
  readonly host: string;
  /** Seconds of one image, finding, model and replicate: areas alone, and areas with all measures. */
  readonly secondsPerArea: number;
  readonly secondsPerMeasures: number;
  /** Seconds of a panel of ROC curves with its bands: what each takes, and what each image of a model adds. */
  readonly secondsPerPanel: number;
  readonly secondsPerPanelImage: number;
}

/** Sizes at which a second or two are spent, and beyond which time grows with the number of images. */
const rows = 20_000;
const fewRows = 2000;
const replicates = 40;
const columns = 4;
/** Replicates of the bands of the report. */
export const bandReplicates = 100;

const measures: readonly ComparedMeasure[] = ["averagePrecision", "accuracy"];

/** Times a small comparison and two drawings of made-up scores. The result is kept in `plan/` of the study's folder, by machine. */
export async function measureStatistics({ folder }: Pick<Study, "folder">): Promise<StatisticsMeasure> {
  const path = join(folder, "plan", `${stageFile(`statistics ${hostname()}`)}.json`);
  try {
    return JSON.parse(await readFile(path, "utf8")) as StatisticsMeasure;
  } catch {
    const measured = await measure();
    await writeFileAtomic(path, `${JSON.stringify(measured, null, 2)}\n`);
    return measured;
  }
}

async function measure(): Promise<StatisticsMeasure> {
  const random = seededRandom(1);
  const drawn = (value: () => number): Matrix => ({
    data: Float64Array.from({ length: rows * columns }, value),
    rows,
    columns,
  });
  const input = {
    labels: drawn(() => (random() < 0.1 ? 1 : 0)),
    models: { a: drawn(random), b: drawn(random) },
    findings: Array.from({ length: columns }, (_, k) => `finding ${k}`),
    patients: Int32Array.from({ length: rows }, (_, row) => Math.floor(row / 3)),
  };
  const units = 2 * rows * columns * replicates;
  const compare = (extra: object) =>
    timed(async () => compareModels(input, { seed: 1, replicates, ...extra }));
  await compare({});
  const areas = await compare({});
  const all = await compare({ measures, threshold: "refit-youden" });
  await panel(input.labels, input.models, fewRows);
  const few = await panel(input.labels, input.models, fewRows);
  const many = await panel(input.labels, input.models, rows);
  const secondsPerPanelImage = Math.max(0, many - few) / (2 * (rows - fewRows));
  return {
    host: hostname(),
    secondsPerArea: areas / units,
    secondsPerMeasures: all / units,
    secondsPerPanel: Math.max(0, few - 2 * fewRows * secondsPerPanelImage),
    secondsPerPanelImage,
  };
}

/** Seconds of one panel of two curves with bands. */
function panel(labels: Matrix, models: Readonly<Record<string, Matrix>>, numRows: number): Promise<number> {
  const column = ({ data }: Matrix) =>
    Float64Array.from({ length: numRows }, (_, row) => data[row * columns]!);
  const curves = Object.entries(models).map(([name, scores]) => ({
    name,
    labels: column(labels),
    scores: column(scores),
  }));
  const band = { seed: 1, replicates: bandReplicates };
  return timed(() => rocGrid([{ finding: "finding", curves }], { title: "Curves", band }));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}
