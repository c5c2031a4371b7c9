import { finishManifest, finishMessages, type SourceFacts } from "./_finishManifest.js";
import { emptyRows } from "./_labelRows.js";
import { headerMessages, readHeaders } from "./_readHeaders.js";
import type { ReadOptions } from "./_readOptions.js";
import { requireLabelFile } from "./_requireLabelFile.js";
import { readVindrLabels, type VindrColumns } from "./_vindrLabels.js";
import { countWarnings } from "./_warnings.js";
import type { Manifest } from "./Manifest.js";

/** What tells the collections of the VinDr family apart. */
interface VindrSource {
  readonly facts: SourceFacts;
  readonly columns: VindrColumns;
  /** Number of readers of a training image; null if any will do. */
  readonly expectedReaders: number | null;
}

const messages = {
  ...finishMessages,
  ...headerMessages,
  readersUnusual: "training images were not read by three readers; those there are voted",
};

/** Reads a collection of the VinDr family: `annotations/image_labels_{train,test}.csv`, `train/`, `test/`. */
export async function readVindr(
  root: string,
  { facts, columns, expectedReaders }: VindrSource,
  options: ReadOptions,
): Promise<Manifest> {
  const warnings = countWarnings(messages);
  const { url } = facts;
  const rows = emptyRows(columns.map(([, finding]) => finding));
  const read = (split: "train" | "test") => {
    const name = `image_labels_${split}.csv`;
    return requireLabelFile(root, [`annotations/${name}`, name], { url, maxBytes: options.maxBytes });
  };
  const [trainFile, testFile] = await Promise.all([read("train"), read("test")]);
  const train = readVindrLabels(trainFile, columns, { rows, split: "train", expectedReaders }, warnings);
  const numTrain = rows.imageIds.length;
  const test = readVindrLabels(testFile, columns, { rows, split: "test", expectedReaders: null }, warnings);
  const trainIds = new Set(rows.imageIds.slice(0, numTrain));
  for (let row = numTrain; row < rows.imageIds.length; row++)
    if (trainIds.has(rows.imageIds[row] as string))
      throw new RangeError(
        `readDataset: ${testFile.path} row ${rows.lines[row]}: image_id must be in one split only, got ${rows.imageIds[row]}, which ${trainFile.path} has too`,
      );
  const counts = (readers: ReadonlyMap<number, number>) =>
    Object.fromEntries([...readers].sort(([a], [b]) => a - b));
  const pathOf = (row: number) => `${rows.splits[row]}/${rows.imageIds[row]}.dicom`;
  const reading = {
    facts,
    version: "1.0.0",
    labelFiles: [trainFile, testFile],
    rows,
    pathOf,
    rowsRead: train.rowsRead + test.rowsRead,
    splitRule: "official: image_labels_train.csv and image_labels_test.csv",
    details: {
      patients: "the source names none; each image counts as a patient of its own",
      readers: JSON.stringify({ train: counts(train.readers), test: counts(test.readers) }),
    },
    endings: [".dcm", ".png", ".jpg"],
    ...(options.readHeaders
      ? {
          complete: (kept: readonly number[], paths: readonly string[]) =>
            readHeaders(root, rows, kept, paths, warnings, options.signal),
        }
      : {}),
    place: (row: number) => `at ${pathOf(row)} (or .dcm, .png, .jpg) of ${root}`,
  };
  return finishManifest(root, reading, options, warnings);
}
