import type { InputData, InputSpec, NamedArray } from "@cxrkit/runtime";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import type { Json } from "./_identity.js";
import type { TensorRecord } from "./adamW.js";
import type { Batch } from "./BatchSource.js";

/** Which batch of a run is fed. */
export interface BatchPlace {
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Number of updates made before the one that the batch belongs to. */
  readonly step: number;
  /** Index of the batch in its epoch, from 0. */
  readonly batch: number;
}

/** What the step is given of one batch. */
interface FedBatch {
  /** Values of the objective's inputs. */
  readonly values: Readonly<Record<string, InputData>>;
  /** How much the batch counts among those of its update and of its epoch: its labels that count, or its images. */
  readonly weight: number;
}

/** What one batch gives, as tensors. */
export interface BatchResult {
  /** What is made small. */
  readonly loss: Scalar;
  /** What {@link Objective.follow} needs of the batch, of the shapes that the objective declares. */
  readonly statistics?: TensorRecord;
  /** Scalars that are reported with the update. */
  readonly watched?: Readonly<Record<string, Tensor>>;
}

/** What a run makes small, and what it keeps for that between updates. */
export interface Objective {
  /** What is kept besides the parameters, by name, such as a teacher's parameters. */
  readonly kept: ReadonlyMap<string, NamedArray>;
  /** Shapes of the statistics of a batch, which are averaged over the batches of an update. */
  readonly statistics: ReadonlyMap<string, readonly number[]>;
  /** Inputs of the step that come from a batch. */
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** Names of the scalars that are reported with an update. */
  readonly watched: readonly string[];
  /** Everything of it that decides which numbers a run gives. */
  readonly identity: Readonly<Record<string, Json>>;
  /** Values of the inputs for one batch. */
  readonly feed: (batch: Batch, place: BatchPlace) => FedBatch;
  /** The loss as a pure function of parameters, of what is kept, and of inputs. */
  readonly evaluate: (parameters: TensorRecord, kept: TensorRecord, inputs: TensorRecord) => BatchResult;
  /** New values of what is kept, once the parameters are updated; left out, it stays as it is. */
  readonly follow?: (
    parameters: TensorRecord,
    kept: TensorRecord,
    statistics: TensorRecord,
    inputs: TensorRecord,
  ) => TensorRecord;
}
