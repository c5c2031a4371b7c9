import * as tf from "@tensorflow/tfjs-core";
import fixture from "../fixtures/torch/trajectories.json" with { type: "json" };
import {
  cosineSchedule,
  type FitLoss,
  type FitOptions,
  oneCycleSchedule,
  type Schedule,
  type TrainableModel,
} from "../src/index.js";
import { float32, sourceOf } from "./tinyRun.js";

/** Options of a trajectory as the fixture names them. */
export interface TorchTrajectory {
  readonly optimiser?: string;
  readonly lr?: number;
  readonly decay?: number;
  readonly weights?: readonly number[];
  readonly loss?: string;
  readonly accumulate?: number;
  readonly clip?: number;
  readonly clip_value?: number;
  readonly one_cycle?: boolean;
  readonly warm_up?: number;
  readonly scales?: Readonly<Record<string, number>>;
  readonly ema?: { readonly decay: number; readonly warmUp?: boolean };
  readonly frozen?: readonly string[];
  readonly epochs?: number;
  readonly momentum?: number;
  readonly nesterov?: boolean;
}

/** The two-layer network of the fixture. */
export function trajectoryModel(): TrainableModel {
  const { start } = fixture.input;
  const flat = (values: number[] | number[][]) => values.flat();
  return {
    parameters: new Map([
      ["hidden.weight", float32([6, 16], flat(start["hidden.weight"]))],
      ["hidden.bias", float32([6], start["hidden.bias"])],
      ["head.weight", float32([3, 6], flat(start["head.weight"]))],
      ["head.bias", float32([3], start["head.bias"])],
    ]),
    imageShape: [4, 4, 1],
    numClasses: 3,
    logits: (p, images) => {
      const linear = (x: tf.Tensor, name: string) =>
        tf.add(tf.matMul(x, p[`${name}.weight`]!, false, true), p[`${name}.bias`]!);
      return linear(tf.tanh(linear(tf.reshape(images, [-1, 16]), "hidden")), "head") as tf.Tensor2D;
    },
  };
}

/** The images of the fixture in batches of the given size. */
export function trajectorySource(batchSize = 8) {
  return sourceOf(fixture.input, batchSize, ["a", "b", "c"]);
}

const losses: Readonly<Record<string, FitLoss>> = {
  smoothed: { kind: "weightedBinaryCrossEntropy", labelSmoothing: 0.1 },
  focal: { kind: "focal", gamma: 2 },
  asymmetric: { kind: "asymmetric" },
};

/** The same options for fit. */
export function fitOptionsOf(torch: TorchTrajectory): Omit<FitOptions, "runtime"> {
  const { optimiser = "AdamW", lr = 0.01, scales, frozen = [], ema, loss } = torch;
  return {
    epochs: torch.epochs ?? 20,
    batchSize: 8,
    optimizer: optimiser.toLowerCase() as "adamw" | "adam" | "sgd",
    learningRate: rateOf(torch, lr),
    weightDecay: torch.decay ?? 0,
    positiveWeights: torch.weights ?? [1, 1, 1],
    accumulate: torch.accumulate ?? 1,
    freeze: (name) => frozen.includes(name),
    learningRateScale: (name) => scales?.[name] ?? 1,
    ...(torch.momentum === undefined ? {} : { momentum: torch.momentum }),
    ...(torch.nesterov === undefined ? {} : { nesterov: torch.nesterov }),
    ...(loss === undefined ? {} : { loss: losses[loss]! }),
    ...(torch.clip === undefined ? {} : { maxGradientNorm: torch.clip }),
    ...(torch.clip_value === undefined ? {} : { maxGradientValue: torch.clip_value }),
    ...(ema === undefined ? {} : { ema }),
  };
}

function rateOf({ one_cycle, warm_up }: TorchTrajectory, peak: number): number | Schedule {
  if (one_cycle === true) return oneCycleSchedule({ peak, numSteps: 100 });
  return warm_up === undefined ? peak : cosineSchedule({ peak, numSteps: 100, numWarmUpSteps: warm_up });
}
