import { resolve } from "node:path";
import type { FindingList, Recipe, Start, Study, StudyComparison, StudyDataset } from "./StudyRecord.js";

/** One training of a study: which dataset, from where, how, and the name of its files. */
export interface Training {
  /** Name of the stage. */
  readonly name: string;
  /** Name of the model's files under `models/` and of its folder under `runs/`. */
  readonly model: string;
  readonly dataset: StudyDataset;
  /** The start that it is for. */
  readonly start: Start;
  /** What the outputs stand for. */
  readonly findings: FindingList;
  readonly recipe: Recipe;
  /** File of the weights to begin with, absolute or relative to the study's folder. Without it they are drawn. */
  readonly checkpoint?: string;
  /** How the head begins. */
  readonly head: Start["head"];
}

/** A comparison on one dataset. */
export interface PlannedComparison {
  /** Name of the stage. */
  readonly name: string;
  /** File under `comparisons/`, without its ending. */
  readonly file: string;
  readonly dataset: StudyDataset;
  readonly comparison: StudyComparison;
  /** The models, in the order of the comparison's starts. */
  readonly trainings: readonly Training[];
}

/** All trainings and comparisons of a study. */
export interface PlannedTrainings {
  readonly pretrainings: readonly Training[];
  readonly finetunings: readonly Training[];
  readonly comparisons: readonly PlannedComparison[];
}

/**
 * What a study trains and compares: for every dataset, comparison and start one fine-tuning, but none twice. A dataset
 * that lacks the list of a comparison, or on which one of its starts was pretrained, is left out of it.
 *
 * @throws RangeError if a comparison names a start, or a start a dataset or start, that the study does not have.
 */
export function planTrainings(study: Study): PlannedTrainings {
  const pretrainings = new Map<string, Training>();
  const finetunings = new Map<string, Training>();
  const comparisons: PlannedComparison[] = [];
  for (const dataset of study.datasets.filter(({ isSource }) => isSource !== true)) {
    for (const comparison of study.comparisons) {
      const findings = dataset.lists[comparison.list];
      const starts = comparison.starts.map((name) => startOf(study, name));
      const isPretrainedHere = starts.some(
        ({ weights }) => weights.from === "pretraining" && weights.on === dataset.label,
      );
      if (findings === undefined || isPretrainedHere) continue;
      const trainings = starts.map((start) => {
        const before = pretrainingFor(study, dataset, start);
        if (before !== undefined) pretrainings.set(before.model, before);
        const key = [dataset.label, start.name, String(findings)].join(" ");
        const known = finetunings.get(key);
        if (known !== undefined) return known;
        const training = finetuning(study, dataset, start, comparison.list, before);
        finetunings.set(key, training);
        return training;
      });
      const isOnly = study.comparisons.length === 1;
      const file = isOnly ? dataset.label : `${dataset.label}-${comparison.name}`;
      const name = `compare ${dataset.label}${isOnly ? "" : ` ${comparison.name}`}`;
      comparisons.push({ name, file, dataset, comparison, trainings });
    }
  }
  return { pretrainings: [...pretrainings.values()], finetunings: [...finetunings.values()], comparisons };
}

/** The start of that name. */
function startOf({ starts }: Study, name: string): Start {
  const start = starts.find((candidate) => candidate.name === name);
  if (start !== undefined) return start;
  const known = starts.map((candidate) => candidate.name).join(", ");
  throw new RangeError(`study: a start must be one of ${known || "those that are defined"}, got ${name}`);
}

function finetuning(
  study: Study,
  dataset: StudyDataset,
  start: Start,
  list: string,
  before: Training | undefined,
): Training {
  const isFirst = study.comparisons[0]?.list === list;
  const findings = dataset.lists[list] as FindingList;
  const checkpoint =
    before === undefined ? checkpointOf(start, findings.length) : `models/${before.model}.safetensors`;
  return {
    name: `finetune ${dataset.label} ${start.name}${isFirst ? "" : ` ${list}`}`,
    model: `${dataset.label}-${start.name}${isFirst ? "" : `-${list}`}`,
    dataset,
    start,
    findings,
    recipe: study.finetuning,
    head: start.head,
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}

/** The training that a start needs before a dataset; undefined for starts that are there. */
function pretrainingFor(study: Study, target: StudyDataset, start: Start): Training | undefined {
  const { weights } = start;
  if (weights.from !== "pretraining") return undefined;
  const source = study.datasets.find(({ label }) => label === weights.on);
  if (source === undefined)
    throw new RangeError(
      `study: start ${start.name} must be pretrained on one of the study's datasets, got ${weights.on}, which is not among ${study.datasets.map(({ label }) => label).join(", ")}`,
    );
  const isTransferred = start.head === "transferred";
  const findings = isTransferred ? target.pretrainingFindings : Object.values(source.lists)[0];
  if (findings === undefined)
    throw new RangeError(
      `study: ${target.label} must say which findings of ${source.label} stand for its own, as start ${start.name} hands its head over, got none`,
    );
  const before = weights.startingFrom === undefined ? undefined : startOf(study, weights.startingFrom);
  const checkpoint = before === undefined ? undefined : checkpointOf(before, findings.length);
  const suffix = isTransferred ? [String(findings.length)] : [];
  return {
    name: ["pretrain", source.label, ...suffix].join(" "),
    model: ["pretrained", source.label, ...suffix].join("-"),
    dataset: source,
    start,
    findings,
    recipe: study.pretraining,
    head: before?.head ?? "timm",
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}

function checkpointOf({ name, weights }: Start, numOutputs: number): string | undefined {
  if (weights.from === "random") return undefined;
  if (weights.from === "checkpoint") return resolve(weights.path.replace("{outputs}", String(numOutputs)));
  throw new RangeError(`study: pretraining must start from a file or from random weights, got ${name}`);
}
