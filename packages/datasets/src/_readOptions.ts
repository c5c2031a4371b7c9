import { requireInteger, requireOneOf } from "./_check.js";
import { defaultMaxBytes } from "./_readText.js";
import { type DatasetName, datasetNames } from "./Manifest.js";
import type { ReadDatasetOptions } from "./readDataset.js";

/** The options of readDataset with their defaults, checked. */
export interface ReadOptions
  extends Required<Omit<ReadDatasetOptions, "labelFile" | "imageFolder" | "signal">> {
  readonly labelFile: string | undefined;
  readonly imageFolder: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Options that only some collections have. */
const datasetsOf: Readonly<Partial<Record<keyof ReadDatasetOptions, readonly DatasetName[]>>> = {
  labelFile: ["chestxray14", "mimic-cxr", "uka-cxr", "padchest"],
  onUnknownListed: ["chestxray14"],
  labeller: ["mimic-cxr"],
  imageFolder: ["uka-cxr", "taix-ray"],
  fold: ["taix-ray"],
  readHeaders: ["vindr-cxr", "vindr-pcxr"],
};

/** Collections for which the study drew test patients of its own. */
const drawnByStudy: readonly DatasetName[] = ["chexpert", "mimic-cxr", "padchest"];

const where = "readDataset";

/** Checks the options for one collection and fills in the defaults. */
export function checkReadOptions(name: DatasetName, options: ReadDatasetOptions): ReadOptions {
  requireOneOf(where, "name", name, datasetNames);
  for (const [option, datasets] of Object.entries(datasetsOf))
    if (options[option as keyof ReadDatasetOptions] !== undefined && !datasets.includes(name))
      throw new RangeError(
        `${where}: ${option} must be left out for ${name}, got it; it is for ${datasets.join(", ")}`,
      );
  const {
    protocol = "corrected",
    checkImages = true,
    onAbsentImage = "throw",
    onUnknownListed = "throw",
  } = options;
  const { views = "study", labeller = "chexpert", readHeaders = false, maxBytes = defaultMaxBytes } = options;
  const { fold = 0 } = options;
  requireInteger(where, "fold", fold, 0);
  requireOneOf(where, "protocol", protocol, ["as-published", "corrected"]);
  requireOneOf(where, "onAbsentImage", onAbsentImage, ["throw", "skip"]);
  requireOneOf(where, "onUnknownListed", onUnknownListed, ["throw", "skip"]);
  requireOneOf(where, "labeller", labeller, ["chexpert", "negbio"]);
  requireInteger(where, "maxBytes", maxBytes, 1);
  if (maxBytes >= 2 ** 31) throw new RangeError(`${where}: maxBytes must be less than 2³¹, got ${maxBytes}`);
  requireViews(views);
  requireInnerPath("labelFile", options.labelFile);
  requireInnerPath("imageFolder", options.imageFolder);
  return {
    protocol,
    ...checkSplit(name, protocol, options),
    views,
    labelFile: options.labelFile,
    labeller,
    imageFolder: options.imageFolder,
    fold,
    checkImages,
    onAbsentImage,
    onUnknownListed,
    readHeaders,
    maxBytes,
    signal: options.signal,
  };
}

function checkSplit(
  name: DatasetName,
  protocol: string,
  { split, splitSeed }: ReadDatasetOptions,
): { split: "official" | "study"; splitSeed: number } {
  const isDrawn = drawnByStudy.includes(name);
  const chosen = split ?? (name === "padchest" || protocol === "as-published" ? "study" : "official");
  requireOneOf(where, "split", chosen, ["official", "study"]);
  if (chosen === "official" && name === "padchest")
    throw new RangeError(
      `${where}: split must be study for padchest, which has no official split, got official`,
    );
  if (splitSeed !== undefined && !(isDrawn && chosen === "study"))
    throw new RangeError(
      `${where}: splitSeed must be left out where no patients are drawn, got ${splitSeed} for ${name} with split ${chosen}${
        isDrawn ? '; pass split: "study" to draw them' : ", whose study split is the official one"
      }`,
    );
  requireInteger(where, "splitSeed", splitSeed ?? 0, 0);
  return { split: chosen, splitSeed: splitSeed ?? 0 };
}

function requireViews(views: readonly string[] | "study" | "all"): void {
  if (views === "study" || views === "all") return;
  if (
    !Array.isArray(views) ||
    views.length === 0 ||
    views.some((view) => typeof view !== "string" || view === "")
  )
    throw new RangeError(
      `${where}: views must be "study", "all" or a list of at least one view, got ${JSON.stringify(views)}`,
    );
  if (new Set(views).size < views.length)
    throw new RangeError(`${where}: views must name each view once, got ${views.join(", ")}`);
}

function requireInnerPath(name: string, path: string | undefined): void {
  if (path === undefined) return;
  if (!isInnerPath(path))
    throw new RangeError(
      `${where}: ${name} must be a relative path inside the root, got ${JSON.stringify(path)}`,
    );
}

/** Whether a path with slashes is relative and stays below the folder that it is relative to. */
function isInnerPath(path: string): boolean {
  return (
    path !== "" &&
    !/[\\\0:]/.test(path) &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}
