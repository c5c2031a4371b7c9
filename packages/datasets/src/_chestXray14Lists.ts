import type { LabelRows, UniqueIds } from "./_labelRows.js";
import type { TextFile } from "./_readText.js";
import type { WarningCounter } from "./_warnings.js";

/** Line of a list file that names each row; 0 where none does. */
type ListLines = Int32Array;

/**
 * Sets the split of each row: an image of the test list is `test`, every other one `train`, as the study has it;
 * images in neither list are counted.
 */
export function assignSplits(
  rows: LabelRows,
  ids: UniqueIds,
  trainList: TextFile,
  testList: TextFile,
  onUnknown: "throw" | "skip",
  warnings: WarningCounter,
): void {
  const train = readList(trainList, rows, ids, onUnknown, warnings);
  const test = readList(testList, rows, ids, onUnknown, warnings);
  const both = test.findIndex((line, row) => line > 0 && (train[row] as number) > 0);
  if (both >= 0)
    throw new RangeError(
      `readDataset: ${testList.path} line ${test[both]}: image must be in one list only, got ${rows.imageIds[both]}, which is on line ${train[both]} of ${trainList.path} too`,
    );
  countPatientsInBoth(rows, train, test, warnings);
  rows.imageIds.forEach((imageId, row) => {
    if ((test[row] as number) > 0) rows.splits[row] = "test";
    else if (train[row] === 0) warnings.add("notListed", () => imageId);
  });
}

/** Finds the row of each line; one that follows the row of the line before, as in the release, need not be looked up. */
function readList(
  { path, bytes }: TextFile,
  { imageIds, files }: LabelRows,
  ids: UniqueIds,
  onUnknown: "throw" | "skip",
  warnings: WarningCounter,
): ListLines {
  const listed: ListLines = new Int32Array(imageIds.length);
  const lines = bytes
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/);
  let next = 0;
  for (let i = 0; i < lines.length; i++) {
    const name = (lines[i] as string).trim();
    if (name === "") continue;
    const row = imageIds[next] === name ? next : ids.rowOf(name);
    if (row < 0) {
      if (onUnknown === "throw")
        throw new RangeError(
          `readDataset: ${path} line ${i + 1}: image must have a row in ${files[0]?.path}, got ${JSON.stringify(name.slice(0, 200))}; pass onUnknownListed: "skip" to leave such lines out`,
        );
      warnings.add("listedUnknown", () => `${path} line ${i + 1}: ${name.slice(0, 200)}`);
      continue;
    }
    next = row + 1;
    if ((listed[row] as number) > 0) warnings.add("listedTwice", () => `${path} line ${i + 1}: ${name}`);
    else listed[row] = i + 1;
  }
  return listed;
}

function countPatientsInBoth(
  { patientIds }: LabelRows,
  train: ListLines,
  test: ListLines,
  warnings: WarningCounter,
): void {
  const patientsIn = (listed: ListLines) =>
    new Set(patientIds.filter((_, row) => (listed[row] as number) > 0));
  const inTrain = patientsIn(train);
  for (const patientId of patientsIn(test))
    if (inTrain.has(patientId)) warnings.add("patientInBothLists", () => patientId);
}
