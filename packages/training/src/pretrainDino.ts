import type { NamedArray } from "@cxrkit/runtime";
import { headPrefix } from "./_dinoHead.js";
import { planDino } from "./_planDino.js";
import { runPlan } from "./_runPlan.js";
import { evaluatedOf, keptName, parametersOf } from "./_runState.js";
import type { BatchSource } from "./BatchSource.js";
import type { RunResult } from "./FitResult.js";
import type { PretrainableModel } from "./PretrainableModel.js";
import type { PretrainDinoOptions } from "./PretrainDinoOptions.js";

/** The images of {@link pretrainDino}. */
export interface PretrainDinoData {
  /** Grey images as bytes `[B, H, W, 1]`, larger than the views; labels are not looked at and there may be none (K = 0). */
  readonly train: BatchSource;
  /** Height and width of the images in pixels. */
  readonly imageSize: readonly [height: number, width: number];
}

/** What {@link pretrainDino} returns. */
export interface PretrainDinoResult extends RunResult {
  /** The teacher's parameters after the last update, by the model's names: those to go on with. */
  readonly teacher: ReadonlyMap<string, NamedArray>;
  /** The student's parameters after the last update, by the model's names. */
  readonly student: ReadonlyMap<string, NamedArray>;
  /** The average of the student's parameters, by the model's names; undefined without `ema`. */
  readonly averaged: ReadonlyMap<string, NamedArray> | undefined;
  /** Parameters of the student's head. */
  readonly head: ReadonlyMap<string, NamedArray>;
}

/**
 * Trains a model on images without labels, by self-distillation: DINO, with parts of DINOv2 where wanted.
 *
 * Of each image two large and some small views are cut out. A student learns to say of each view what a teacher says of
 * another large one; the teacher's parameters follow the student's slowly. Both end in a head of three layers, a bottleneck
 * and normalised prototypes, whose parameters are named `dino_head.*`. With {@link RunOptions | the options of every run}
 * come the loop, checkpoints and logs of {@link fit}: a run that was ended goes on with the same bits. Each update reports
 * `teacherEntropy` (nats; near log K the teacher says nothing, near 0 it is sure), `marginalEntropy` (of the mean over the
 * batch; near 0 it says the same of all images) and `featureSpread` (1 for vectors spread evenly, 0 for equal ones), so
 * that a collapse is seen in the log.
 *
 * @param model - The model and the parameters it starts from.
 * @param data - Images without labels.
 * @param options - Engine, lengths, hyper-parameters, views, folder and callbacks.
 * @returns Parameters of teacher and student, and history.
 * @throws RangeError or TypeError as {@link fit} does, and if the model's vectors are not of the shapes that it declares.
 * @see Caron et al. (2021), Emerging Properties in Self-Supervised Vision Transformers, algorithm 1; Oquab et al. (2024),
 * DINOv2, section 4; Zhou et al. (2022), iBOT.
 * @example
 * {@includeCode ../example/pretraining.example.ts#pretrain}
 */
export async function pretrainDino(
  model: PretrainableModel,
  data: PretrainDinoData,
  options: PretrainDinoOptions,
): Promise<PretrainDinoResult> {
  const plan = planDino(model, data, options);
  const { progress, ...result } = await runPlan(plan, options);
  const { state } = progress;
  const own = (parameters: ReadonlyMap<string, NamedArray>) =>
    new Map([...model.parameters.keys()].map((name) => [name, parameters.get(name) as NamedArray]));
  const whole = parametersOf(plan, state);
  const teacher = new Map(
    [...model.parameters.keys()].map((name) => [name, state.get(keptName(`teacher/${name}`)) as NamedArray]),
  );
  return {
    teacher,
    student: own(whole),
    averaged: plan.ema === undefined ? undefined : own(evaluatedOf(plan, state)),
    head: new Map([...whole].filter(([name]) => name.startsWith(headPrefix))),
    ...result,
  };
}
