import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { type NamedArray, openRuntime, type StepDefinition } from "./index.js";

const vector = (length: number): NamedArray => ({
  dtype: "float32",
  shape: [length],
  data: Float32Array.from({ length }, (_, i) => Math.cos(i + length)),
});

/** Three small vectors that one group updates, one that stays, and a loss that reads them all. */
const definition = (factor: number): StepDefinition => ({
  state: { a: vector(3), b: vector(5), c: vector(4), fixed: vector(2) },
  inputs: { rate: { shape: [], dtype: "float32" } },
  step: (state, { rate }) => {
    const moved = (name: string) =>
      tf.sub(state[name] as tf.Tensor, tf.mul(tf.mul(state[name] as tf.Tensor, rate as tf.Tensor), factor));
    const sums = Object.values(state).map((value) => tf.sum(tf.square(value)));
    return {
      state: { a: moved("a"), b: moved("b"), c: moved("c") },
      outputs: { loss: tf.addN(sums) },
    };
  },
});
const rate = Float32Array.of(0.25);

test("entries that lie side by side are read, written and updated one by one", async () => {
  const [compiled, eager] = await Promise.all(
    (["onnx-cpu", "cpu"] as const).map(async (name) => (await openRuntime(name)).compile(definition(2))),
  );
  for (const step of [compiled!, eager!]) {
    await step.run({ rate });
    await step.writeState({ b: vector(5) });
    await step.run({ rate });
    await step.writeState({ a: vector(3), fixed: { ...vector(2), data: Float32Array.of(7, 8) } });
  }
  const [actual, expected] = [await compiled!.readState(), await eager!.readState()];
  expect([...actual.keys()]).toEqual(["a", "b", "c", "fixed"]);
  for (const [name, { data, shape }] of expected) {
    expect(actual.get(name)?.shape).toEqual(shape);
    expect(actual.get(name)?.data, name).toBeAllclose(data, { rtol: 1e-6 });
  }
  expect((await compiled!.run({ rate })).loss?.data).toBeAllclose(
    (await eager!.run({ rate })).loss?.data ?? [],
    { rtol: 1e-6 },
  );
  compiled!.dispose();
  eager!.dispose();
});

test("two steps with the same graph share what has none of their state", async () => {
  const runtime = await openRuntime("onnx-cpu");
  const first = await runtime.compile(definition(2));
  const second = await runtime.compile(definition(2));
  const before = (await second.readState()).get("a")?.data;
  await Promise.all([first.run({ rate }), first.readState().catch(() => undefined)]);
  expect((await second.readState()).get("a")?.data).toEqual(before);
  first.dispose();
  await second.run({ rate });
  expect((await second.readState()).get("a")?.data[0]).toBeCloseTo((before?.[0] as number) / 2, 6);
  second.dispose();
});

test("one function that closes over another number is another step", async () => {
  const runtime = await openRuntime("onnx-cpu");
  const steps = await Promise.all([1, 2].map((factor) => runtime.compile(definition(factor))));
  const values = await Promise.all(
    steps.map(async (step) => {
      await step.run({ rate });
      return (await step.readState()).get("a")?.data[0] as number;
    }),
  );
  expect((values[0] as number) / (values[1] as number)).toBeCloseTo(0.75 / 0.5, 6);
  for (const step of steps) step.dispose();
});

test("three hundred steps leave no memory behind", async () => {
  const step = await (await openRuntime("onnx-cpu")).compile(definition(0.001));
  const runs = async (count: number) => {
    for (let i = 0; i < count; i++) await step.run({ rate });
    const { arrayBuffers, external } = process.memoryUsage();
    return arrayBuffers + external;
  };
  const before = await runs(100);
  const grown = (await runs(300)) - before;
  // 300 states and losses would be 17 kB of elements, in handles and views a megabyte and more.
  expect(grown).toBeLessThan(2 ** 21);
  step.dispose();
});
