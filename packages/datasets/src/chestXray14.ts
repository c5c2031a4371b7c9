import { cellMessages } from "./_cells.js";
import { chestXray14Views, readEntries } from "./_chestXray14Entries.js";
import { assignSplits } from "./_chestXray14Lists.js";
import { finishManifest, finishMessages, type SourceFacts } from "./_finishManifest.js";
import { listImages } from "./_listImages.js";
import type { ReadOptions } from "./_readOptions.js";
import { requireLabelFile } from "./_requireLabelFile.js";
import { countWarnings } from "./_warnings.js";
import type { Manifest } from "./Manifest.js";

/** What this collection is and where it is from. */
const facts: SourceFacts = {
  dataset: "chestxray14",
  licence:
    "NIH Clinical Center: use unrestricted; link to the download site, acknowledge the NIH Clinical Center, cite the paper",
  citation:
    "Wang X, Peng Y, Lu L, Lu Z, Bagheri M, Summers RM. ChestX-ray8: Hospital-scale Chest X-ray Database and Benchmarks on Weakly-Supervised Classification and Localization of Common Thorax Diseases. IEEE CVPR 2017, 3462-3471",
  url: "https://nihcc.app.box.com/v/ChestXray-NIHCC",
  overlaps: "ChestMNIST (MedMNIST) holds the same images in small; do not mix the two",
  views: chestXray14Views,
  studyViews: null,
};

const labelFiles = ["Data_Entry_2017_v2020.csv", "Data_Entry_2017.csv"];
const folders = [
  "images",
  ...Array.from({ length: 12 }, (_, i) => `images_${String(i + 1).padStart(3, "0")}/images`),
];
const messages = {
  ...cellMessages,
  ...finishMessages,
  listedUnknown: "list lines that name no row of the label file were left out",
  listedTwice: "list lines that repeat an image of the same list were left out",
  notListed: "images in neither list were put into train",
  patientInBothLists: "patients have images in both lists",
};

/** Reads ChestX-ray14; readDataset has checked the options. */
export async function readChestXray14(root: string, options: ReadOptions): Promise<Manifest> {
  const warnings = countWarnings(messages);
  const { labelFile, maxBytes, onUnknownListed } = options;
  const { url } = facts;
  const file = await requireLabelFile(root, labelFile === undefined ? labelFiles : [labelFile], {
    url,
    maxBytes,
  });
  const list = (name: string) => requireLabelFile(root, [name], { url, maxBytes, kind: "list file" });
  const [trainList, testList] = await Promise.all([list("train_val_list.txt"), list("test_list.txt")]);
  const { rows, ids } = readEntries(file, warnings);
  assignSplits(rows, ids, trainList, testList, onUnknownListed, warnings);
  const reading = {
    facts,
    version: file.path.includes("v2020") ? "v2020" : "2017",
    labelFiles: [file, trainList, testList],
    rows,
    pathOf: (row: number) => `images/${rows.imageIds[row]}`,
    rowsRead: rows.imageIds.length,
    splitRule: "test_list.txt is for testing, every other image for training",
    locate: async (kept: readonly number[]) => {
      const files = await listImages(root, folders);
      return kept.map((row) => files.get(rows.imageIds[row] as string) ?? null);
    },
    place: () => `in images/ or images_001/images/ to images_012/images/ of ${root}`,
  };
  return finishManifest(root, reading, options, warnings);
}
