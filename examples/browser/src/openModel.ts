// Importing tfjs-layers registers the gradient functions, which the map of a finding needs.
import "@tensorflow/tfjs-layers";
import { attentionRelevance, classTokenMap, loadParameters, vit } from "@cxrkit/vit";
import { parseSafetensors, readTensors } from "@cxrkit/weights";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import plainWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simdWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import * as tf from "@tensorflow/tfjs-core";
import type { ModelDescription } from "./ModelDescription.js";

/** The network of the page. */
export interface Model {
  readonly description: ModelDescription;
  /** Side of the prepared images in pixels. */
  readonly size: number;
  /** Scores in [0, 1] of the findings, in the order of the description; `[size, size]` grey bytes. */
  readonly scores: (image: Uint8Array) => Promise<Float32Array>;
  /** Relevance of each patch for a finding, `[rows, columns]` row by row, the largest 1. */
  readonly relevance: (
    image: Uint8Array,
    finding: number,
  ) => Promise<{ values: Float32Array; rows: number; columns: number }>;
}

let opening: Promise<Model> | undefined;

/** Fetches the network and starts the engine, the first time that it is asked for. */
export function openModel(): Promise<Model> {
  opening ??= open().catch((error: unknown) => {
    opening = undefined;
    throw error;
  });
  return opening;
}

async function open(): Promise<Model> {
  // The engine asks where all three of its files are. Threads would start from an address that the page forbids.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  setWasmPaths({
    "tfjs-backend-wasm.wasm": plainWasm,
    "tfjs-backend-wasm-simd.wasm": simdWasm,
    "tfjs-backend-wasm-threaded-simd.wasm": simdWasm,
  });
  const [description, bytes] = await Promise.all([
    fetchFile("model/tiny.json").then((file) => file.json() as Promise<ModelDescription>),
    fetchFile("model/tiny.safetensors").then((file) => file.arrayBuffer()),
    tf.setBackend("wasm"),
  ]);
  const { config, mean, spread } = description;
  const checkpoint = await parseSafetensors(new Uint8Array(bytes), { name: "tiny.safetensors" });
  const tensors = Object.fromEntries(
    [...loadParameters(config, await readTensors(checkpoint))].map(([name, { shape, data }]) => [
      name,
      tf.tensor(data as Float32Array, [...shape]),
    ]),
  );
  const size = config.imageSize as number;
  const normalised = (image: Uint8Array) =>
    tf.tensor4d(
      Float32Array.from(image, (value) => (value / 255 - mean) / spread),
      [1, size, size, 1],
    );
  return {
    description,
    size,
    scores: async (image) => {
      const scores = tf.tidy(() => tf.sigmoid(vit(tensors, normalised(image), config)));
      const values = (await scores.data()) as Float32Array;
      scores.dispose();
      return values;
    },
    relevance: async (image, finding) => {
      const map = tf.tidy(() => {
        const grid = classTokenMap(attentionRelevance(tensors, normalised(image), config, finding), config);
        return tf.div(grid, tf.maximum(tf.max(grid), 1e-12));
      });
      const [, rows, columns] = map.shape as [number, number, number];
      const values = (await map.data()) as Float32Array;
      map.dispose();
      return { values, rows, columns };
    },
  };
}

async function fetchFile(path: string): Promise<Response> {
  const answer = await fetch(path);
  if (!answer.ok)
    throw new Error(`page: file ${path} must be there, got ${answer.status} ${answer.statusText}`);
  return answer;
}
