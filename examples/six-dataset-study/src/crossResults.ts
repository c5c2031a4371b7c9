import { join } from "node:path";
import { applyLabelPolicy, type LabelPolicy } from "@cxrkit/datasets";
import type { AucEstimate, Matrix } from "@cxrkit/statistics";
import { readPredictions } from "@cxrkit/training";
import type { Table } from "apache-arrow";
import { compareAside } from "./compareAside.js";
import { inTurn } from "./inTurn.js";
import { readManifest } from "./manifestFile.js";
import { predictedFindings, predictionMatrices } from "./predictionMatrices.js";
import type { CrossResult } from "./results.js";
import type { Study, StudyDataset } from "./StudyRecord.js";
import { sharedFindings, sharedName } from "./sharedFindings.js";
import { crossPredictionsPath, predictionsPath } from "./stages/predictStage.js";
import { manifestPath } from "./stages/readStage.js";
import type { Training } from "./trainings.js";

/** Findings that the models of all datasets can score, in the order of the first. */
function commonFindings(lists: readonly (readonly string[])[]): string[] {
  const shared = lists.map((findings) => [...sharedFindings(findings).keys()]);
  return (shared[0] ?? []).filter((finding) => shared.every((names) => names.includes(finding)));
}

/** Options of {@link crossResults}. */
export interface CrossResultsOptions {
  readonly signal?: AbortSignal;
  /** Told how many models on datasets are done, and of how many. */
  readonly onResult?: (done: number, total: number, words: string) => void;
}

/** Every model on the test images of every dataset, its own included, by the findings that both have. */
export async function crossResults(
  study: Study,
  trainings: readonly Training[],
  targets: readonly StudyDataset[],
  { signal, onResult }: CrossResultsOptions = {},
): Promise<{ readonly cross: CrossResult[]; readonly sharedFindings: readonly string[] }> {
  const { folder } = study;
  const tests = new Map<string, Table>();
  for (const target of targets)
    tests.set(target.label, (await readManifest(join(folder, manifestPath(target)))).table);
  const own = await Promise.all(trainings.map((training) => readTable(folder, predictionsPath(training))));
  const common = commonFindings(own.map(predictedFindings));
  const pairs = trainings.flatMap((training, i) => targets.map((target) => ({ training, i, target })));
  let done = 0;
  const cells = await inTurn(pairs, async ({ training, i, target }): Promise<CrossResult | undefined> => {
    signal?.throwIfAborted();
    const isOwn = target.label === training.dataset.label;
    const table = isOwn ? own[i]! : await readTable(folder, crossPredictionsPath(training, target));
    const result = await measure(study, table, tests.get(target.label) as Table, common, signal);
    onResult?.(++done, pairs.length, `${training.model} on ${target.label}`);
    const names = { start: training.start.name, train: training.dataset.label, test: target.label };
    return result && { ...names, ...result };
  });
  return { cross: cells.filter((cell) => cell !== undefined), sharedFindings: common };
}

function readTable(folder: string, path: string): Promise<Table> {
  return readPredictions(join(folder, path));
}

/** Areas of a model on a dataset; undefined where nothing shared has both classes. */
async function measure(
  { seed, replicates, protocol }: Study,
  predictions: Table,
  manifest: Table,
  common: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Omit<CrossResult, "start" | "train" | "test"> | undefined> {
  const scored = sharedFindings(predictedFindings(predictions));
  const labelled = new Map(labelColumns(manifest).map((column) => [sharedName(column), column]));
  const findings = [...scored.keys()].filter((finding) => labelled.has(finding));
  if (findings.length === 0) return undefined;
  const rows = manifestRows(predictions, manifest);
  const columns = findings.map((finding) => labelled.get(finding) as string);
  const labels = labelMatrix(manifest, columns, rows, protocol.labels);
  const scores = greatestScores(
    predictions,
    findings.map((finding) => scored.get(finding) as string[]),
  );
  const { patients } = predictionMatrices(predictions, []);
  const options = { seed, replicates, ...(signal === undefined ? {} : { signal }) };
  const estimates = async (chosen: readonly string[]) => {
    const take = (matrix: Matrix) =>
      pick(
        matrix,
        chosen.map((finding) => findings.indexOf(finding)),
      );
    const input = { labels: take(labels), models: { model: take(scores) }, findings: chosen, patients };
    const { models } = await compareAside(input, options);
    return models.model!;
  };
  const inAll = common.filter((finding) => findings.includes(finding));
  if (inAll.length === 0) return undefined;
  const { perFinding, macro } = await estimates(findings);
  const isSame = inAll.length === findings.length;
  const shared: AucEstimate = isSame ? macro : (await estimates(inAll)).macro;
  return { numImages: rows.length, perFinding, macro: shared };
}

function labelColumns(manifest: Table): string[] {
  const fixed = ["imageId", "patientId", "path", "split", "view", "sex", "age"];
  return manifest.schema.names.map(String).filter((name) => !fixed.includes(name));
}

function manifestRows(predictions: Table, manifest: Table): number[] {
  const rowOf = new Map(Array.from(manifest.getChild("imageId") ?? [], (id, row) => [String(id), row]));
  return Array.from(predictions.getChild("imageId") ?? [], (id) => rowOf.get(String(id)) as number);
}

function labelMatrix(
  manifest: Table,
  findings: readonly string[],
  rows: readonly number[],
  policy: LabelPolicy,
): Matrix {
  return applyLabelPolicy(manifest, { findings, rows, policy });
}

/** Of the findings that stand for one, the greatest score. */
function greatestScores(predictions: Table, groups: readonly (readonly string[])[]): Matrix {
  const rows = predictions.numRows;
  const data = new Float64Array(rows * groups.length).fill(Number.NEGATIVE_INFINITY);
  groups.forEach((group, k) => {
    const { scores } = predictionMatrices(predictions, group);
    for (let row = 0; row < rows; row++)
      for (let j = 0; j < group.length; j++) {
        const at = row * groups.length + k;
        data[at] = Math.max(data[at] as number, scores.data[row * group.length + j] as number);
      }
  });
  return { data, rows, columns: groups.length };
}

function pick({ data, rows, columns }: Matrix, chosen: readonly number[]): Matrix {
  const picked = new Float64Array(rows * chosen.length);
  for (let row = 0; row < rows; row++)
    for (const [k, column] of chosen.entries())
      picked[row * chosen.length + k] = data[row * columns + column] as number;
  return { data: picked, rows, columns: chosen.length };
}
