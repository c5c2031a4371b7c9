import type { Tensor } from "@tensorflow/tfjs-core";

/** Tensors by timm's parameter names. */
export type TensorRecord = Readonly<Record<string, Tensor>>;
