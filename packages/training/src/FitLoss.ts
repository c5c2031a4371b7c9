import type { Scalar, Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";

/** The loss of {@link weightedBinaryCrossEntropy}. */
export interface CrossEntropyFitLoss {
  /** Which loss. */
  readonly kind: "weightedBinaryCrossEntropy";
  /** Share of each label that is split evenly, in [0, 1). @defaultValue `0` */
  readonly labelSmoothing?: number;
}

/** The loss of {@link focalLoss}. */
export interface FocalFitLoss {
  /** Which loss. */
  readonly kind: "focal";
  /** Focus, at least 0. @defaultValue `2` */
  readonly gamma?: number;
  /** Share of each label that is split evenly, in [0, 1). @defaultValue `0` */
  readonly labelSmoothing?: number;
}

/** The loss of {@link asymmetricLoss}. */
export interface AsymmetricFitLoss {
  /** Which loss. */
  readonly kind: "asymmetric";
  /** Focus on present labels, at least 0. @defaultValue `0` */
  readonly gammaPositive?: number;
  /** Focus on absent labels, at least 0. @defaultValue `4` */
  readonly gammaNegative?: number;
  /** Probability up to which an absent label costs nothing, in [0, 1). @defaultValue `0.05` */
  readonly margin?: number;
  /** Share of each label that is split evenly, in [0, 1). @defaultValue `0` */
  readonly labelSmoothing?: number;
}

/** A loss of one's own, written twice: in tensors to train with, in numbers to evaluate with. */
export interface CustomFitLoss {
  /** Which loss. */
  readonly kind: "custom";
  /** Its name, recorded with the run, which is not gone on with under another name. */
  readonly name: string;
  /**
   * Mean over the labels that count, 0 when none does. Logits, labels (1 and 0) and mask (1 where a label counts) are
   * `[B, K]`, the weights of the positive labels `[K]`.
   */
  readonly ofTensors: (
    logits: Tensor2D,
    labels: Tensor2D,
    positiveWeights: Tensor1D,
    mask: Tensor2D,
  ) => Scalar;
  /** The same of one label, in float64. */
  readonly ofNumbers: (logit: number, label: number, positiveWeight: number) => number;
}

/** What {@link fit} makes small. */
export type FitLoss = CrossEntropyFitLoss | FocalFitLoss | AsymmetricFitLoss | CustomFitLoss;
