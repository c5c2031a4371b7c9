import type { CompareModelsInput } from "@cxrkit/statistics";
import type { Table } from "apache-arrow";
import { chooseFindings } from "./chooseFindings.js";
import { compareAside } from "./compareAside.js";
import { inTurn } from "./inTurn.js";
import { predictionMatrices, scoreMatrix } from "./predictionMatrices.js";
import type { SubgroupResult } from "./results.js";

/** What is known of each test image besides its labels, in the order of the predictions. */
export interface ImageFacts {
  readonly sex: readonly (string | null)[];
  readonly age: readonly (number | null)[];
  readonly view: readonly (string | null)[];
}

/** Sex, age and view of the images of a table of predictions, from the dataset's manifest. */
export function imageFacts(predictions: Table, manifest: Table): ImageFacts {
  const rowOf = new Map(Array.from(manifest.getChild("imageId") ?? [], (id, row) => [String(id), row]));
  const rows = Array.from(predictions.getChild("imageId") ?? [], (id) => {
    const row = rowOf.get(String(id));
    if (row === undefined)
      throw new RangeError(`study: image of the predictions must be in the manifest, got ${id}`);
    return row;
  });
  const column = <T>(name: string) =>
    rows.map((row) => (manifest.getChild(name)?.get(row) ?? null) as T | null);
  return { sex: column<string>("sex"), age: column<number>("age"), view: column<string>("view") };
}

/** Bounds of the bands of age in years, and their names. */
const ageBands = [
  [0, 40, "under 40"],
  [40, 60, "40 to 59"],
  [60, 75, "60 to 74"],
  [75, Number.POSITIVE_INFINITY, "75 and over"],
] as const;

/** A part of the images. */
interface Group {
  readonly by: SubgroupResult["by"];
  readonly group: string;
  readonly rows: readonly number[];
}

/** A part of the images, ready to be compared on. */
export interface SubgroupInput extends Omit<SubgroupResult, "models"> {
  readonly input: CompareModelsInput;
}

/**
 * The parts of the test images: by sex, band of age, and view. A part in which no finding has enough positives is left
 * out, and so are images of which the fact is not known.
 *
 * @param tables - Predictions of the same images by name.
 */
export function subgroupInputs(
  tables: Readonly<Record<string, Table>>,
  facts: ImageFacts,
  minimumPositives: number,
): SubgroupInput[] {
  const [first] = Object.values(tables) as [Table];
  return groupsOf(facts).flatMap(({ by, group, rows }) => {
    const { findings } = chooseFindings(first, minimumPositives, rows);
    if (findings.length === 0) return [];
    const { labels, patients } = predictionMatrices(first, findings, rows);
    const scores = Object.entries(tables).map(
      ([name, table]) => [name, scoreMatrix(table, findings, rows)] as const,
    );
    const input = { labels, models: Object.fromEntries(scores), findings, patients };
    return [{ by, group, numImages: rows.length, numPatients: new Set(patients).size, input }];
  });
}

/** Options of {@link subgroupResults}. */
export interface SubgroupOptions {
  readonly seed: number;
  readonly replicates: number;
  readonly signal?: AbortSignal;
  /** Told how many replicates of all parts are done, and which part was worked on. */
  readonly onReplicate?: (done: number, group: string) => void;
}

/** AUROC with intervals of every model on each part. Whole patients are resampled; parts are worked on side by side. */
export function subgroupResults(
  groups: readonly SubgroupInput[],
  { onReplicate, ...options }: SubgroupOptions,
): Promise<SubgroupResult[]> {
  const done = groups.map(() => 0);
  return inTurn(groups, async ({ input, ...group }, i) => {
    const { models } = await compareAside(input, {
      ...options,
      onReplicate: (count) => {
        done[i] = count;
        onReplicate?.(
          done.reduce((sum, one) => sum + one),
          group.group,
        );
      },
    });
    return { ...group, models };
  });
}

function groupsOf({ sex, age, view }: ImageFacts): Group[] {
  const rowsWhere = <T>(values: readonly (T | null)[], is: (value: T) => boolean) =>
    [...values.keys()].filter((row) => values[row] !== null && is(values[row] as T));
  const byValue = (by: "sex" | "view", values: readonly (string | null)[]): Group[] =>
    [...new Set(values)]
      .filter((value) => value !== null && value !== "")
      .sort()
      .map((group) => ({ by, group: String(group), rows: rowsWhere(values, (value) => value === group) }));
  const bands = ageBands.map(
    ([from, to, group]): Group => ({ by: "age", group, rows: rowsWhere(age, (a) => a >= from && a < to) }),
  );
  return [...byValue("sex", sex), ...bands, ...byValue("view", view)];
}
