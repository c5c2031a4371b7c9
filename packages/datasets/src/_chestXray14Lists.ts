import type { EntryRows } from "./_chestXray14Entries.js";
import type { TextFile } from "./_readText.js";
import type { WarningCounter } from "./_warnings.js";

/** Rows named by a list file: row → line that names it. */
type ListedRows = ReadonlyMap<number, number>;

/**
 * The split of each row: an image of the test list is `test`, every other one `train`, as the study has it; images
 * in neither list are counted.
 */
export function assignSplits(
  entries: EntryRows,
  trainList: TextFile,
  testList: TextFile,
  onUnknown: "throw" | "skip",
  warnings: WarningCounter,
): ("train" | "test")[] {
  const rowOf = new Map(entries.imageIds.map((imageId, row) => [imageId, row]));
  const train = listedRows(trainList, rowOf, entries.file, onUnknown, warnings);
  const test = listedRows(testList, rowOf, entries.file, onUnknown, warnings);
  for (const [row, line] of test) {
    const other = train.get(row);
    if (other !== undefined)
      throw new RangeError(
        `readDataset: ${testList.path} line ${line}: image must be in one list only, got ${entries.imageIds[row]}, which is on line ${other} of ${trainList.path} too`,
      );
  }
  countPatientsInBoth(entries, train, test, warnings);
  return entries.imageIds.map((imageId, row) => {
    if (test.has(row)) return "test";
    if (!train.has(row)) warnings.add("notListed", () => imageId);
    return "train";
  });
}

function listedRows(
  { path, bytes }: TextFile,
  rowOf: ReadonlyMap<string, number>,
  labelFile: string,
  onUnknown: "throw" | "skip",
  warnings: WarningCounter,
): ListedRows {
  const listed = new Map<number, number>();
  const lines = bytes
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/);
  for (let i = 0; i < lines.length; i++) {
    const name = (lines[i] as string).trim();
    if (name === "") continue;
    const row = rowOf.get(name);
    if (row === undefined) {
      if (onUnknown === "throw")
        throw new RangeError(
          `readDataset: ${path} line ${i + 1}: image must have a row in ${labelFile}, got ${JSON.stringify(name)}; pass onUnknownListed: "skip" to leave such lines out`,
        );
      warnings.add("listedUnknown", () => `${path} line ${i + 1}: ${name}`);
    } else if (listed.has(row)) warnings.add("listedTwice", () => `${path} line ${i + 1}: ${name}`);
    else listed.set(row, i + 1);
  }
  return listed;
}

function countPatientsInBoth(
  { patientIds }: EntryRows,
  train: ListedRows,
  test: ListedRows,
  warnings: WarningCounter,
): void {
  const inTrain = new Set(Array.from(train.keys(), (row) => patientIds[row]));
  const inTest = new Set(Array.from(test.keys(), (row) => patientIds[row] as string));
  for (const patientId of inTest)
    if (inTrain.has(patientId)) warnings.add("patientInBothLists", () => patientId);
}
