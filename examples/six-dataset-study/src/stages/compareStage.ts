import { join } from "node:path";
import { compareModels } from "@cxrkit/statistics";
import { readPredictions } from "@cxrkit/training";
import type { Table } from "apache-arrow";
import { chooseFindings } from "../chooseFindings.js";
import { frozenThresholds } from "../frozenThresholds.js";
import type { Stage, StageContext } from "../graph/Stage.js";
import { readManifest } from "../manifestFile.js";
import { predictionMatrices } from "../predictionMatrices.js";
import type { ComparisonRecord } from "../results.js";
import type { Study } from "../StudyRecord.js";
import { imageFacts, subgroupResults } from "../subgroups.js";
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

const measures = ["averagePrecision", "accuracy", "sensitivity", "specificity", "f1"] as const;

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
  const { labels, patients } = predictionMatrices(first, findings);
  const scores = Object.entries(tables).map(
    ([name, table]) => [name, predictionMatrices(table, findings).scores] as const,
  );
  const input = { labels, models: Object.fromEntries(scores), findings, patients };
  const isFrozen = protocol.threshold === "frozen";
  const validation = isFrozen
    ? await predictionTables(folder, planned, validationPredictionsPath)
    : undefined;
  const thresholds = validation === undefined ? undefined : frozenThresholds(validation, findings, note);
  const onReplicate = (offset: number) => (done: number, total: number) => {
    progress(offset + done, 2 * total, `${offset + done}/${2 * total} replicates`);
    signal.throwIfAborted();
  };
  const options = { seed, replicates, measures };
  const comparison = compareModels(input, {
    ...options,
    oneClass: protocol.oneClass,
    threshold: thresholds === undefined ? "refit-youden" : { frozen: thresholds },
    onReplicate: onReplicate(0),
  });
  const published = compareModels(input, {
    ...options,
    protocol: "as-published",
    oneClass: "redraw",
    threshold: "refit-youden",
    onReplicate: onReplicate(replicates),
  });
  const manifest = await readManifest(join(folder, manifestPath(planned.dataset)));
  return {
    dataset: planned.dataset.label,
    name: planned.comparison.name,
    models: Object.fromEntries(planned.trainings.map(({ start, model }) => [start.name, model])),
    numImages: labels.rows,
    comparison,
    published,
    ...(thresholds === undefined ? {} : { thresholds }),
    leftOut,
    subgroups: subgroupResults(tables, imageFacts(first, manifest.table), {
      ...{ seed, replicates, minimumPositives },
    }),
  };
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
