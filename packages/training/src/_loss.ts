import type { Scalar, Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import { requireAtLeast, requireBelowOne } from "./_check.js";
import { asymmetricLoss } from "./asymmetricLoss.js";
import type { FitLoss } from "./FitLoss.js";
import { focalLoss } from "./focalLoss.js";
import { weightedBinaryCrossEntropy } from "./weightedBinaryCrossEntropy.js";

/** A loss as training and evaluation use it. */
export interface Loss {
  readonly ofTensors: (
    logits: Tensor2D,
    labels: Tensor2D,
    positiveWeights: Tensor1D,
    mask: Tensor2D,
  ) => Scalar;
  /** One label, in float64. */
  readonly ofNumbers: (logit: number, label: number, positiveWeight: number) => number;
  /** What is recorded of it; undefined for the plain cross-entropy. */
  readonly identity: Readonly<Record<string, string | number>> | undefined;
}

/** Fills in and checks the loss of a run. */
export function lossOf(option: FitLoss = { kind: "weightedBinaryCrossEntropy" }): Loss {
  if (option.kind === "custom") return { ...option, identity: { kind: option.kind, name: option.name } };
  const { labelSmoothing = 0 } = option;
  requireBelowOne("fit", "loss.labelSmoothing", labelSmoothing);
  if (option.kind === "weightedBinaryCrossEntropy")
    return {
      ofTensors: (x, y, weights, mask) => weightedBinaryCrossEntropy(x, y, weights, { mask, labelSmoothing }),
      ofNumbers: twoSided(labelSmoothing, softplus, softplus),
      identity: labelSmoothing === 0 ? undefined : { kind: option.kind, labelSmoothing },
    };
  if (option.kind === "focal") return focal(option.gamma ?? 2, labelSmoothing);
  if (option.kind === "asymmetric") {
    const { gammaPositive = 0, gammaNegative = 4, margin = 0.05 } = option;
    return asymmetric({ gammaPositive, gammaNegative, margin, labelSmoothing });
  }
  throw new RangeError(
    `fit: loss.kind must be weightedBinaryCrossEntropy, focal, asymmetric or custom, got ${(option as FitLoss).kind}`,
  );
}

function focal(gamma: number, labelSmoothing: number): Loss {
  requireAtLeast("fit", "loss.gamma", gamma, 0);
  const side = focalNumber(gamma);
  return {
    ofTensors: (x, y, weights, mask) => focalLoss(x, y, weights, { gamma, mask, labelSmoothing }),
    ofNumbers: twoSided(labelSmoothing, side, side),
    identity: { kind: "focal", gamma, labelSmoothing },
  };
}

interface Asymmetry {
  readonly gammaPositive: number;
  readonly gammaNegative: number;
  readonly margin: number;
  readonly labelSmoothing: number;
}

function asymmetric(options: Asymmetry): Loss {
  const { gammaPositive, gammaNegative, margin, labelSmoothing } = options;
  requireAtLeast("fit", "loss.gammaPositive", gammaPositive, 0);
  requireAtLeast("fit", "loss.gammaNegative", gammaNegative, 0);
  requireBelowOne("fit", "loss.margin", margin);
  const shifted = (x: number) => {
    const s = Math.max(sigmoid(x) - margin, 0);
    return s ** gammaNegative * -Math.log1p(-s);
  };
  const absent = margin === 0 ? focalNumber(gammaNegative) : shifted;
  return {
    ofTensors: (x, y, weights, mask) => asymmetricLoss(x, y, weights, { ...options, mask }),
    ofNumbers: twoSided(labelSmoothing, absent, focalNumber(gammaPositive)),
    identity: { kind: "asymmetric", ...options },
  };
}

/** (1 − y)·absent(x) + p·y·present(−x) for the smoothed label y. */
function twoSided(
  smoothing: number,
  absent: (x: number) => number,
  present: (x: number) => number,
): Loss["ofNumbers"] {
  return (logit, label, weight) => {
    const y = label * (1 - smoothing) + smoothing / 2;
    const negative = y === 1 ? 0 : (1 - y) * absent(logit);
    return y === 0 ? negative : negative + weight * y * present(-logit);
  };
}

function focalNumber(gamma: number): (x: number) => number {
  return (x) => softplus(x) * Math.exp(-gamma * softplus(-x));
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
