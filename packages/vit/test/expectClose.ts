import type { Tensor } from "@tensorflow/tfjs-core";
import { expect } from "vitest";

/** Compares with a reference; elements near 0 are held to the size of their tensor. */
export function expectClose(tensor: Tensor, reference: Float32Array, rtol: number): void {
  const largest = reference.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(tensor.dataSync()).toBeAllclose(reference, { rtol, atol: rtol * largest });
}
