import type { NamedArray } from "@cxrkit/runtime";
import { requireAtLeast, requireBelowOne, requireInteger, requirePositive } from "./_check.js";
import { checkedChoice } from "./_checkedChoice.js";
import { planCrops } from "./_crops.js";
import { type HeadPlan, headPrefix, initialHead, prototypesName } from "./_dinoHead.js";
import { dinoObjective } from "./_dinoObjective.js";
import { type DinoSettings, gridSide } from "./_dinoSettings.js";
import { planRun, type RunPlan, stepsOfEpoch } from "./_planRun.js";
import { requireParameters } from "./_requireModel.js";
import { matcherOf } from "./_resolveNames.js";
import { constantSchedule } from "./constantSchedule.js";
import type { PretrainableModel } from "./PretrainableModel.js";
import type { PretrainDinoOptions } from "./PretrainDinoOptions.js";
import type { PretrainDinoData } from "./pretrainDino.js";
import type { Schedule } from "./Schedule.js";

const caller = "pretrainDino";

/** Checks everything that can be checked before the first step of a run without labels. */
export function planDino(
  model: PretrainableModel,
  { train, imageSize }: PretrainDinoData,
  options: PretrainDinoOptions,
): RunPlan {
  const { batchSize, accumulate = 1, seed } = options;
  const frozenPrototypeEpochs = checkedPrototypeEpochs(options);
  requireParameters(caller, model.parameters);
  requireInteger(caller, "model.width", model.width, 1);
  requireInteger(caller, "train.numImages", train.numImages, 1);
  for (const [axis, size] of imageSize.entries()) requireInteger(caller, `imageSize[${axis}]`, size, 1);
  requireInteger(caller, "batchSize", batchSize, 1);
  requireInteger(caller, "accumulate", accumulate, 1);
  requireInteger(caller, "seed", seed, 0);
  const own = [...model.parameters.keys()].find((name) => name.startsWith(headPrefix));
  if (own !== undefined)
    throw new RangeError(`${caller}: parameter ${own} must not begin with "${headPrefix}"`);
  const head = checkedHead(options);
  const drawn = initialHead(model.width, head, seed);
  const parameters = new Map([...model.parameters, ...givenHead(options, drawn)]);
  const later = {
    parameters: (name: string) => name === prototypesName,
    after: { epochs: frozenPrototypeEpochs },
  };
  return planRun(
    {
      caller,
      model: { parameters, imageShape: [...imageSize, 1] as [number, number, number], imageDType: "uint8" },
      train,
      objective: dinoObjective(settingsOf(model, parameters, head, imageSize, train, options)),
      scoring: undefined,
      validateEvery: { epochs: 1 },
      monitor: undefined,
      patience: Number.POSITIVE_INFINITY,
      minDelta: 0,
      keepBest: 1,
    },
    frozenPrototypeEpochs === 0 ? options : { ...options, unfreeze: [...(options.unfreeze ?? []), later] },
  );
}

/** How long the prototypes are frozen, unless the caller has said when they are trained. */
function checkedPrototypeEpochs({
  frozenPrototypeEpochs,
  freeze,
  unfreeze = [],
}: PretrainDinoOptions): number {
  const rules = [...(freeze === undefined ? [] : [freeze]), ...unfreeze.map(({ parameters }) => parameters)];
  const isNamed = rules.some((rule) => matcherOf(rule)(prototypesName));
  const epochs = frozenPrototypeEpochs ?? (isNamed ? 0 : 1);
  requireInteger(caller, "frozenPrototypeEpochs", epochs, 0);
  if (isNamed && epochs > 0)
    throw new RangeError(
      `${caller}: frozenPrototypeEpochs must be 0 or left out where freeze or unfreeze matches ${prototypesName}, got ${epochs}`,
    );
  return epochs;
}

function checkedHead({ head = {} }: PretrainDinoOptions): HeadPlan {
  const { hiddenDim = 2048, bottleneckDim = 256, numPrototypes = 65536 } = head;
  requireInteger(caller, "head.hiddenDim", hiddenDim, 1);
  requireInteger(caller, "head.bottleneckDim", bottleneckDim, 1);
  requireInteger(caller, "head.numPrototypes", numPrototypes, 2);
  return { hiddenDim, bottleneckDim, numPrototypes };
}

function givenHead({ head }: PretrainDinoOptions, drawn: ReadonlyMap<string, NamedArray>) {
  const given = head?.parameters;
  if (given === undefined) return drawn;
  requireParameters(caller, given);
  for (const [name, { shape }] of drawn) {
    const found = given.get(name)?.shape;
    if (String(found) !== String(shape))
      throw new RangeError(
        `${caller}: head.parameters must hold ${name} of shape [${shape}], got ${found === undefined ? "none" : `[${found}]`}`,
      );
  }
  return new Map([...drawn.keys()].map((name) => [name, given.get(name) as NamedArray]));
}

function settingsOf(
  model: PretrainableModel,
  parameters: DinoSettings["parameters"],
  { numPrototypes }: HeadPlan,
  imageSize: readonly [number, number],
  train: PretrainDinoData["train"],
  options: PretrainDinoOptions,
): DinoSettings {
  const { batchSize, seed, studentTemperature = 0.1, teacherTemperature = 0.04 } = options;
  const { centreMomentum = 0.9, koLeoWeight = 0.1, balance = "centre" } = options;
  requirePositive(caller, "studentTemperature", studentTemperature);
  requireBelowOne(caller, "centreMomentum", centreMomentum);
  requireAtLeast(caller, "koLeoWeight", koLeoWeight, 0);
  if (options.centreMomentum !== undefined && balance !== "centre")
    throw new RangeError(`${caller}: balance must be "centre" when centreMomentum is given, got ${balance}`);
  if (koLeoWeight > 0 && batchSize < 2)
    throw new RangeError(`${caller}: batchSize must be at least 2 where koLeoWeight is above 0, got 1`);
  if (typeof teacherTemperature === "number")
    requirePositive(caller, "teacherTemperature", teacherTemperature);
  const settings = {
    parameters,
    model,
    imageSize,
    batchSize,
    seed,
    crops: planCrops(caller, options.crops),
    numPrototypes,
    studentTemperature,
    teacherTemperature:
      typeof teacherTemperature === "number" ? constantSchedule(teacherTemperature) : teacherTemperature,
    teacherMomentum: momentumOf(train, options),
    balance: checkedChoice(caller, "balance", balance, ["centre", "sinkhorn-knopp"]),
    centreMomentum,
    koLeoWeight,
  };
  return { ...settings, ibot: checkedIbot(settings, options) };
}

function checkedIbot(
  settings: Pick<DinoSettings, "model" | "crops">,
  { ibot }: PretrainDinoOptions,
): DinoSettings["ibot"] {
  if (ibot === undefined) return undefined;
  const { weight = 1, probability = 0.5, ratio = [0.1, 0.5] } = ibot;
  requirePositive(caller, "ibot.weight", weight);
  requirePositive(caller, "ibot.probability", probability);
  if (probability > 1)
    throw new RangeError(`${caller}: ibot.probability must be at most 1, got ${probability}`);
  if (!(ratio[0] > 0 && ratio[0] <= ratio[1] && ratio[1] < 1))
    throw new RangeError(`${caller}: ibot.ratio must rise within (0, 1), got [${ratio}]`);
  const { patchSize } = settings.model;
  const { globalSize } = settings.crops;
  if (patchSize === undefined || globalSize % patchSize !== 0)
    throw new RangeError(
      `${caller}: model.patchSize must divide crops.globalSize (${globalSize}) for ibot, got ${patchSize}`,
    );
  if (gridSide(settings) < 2)
    throw new RangeError(
      `${caller}: crops.globalSize must be at least two patches for ibot, got ${globalSize}`,
    );
  return { weight, probability, ratio };
}

/** The teacher's momentum by update: half a cosine up to 1 at the end of the run. */
function momentumOf(train: PretrainDinoData["train"], options: PretrainDinoOptions): Schedule {
  const { teacherMomentum = 0.996, batchSize, accumulate = 1, epochs, steps } = options;
  if (typeof teacherMomentum !== "number") return teacherMomentum;
  requireBelowOne(caller, "teacherMomentum", teacherMomentum);
  const ofEpochs = (epochs ?? Number.POSITIVE_INFINITY) * stepsOfEpoch(train, batchSize, accumulate);
  const total = Math.min(ofEpochs, steps ?? Number.POSITIVE_INFINITY);
  return (step) =>
    1 - (1 - teacherMomentum) * 0.5 * (1 + Math.cos((Math.PI * Math.min(step, total)) / total));
}
