import { join } from "node:path";
import { type DatasetName, datasetNames, type Protocol } from "@cxrkit/datasets";
import { vitPresets } from "@cxrkit/vit";
import { slurmOptions, splitOnce, withoutOptions } from "./argumentLists.js";
import { foldersIn, type StudyOptions } from "./commandLine.js";
import { protocols } from "./protocols.js";
import type { Recipe, Start, Study } from "./StudyRecord.js";
import {
  demoStudy,
  halfNormalisation,
  imagenetNormalisation,
  paperStudy,
  random,
  type StudyPlaces,
  smallStudy,
} from "./study.js";

/**
 * The study that options ask for, by one protocol.
 *
 * @param protocol - Name of the protocol.
 * @param args - The command line, to be kept with the study.
 * @throws RangeError if options do not fit each other.
 */
export function studyOf(options: StudyOptions, protocol: Protocol, args: readonly string[]): Study {
  const checkpoints = options.start.flatMap((text) => (text.includes("=") ? [splitOnce(text)] : []));
  const places: StudyPlaces = {
    folder: options.out ?? (options.preset === "demo" ? "out/demo" : "out/study"),
    data: dataOf(options),
    checkpoints: Object.fromEntries(checkpoints),
  };
  const isDemo = options.preset === "demo";
  if (!isDemo && Object.keys(places.data).length === 0)
    throw new RangeError(
      "study: --data is not right: must be given at least once, or --data-root, got nothing",
    );
  const base =
    options.preset === "paper"
      ? paperStudy(places)
      : withStarts(isDemo ? demoStudy(places.folder) : smallStudy(places), options);
  const study = withUncertain(withModel({ ...base, protocol: protocols[protocol] }, options), options);
  return {
    ...study,
    notices: [...study.notices, ...noticesOf(study)],
    finetuning: withRecipe(study.finetuning, options),
    pretraining: withRecipe(study.pretraining, options),
    imageSize: options["image-size"] ?? study.imageSize,
    replicates: options.replicates ?? study.replicates,
    minimumPositives: options["minimum-positives"] ?? study.minimumPositives,
    checkFiles: options["check-files"],
    engine: options.engine,
    seed: options.seed,
    command: [
      "npm run study --",
      ...withoutOptions(
        args,
        ["--fresh", "--plan", "--no-measure", "--json"],
        ["--stage", "--only", ...slurmOptions],
      ),
    ].join(" "),
  };
}

/** What the protocol does to starts for which it was not made. */
function noticesOf({ protocol, starts }: Study): string[] {
  if (protocol.normalise || !starts.some(({ weights }) => weights.from === "random")) return [];
  return [
    "As published, pixels are not normalised. Networks from random weights, which the published study has none of, hardly learn from such pixels.",
  ];
}

/** Folders by name: those named, and those in the root that have a collection's name. */
function dataOf({ data, "data-root": root }: StudyOptions): StudyPlaces["data"] {
  const present = root === undefined ? [] : foldersIn(root);
  const inRoot = datasetNames
    .filter((name) => present.includes(name))
    .map((name) => [name, join(root as string, name)]);
  return Object.fromEntries([...inRoot, ...data.map(splitOnce)]) as Partial<Record<DatasetName, string>>;
}

/** The starts of the small study: those that are named, compared with each other. */
function withStarts(study: Study, { start }: StudyOptions): Study {
  if (start.length === 0) return study;
  const own = { model: study.starts[0]?.model ?? "small" };
  const starts = start.map((text): Start => {
    if (!text.includes("=")) return { ...random, name: text, ...own };
    const [name, path] = splitOnce(text);
    const isHalf = /imagenet|in21k|augreg/.test(name);
    return {
      name,
      weights: { from: "checkpoint", path },
      normalisation: isHalf ? halfNormalisation : imagenetNormalisation,
      head: isHalf ? "timm" : "pytorch",
    };
  });
  const names = starts.map(({ name }) => name);
  if (new Set(names).size !== names.length)
    throw new RangeError(`study: --start must name each model once, got ${start.join(", ")}`);
  return { ...study, starts, comparisons: [{ name: "starts", starts: names, list: "all" }] };
}

/** One architecture for all starts, where it is asked for. */
function withModel(study: Study, { model, "image-size": imageSize }: StudyOptions): Study {
  const starts = model === undefined ? study.starts : study.starts.map((start) => ({ ...start, model }));
  for (const start of starts) {
    const { patchSize } = vitPresets[start.model ?? "two-block"];
    const size = imageSize ?? start.imageSize ?? study.imageSize;
    if (start.model !== undefined && size % patchSize !== 0)
      throw new RangeError(
        `study: --image-size must be a multiple of ${patchSize}, the patch size of ${start.model}, got ${size}`,
      );
  }
  return { ...study, starts };
}

function withRecipe(recipe: Recipe, options: StudyOptions): Recipe {
  return {
    ...recipe,
    epochs: options.epochs ?? recipe.epochs,
    batchSize: options["batch-size"] ?? recipe.batchSize,
    learningRate: options["learning-rate"] ?? recipe.learningRate,
  };
}

function withUncertain(study: Study, { uncertain }: StudyOptions): Study {
  if (uncertain === undefined) return study;
  return { ...study, protocol: { ...study.protocol, labels: { ...study.protocol.labels, uncertain } } };
}
