import * as tf from "@tensorflow/tfjs-core";
import { imageShape, type NamedArray, parameterShapes, type VitConfig } from "../src/index.js";

/** The generator of the scripts in fixtures/. */
export function draw(name: string, count: number, spread: number): Float32Array<ArrayBuffer> {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) state = Math.imul(state ^ byte, 0x01000193) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * spread;
  });
}

/** A parameter as the scripts draw it. */
export function drawParameter(name: string, shape: readonly number[]): Float32Array<ArrayBuffer> {
  const values = draw(name, sizeOf(shape), 0.5);
  return /norm\d?\.weight$/.test(name) ? values.map((value) => value + 1) : values;
}

/** All parameters of a model as the scripts draw them. */
export function drawnParameters(config: VitConfig): Map<string, NamedArray> {
  return new Map(
    [...parameterShapes(config)].map(([name, shape]) => [
      name,
      { dtype: "float32", shape, data: drawParameter(name, shape) },
    ]),
  );
}

/** A batch of images as the scripts draw it. */
export function drawnImages(config: VitConfig, batch: number): tf.Tensor4D {
  const shape = [batch, ...imageShape(config)] as [number, number, number, number];
  return tf.tensor4d(draw("images", sizeOf(shape), 2), shape);
}

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, axis) => product * axis, 1);
}
