import "@tensorflow/tfjs-layers";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import type { NamedArray } from "../src/index.js";

/** Makes the plain JavaScript backend the one that computes, with all gradients registered. */
export async function useCpuBackend(): Promise<void> {
  await tf.setBackend("cpu");
  // The backend prints an advertisement at its first use.
  Reflect.set(tf.backend(), "firstUse", false);
}

/** Named arrays as tensors. */
export function tensorsOf(arrays: ReadonlyMap<string, NamedArray>): Record<string, tf.Tensor> {
  return Object.fromEntries(
    [...arrays].map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );
}
