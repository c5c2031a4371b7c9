import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Comparison, compareModels, type Matrix } from "@cxrkit/statistics";
import { readPredictions } from "@cxrkit/training";
import type { Table } from "apache-arrow";
import { predictedFindings, predictionMatrices } from "../predictionMatrices.js";
import type { Stage } from "../Stage.js";
import type { Study } from "../Study.js";
import { writeFileAtomic } from "../writeFileAtomic.js";
import { predictionsPath } from "./predictStage.js";

/** File of the comparison. */
export const comparisonPath = "comparison.json";

/** What the file holds. */
export interface ComparisonRecord {
  readonly numImages: number;
  readonly comparison: Comparison;
  /** Findings with too few positives to say anything, and how many they have. */
  readonly leftOut: readonly { readonly finding: string; readonly numPositives: number }[];
}

/** Compares the models on the same test images, patient by patient. */
export function compareStage(study: Study): Stage {
  const { folder, starts, replicates, minimumPositives, seed } = study;
  const names = starts.map(({ name }) => name);
  return {
    name: "compare",
    version: 1,
    options: { starts: names, replicates, minimumPositives, seed },
    inputs: starts.map(predictionsPath),
    outputs: [comparisonPath],
    async run({ progress }) {
      const tables: Table[] = [];
      for (const start of starts) tables.push(await readPredictions(join(folder, predictionsPath(start))));
      requireSameImages(tables, names);
      const [first] = tables as [Table, ...Table[]];
      const { findings, leftOut } = chooseFindings(first, minimumPositives);
      const { labels, patients } = predictionMatrices(first, findings);
      const scores = tables.map((table) => predictionMatrices(table, findings).scores);
      const models = Object.fromEntries(names.map((name, i) => [name, scores[i] as Matrix]));
      const comparison = compareModels(
        { labels, models, findings, patients },
        {
          seed,
          replicates,
          onReplicate: (done, total) => progress(done, total, `${done}/${total} replicates`),
        },
      );
      const record: ComparisonRecord = { numImages: labels.rows, comparison, leftOut };
      await writeFileAtomic(join(folder, comparisonPath), `${JSON.stringify(record, null, 2)}\n`);
    },
  };
}

/** Reads what the stage wrote; JSON has no NaN and says null. */
export async function readComparison(folder: string): Promise<ComparisonRecord> {
  const text = await readFile(join(folder, comparisonPath), "utf8");
  return JSON.parse(text, (_, value) => value ?? Number.NaN) as ComparisonRecord;
}

function requireSameImages(tables: readonly Table[], names: readonly string[]): void {
  const ids = tables.map((table) => Array.from(table.getChild("imageId") ?? [], String).join("\n"));
  const other = ids.findIndex((id) => id !== ids[0]);
  if (other >= 0) {
    throw new RangeError(
      `study: predictions must be of the same images in the same order, got other images from ${names[other]} than from ${names[0]}`,
    );
  }
}

function chooseFindings(
  table: Table,
  minimumPositives: number,
): { findings: readonly string[]; leftOut: ComparisonRecord["leftOut"] } {
  const counted = predictedFindings(table).map((finding) => {
    const { data } = predictionMatrices(table, [finding]).labels;
    return { finding, numPositives: Array.from(data).filter((label) => label === 1).length };
  });
  const isEnough = ({ numPositives }: { numPositives: number }) => numPositives >= minimumPositives;
  const findings = counted.filter(isEnough).map(({ finding }) => finding);
  if (findings.length === 0) {
    const most = Math.max(...counted.map(({ numPositives }) => numPositives));
    throw new RangeError(
      `study: a finding must have at least ${minimumPositives} positives in the test split, got at most ${most}`,
    );
  }
  return { findings, leftOut: counted.filter((count) => !isEnough(count)) };
}
