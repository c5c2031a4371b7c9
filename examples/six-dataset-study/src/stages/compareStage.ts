import { join } from "node:path";
import type { CompareModelsInput } from "@cxrkit/statistics";
import { readPredictions } from "@cxrkit/training";
import type { Table } from "apache-arrow";
import { chooseFindings } from "../chooseFindings.js";
import { compareBoth } from "../compareBoth.js";
import { frozenThresholds } from "../frozenThresholds.js";
import type { Stage, StageContext } from "../graph/Stage.js";
import { readManifest } from "../manifestFile.js";
import { predictionMatrices, scoreMatrix } from "../predictionMatrices.js";
import type { ComparisonRecord } from "../results.js";
import type { Study } from "../StudyRecord.js";
import { imageFacts, subgroupInputs, subgroupResults } from "../subgroups.js";
import type { PlannedComparison } from "../trainings.js";
import { writeFileAtomic } from "../writeFileAtomic.js";
import { predictionsPath, validationPredictionsPath } from "./predictStage.js";
import { manifestPath } from "./readStage.js";

/** File of a comparison. */
export function comparisonPath({ file }: PlannedComparison): string {
  return `comparisons/${file}.json`;
}

/** Compares models on the same test images, by both protocols' statistics, in all images and in parts of them. */
export function compareStage(study: Study, planned: PlannedComparison): Stage {
  const { folder, replicates, minimumPositives, seed, protocol } = study;
  const { dataset, comparison, trainings } = planned;
  const validations = protocol.threshold === "frozen" ? trainings.map(validationPredictionsPath) : [];
  return {
    name: planned.name,
    kind: "compare",
    dataset: dataset.label,
    starts: comparison.starts,
    version: 2,
    options: {
      ...{ starts: comparison.starts, replicates, minimumPositives, seed },
      ...{ threshold: protocol.threshold, oneClass: protocol.oneClass },
    },
    inputs: [manifestPath(dataset), ...trainings.map(predictionsPath), ...validations],
    outputs: [comparisonPath(planned)],
    async run(context) {
      const record = await compare(study, planned, context);
      await writeFileAtomic(join(folder, comparisonPath(planned)), `${JSON.stringify(record, null, 2)}\n`);
    },
  };
}

async function compare(
  study: Study,
  planned: PlannedComparison,
  { progress, note, signal }: StageContext,
): Promise<ComparisonRecord> {
  const { folder, replicates, minimumPositives, seed, protocol } = study;
  const tables = await predictionTables(folder, planned, predictionsPath);
  const [first] = Object.values(tables) as [Table];
  const { findings, leftOut } = chooseFindings(first, minimumPositives);
  if (findings.length === 0) throw tooFew(planned, minimumPositives, leftOut);
  for (const { finding, numPositives } of leftOut)
    note(`${finding} left out, with ${numPositives} positives in the test images`);
  const thresholds =
    protocol.threshold === "frozen"
      ? frozenThresholds(await predictionTables(folder, planned, validationPredictionsPath), findings, note)
      : undefined;
  const manifest = await readManifest(join(folder, manifestPath(planned.dataset)));
  const groups = subgroupInputs(tables, imageFacts(first, manifest.table), minimumPositives);
  const total = (2 + groups.length) * replicates;
  const shared = { seed, replicates, signal };
  const { comparison, published } = await compareBoth(inputOf(tables, findings), {
    ...shared,
    oneClass: protocol.oneClass,
    thresholds,
    onReplicate: (done) => progress(done, total, `${done}/${total} replicates`),
  });
  const subgroups = await subgroupResults(groups, {
    ...shared,
    onReplicate: (done, group) =>
      progress(2 * replicates + done, total, `${2 * replicates + done}/${total} replicates, ${group}`),
  });
  return {
    dataset: planned.dataset.label,
    name: planned.comparison.name,
    models: Object.fromEntries(planned.trainings.map(({ start, model }) => [start.name, model])),
    numImages: first.numRows,
    comparison,
    published,
    ...(thresholds === undefined ? {} : { thresholds }),
    leftOut,
    subgroups,
  };
}

function inputOf(tables: Readonly<Record<string, Table>>, findings: readonly string[]): CompareModelsInput {
  const { labels, patients } = predictionMatrices(Object.values(tables)[0] as Table, findings);
  const scores = Object.entries(tables).map(([name, table]) => [name, scoreMatrix(table, findings)] as const);
  return { labels, models: Object.fromEntries(scores), findings, patients };
}

/** The predictions of a comparison's models by start, of the same images in the same order. */
async function predictionTables(
  folder: string,
  { trainings }: PlannedComparison,
  pathOf: (training: PlannedComparison["trainings"][number]) => string,
): Promise<Readonly<Record<string, Table>>> {
  const tables: Record<string, Table> = {};
  for (const training of trainings)
    tables[training.start.name] = await readPredictions(join(folder, pathOf(training)));
  const ids = Object.values(tables).map((table) =>
    Array.from(table.getChild("imageId") ?? [], String).join("\n"),
  );
  const other = ids.findIndex((id) => id !== ids[0]);
  if (other >= 0) {
    const names = Object.keys(tables);
    throw new RangeError(
      `study: predictions must be of the same images in the same order, got other images from ${names[other]} than from ${names[0]}`,
    );
  }
  return tables;
}

function tooFew(
  { dataset }: PlannedComparison,
  minimumPositives: number,
  leftOut: ComparisonRecord["leftOut"],
): RangeError {
  const most = Math.max(...leftOut.map(({ numPositives }) => numPositives));
  return new RangeError(
    `study: a finding of ${dataset.label} must have at least ${minimumPositives} positives in the test split, got at most ${most}; lower --minimum-positives`,
  );
}
