import { type NamedArray, openRuntime, type RuntimeName } from "@cxrkit/runtime";
import { vitPresets } from "@cxrkit/vit";
import { expect, test } from "vitest";
import fixture from "../fixtures/torch/trajectory.json" with { type: "json" };
import { vitTrainingStep } from "./vitTrainingStep.js";

const config = { ...vitPresets["two-block"], numClasses: 5 };
const { batchSize, learningRate, shapes } = fixture.input;
const expected = fixture.expected.parameters as Readonly<Record<string, readonly number[]>>;
const names = Object.keys(shapes);
const numSteps = fixture.expected.losses.length;

const numbers = (length: number, key: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * key));

function startOf(name: string, key: number): Float32Array {
  const isScale = name.includes("norm") && name.endsWith("weight");
  return numbers((expected[name] as readonly number[]).length, key).map(
    (value) => Math.fround(0.25 * value) + (isScale ? 1 : 0),
  );
}

interface Trajectory {
  readonly losses: readonly number[];
  readonly state: ReadonlyMap<string, NamedArray>;
}

async function train(engine: RuntimeName): Promise<Trajectory> {
  const runtime = await openRuntime(engine);
  const definition = vitTrainingStep(config, { batchSize, seed: 1 });
  const step = await runtime.compile(definition);
  const state = new Map(await step.readState());
  for (const [key, name] of names.entries())
    state.set(name, { ...(state.get(name) as NamedArray), data: startOf(name, key) });
  await step.writeState(state);
  const losses: number[] = [];
  for (let t = 1; t <= numSteps; t++) {
    const labels = numbers(batchSize * config.numClasses, 200 + t).map((value) => (value > 0 ? 1 : 0));
    labels[t % labels.length] = Number.NaN;
    const { loss } = await step.run({
      images: numbers(batchSize * 16 * 16 * 3, 100 + t),
      labels,
      learningRate: Float32Array.of(learningRate),
      biasCorrection1: Float32Array.of(1 - 0.9 ** t),
      biasCorrection2: Float32Array.of(1 - 0.999 ** t),
    });
    losses.push(loss?.data[0] as number);
  }
  const last = await step.readState();
  step.dispose();
  return { losses, state: last };
}

/**
 * A parameter without what its gradient is noise on: softmax does not see a bias of the keys, so its exact gradient is 0
 * and Adam walks at full length in the direction of the rounding.
 */
function determined(name: string, data: ArrayLike<number>): number[] {
  const all = Array.from(data);
  return name.endsWith("qkv.bias") ? [...all.slice(0, 16), ...all.slice(32)] : all;
}

/** Length of the difference in units of the length of what is expected. */
function distance(actual: readonly number[], wanted: readonly number[]): number {
  return Math.hypot(...wanted.map((value, i) => value - (actual[i] as number))) / Math.hypot(...wanted);
}

test("twenty updates of two blocks are PyTorch's, on onnx-cpu and eagerly, and each other's", async () => {
  const compiled = await train("onnx-cpu");
  const eager = await train("cpu");
  for (const { losses, state } of [compiled, eager]) {
    expect(losses).toBeAllclose(fixture.expected.losses, { rtol: fixture.rtol });
    for (const name of names) {
      const actual = determined(name, state.get(name)?.data ?? []);
      // By tensor and not by element: Adam divides by the gradient's size, so one that is nearly 0 turns on its rounding.
      expect(distance(actual, determined(name, expected[name] ?? [])), name).toBeLessThan(fixture.rtol);
    }
  }
  expect(compiled.losses).toBeAllclose(eager.losses, { rtol: 1e-4 });
  for (const [name, { data }] of eager.state) {
    const bare = name.replace(/^[mv]\//, "");
    const actual = determined(bare, compiled.state.get(name)?.data ?? []);
    expect(distance(actual, determined(bare, data)), name).toBeLessThan(1e-4);
  }
});

test("two compilations of one step walk the same way, bit for bit", async () => {
  const [first, second] = [await train("onnx-cpu"), await train("onnx-cpu")];
  expect(second.losses).toEqual(first.losses);
  expect([...second.state]).toEqual([...first.state]);
});
