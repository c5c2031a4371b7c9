import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { operationsOf, recorded, run } from "../../test/passes.js";
import type { NamedArray } from "../index.js";
import type { Graph } from "./_Graph.js";
import { type GroupOptions, groupUpdates } from "./_groupUpdates.js";

const shapes: Readonly<Record<string, readonly number[]>> = { a: [5], b: [2, 3], c: [40], d: [7], one: [] };
const names = Object.keys(shapes);
const array = (shape: readonly number[]): NamedArray => ({
  dtype: "float32",
  shape,
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
});
const state = Object.fromEntries(
  names.flatMap((name) => [name, `m/${name}`].map((key) => [key, array(shapes[name] as readonly number[])])),
);

/** Gradient descent with momentum; `d` is halved besides, and the gradient of each parameter is a reduction. */
const step = (): Graph =>
  recorded(
    { x: [3, 1], rate: [] },
    (values, { x, rate }) => {
      const next: Record<string, tf.Tensor> = {};
      for (const name of names) {
        const parameter = values[name] as tf.Tensor;
        const rows = tf.mul(x as tf.Tensor, tf.reshape(parameter, [1, -1]));
        const gradient = tf.reshape(tf.sum(tf.sin(rows), 0), parameter.shape);
        const momentum = tf.add(tf.mul(values[`m/${name}`] as tf.Tensor, 0.9), gradient);
        const moved = tf.sub(parameter, tf.mul(momentum, rate as tf.Tensor));
        next[name] = name === "d" ? tf.mul(moved, 0.5) : moved;
        next[`m/${name}`] = momentum;
      }
      return { state: next, outputs: {} };
    },
    state,
  );
const options: GroupOptions = { mostPerEntry: 20, mostPerGroup: 1000, packed: false };

test("groupUpdates does the same arithmetic on small entries once, bit for bit", async () => {
  const after = groupUpdates(step(), options);
  expect([...after.outputs.keys()].sort()).toEqual([...step().outputs.keys()].sort());
  const before = operationsOf(step());
  expect(before.filter((op) => op === "Sub")).toHaveLength(5);
  // a and b together; c is too large, d has other arithmetic, one is a number.
  expect(operationsOf(after).filter((op) => op === "Sub")).toHaveLength(4);
  expect(await run(after)).toEqual(await run(step()));
});

test("entries that lie side by side are neither joined nor parted", () => {
  const after = groupUpdates(step(), { ...options, packed: true });
  expect([...(after.packs ?? [])]).toEqual([
    ["pack:a", ["a", "b"]],
    ["pack:m/a", ["m/a", "m/b"]],
  ]);
  expect(after.inputs.get("pack:a")?.shape).toEqual([11]);
  expect(after.outputs.get("next-pack:m/a")?.shape).toEqual([11]);
  expect(after.outputs.has("next:a")).toBe(false);
  // The gradients read a and b one by one; nothing reads the moments but the update.
  expect(after.inputs.has("state:a")).toBe(true);
  expect(after.inputs.has("state:m/a")).toBe(false);
  expect(operationsOf(after)).not.toContain("Split");
  expect(operationsOf(after).filter((op) => op === "Concat")).toHaveLength(1);
});

test("a group is no larger than it may be", () => {
  const after = groupUpdates(step(), { mostPerEntry: 50, mostPerGroup: 45, packed: true });
  expect([...(after.packs ?? new Map()).values()]).toEqual([
    ["a", "b"],
    ["m/a", "m/b"],
  ]);
});

test("an update of which something else reads a part is left alone", () => {
  const graph = recorded(
    { x: [] },
    (values, { x }) => {
      const moved = Object.fromEntries(
        ["a", "d"].map((name) => [name, tf.add(values[name] as tf.Tensor, x as tf.Tensor)]),
      );
      return { state: moved, outputs: { sum: tf.sum(moved.a as tf.Tensor) } };
    },
    state,
  );
  expect(groupUpdates(graph, options).packs).toBeUndefined();
  expect(operationsOf(groupUpdates(graph, options))).toEqual(operationsOf(graph));
});

test("each node comes after those that it reads", () => {
  const { nodes } = groupUpdates(step(), options);
  const known = new Set(nodes.slice(0, 0));
  for (const node of nodes) {
    for (const { producer } of node.inputs) expect(producer === undefined || known.has(producer)).toBe(true);
    known.add(node);
  }
});
