import { spawnSync } from "node:child_process";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import "../test/softwareVulkan.js";
import {
  describeRuntimes,
  type NamedArray,
  openRuntime,
  type Runtime,
  type RuntimeName,
  type StepDefinition,
} from "./index.js";

const array = (values: readonly number[], shape: readonly number[] = [values.length]): NamedArray => ({
  dtype: "float32",
  shape,
  data: Float32Array.from(values),
});

/** Adds the input to a running total and counts the calls; `fixed` never changes. */
const accumulate: StepDefinition = {
  state: {
    total: array([1, 2]),
    calls: { dtype: "int32", shape: [], data: Int32Array.of(0) },
    fixed: array([10, 20]),
  },
  inputs: { x: { shape: [2], dtype: "float32" } },
  step: ({ total, calls, fixed }, { x }) => {
    const next = tf.add(total as tf.Tensor, x as tf.Tensor);
    return {
      state: {
        total: next,
        calls: tf.add(calls as tf.Tensor, tf.scalar(1, "int32")),
        fixed: fixed as tf.Tensor,
      },
      outputs: {
        sum: tf.sum(tf.mul(next, fixed as tf.Tensor)),
        same: fixed as tf.Tensor,
        again: next,
        constant: tf.ones([3]),
      },
    };
  },
};

const compile = async (engine: RuntimeName, definition: StepDefinition) =>
  (await openRuntime(engine)).compile(definition);

/** Engines that are no dependency are tested where they are installed. */
const described = await describeRuntimes();
for (const { name: engine, available, description } of described) {
  const title = available ? engine : `${engine} (skipped: ${description})`;
  describe.skipIf(!available)(`engine ${title}`, () => {
    test("takes bytes as an input, which the step sees as float32 of 0 to 255", async () => {
      const step = await compile(engine, {
        state: { weight: array([0.5]) },
        inputs: { images: { shape: [2, 3], dtype: "uint8" } },
        step: ({ weight }, { images }) => ({
          outputs: {
            same: images as tf.Tensor,
            scaled: tf.mul(tf.div(images as tf.Tensor, 255), weight as tf.Tensor),
          },
        }),
      });
      const bytes = Uint8Array.of(0, 1, 127, 128, 254, 255);
      const { same, scaled } = await step.run({ images: bytes });
      expect(same).toEqual({ dtype: "float32", shape: [2, 3], data: Float32Array.from(bytes) });
      expect(scaled?.data).toBeAllclose(Array.from(bytes, (byte) => byte / 255 / 2));
      await expect(step.run({ images: Float32Array.from(bytes) })).rejects.toThrow(
        'run: data of "images" must be a Uint8Array, got Float32Array',
      );
      step.dispose();
    });

    test("keeps its state between runs and hands out what the step returned", async () => {
      const step = await compile(engine, accumulate);
      const first = await step.run({ x: Float32Array.of(1, 1) });
      expect([...(first.sum?.data ?? [])]).toEqual([2 * 10 + 3 * 20]);
      expect(first.sum?.shape).toEqual([]);
      const second = await step.run({ x: Float32Array.of(1, 1) });
      expect([...(second.again?.data ?? [])]).toEqual([3, 4]);
      expect([...(second.same?.data ?? [])]).toEqual([10, 20]);
      expect([...(second.constant?.data ?? [])]).toEqual([1, 1, 1]);
      expect([...(first.again?.data ?? [])], "an earlier output is not overwritten").toEqual([2, 3]);
      const state = await step.readState();
      expect([...state.keys()]).toEqual(["total", "calls", "fixed"]);
      expect([...(state.get("calls")?.data ?? [])]).toEqual([2]);
      step.dispose();
    });

    test("restores a state that was read before", async () => {
      const step = await compile(engine, accumulate);
      await step.run({ x: Float32Array.of(1, 1) });
      const saved = await step.readState();
      await step.run({ x: Float32Array.of(5, 5) });
      expect([...(saved.get("total")?.data ?? [])], "a copy, not a view").toEqual([2, 3]);
      await step.writeState(saved);
      const { again } = await step.run({ x: Float32Array.of(0, 0) });
      expect([...(again?.data ?? [])]).toEqual([2, 3]);
      await step.writeState({ total: array([7, 7]) });
      expect([...((await step.readState()).get("calls")?.data ?? [])]).toEqual([2]);
      step.dispose();
    });

    test("reads its state into the arrays of an earlier reading", async () => {
      const step = await compile(engine, accumulate);
      const into = await step.readState();
      const arrays = [...into.values()].map(({ data }) => data);
      await step.run({ x: Float32Array.of(1, 1) });
      const state = await step.readState({ into });
      expect(state).toEqual(await step.readState());
      expect([...state.keys()]).toEqual(["total", "calls", "fixed"]);
      for (const [i, { data }] of [...state.values()].entries()) expect(data).toBe(arrays[i]);
      expect([...(state.get("total")?.data ?? [])]).toEqual([2, 3]);
      await step.run({ x: Float32Array.of(5, 5) });
      expect([...(state.get("total")?.data ?? [])], "a copy, not a view").toEqual([2, 3]);
      const untouched = structuredClone(state);
      const total = array([0, 0]);
      const without = new Map(state);
      without.delete("fixed");
      for (const [wrong, got] of [
        [without, 'into must hold every entry of the state, got none named "fixed"'],
        [new Map(state).set("other", total), 'the entries of the state and no others, got "other"'],
        [
          new Map(state).set("total", { ...total, shape: [2, 1] }),
          "got float32 [2, 1] in a Float32Array of 2",
        ],
        [new Map(state).set("fixed", { ...total, dtype: "int32" }), "got int32 [2] in a Float32Array of 2"],
        [new Map(state).set("total", array([0], [2])), "got float32 [2] in a Float32Array of 1"],
        [new Map(state).set("total", { ...total, data: Int32Array.of(0, 0) }), "in a Int32Array of 2"],
      ] as const) {
        const refused = step.readState({ into: wrong });
        await expect(refused).rejects.toThrow(got);
        await expect(refused).rejects.toBeInstanceOf(RangeError);
      }
      expect(state, "nothing was written").toEqual(untouched);
      step.dispose();
    });

    test("does not write into the caller's arrays", async () => {
      const total = array([1, 2]);
      const step = await compile(engine, {
        ...accumulate,
        state: { ...(accumulate.state as Record<string, NamedArray>), total },
      });
      await step.run({ x: Float32Array.of(1, 1) });
      await step.run({ x: Float32Array.of(1, 1) });
      expect([...total.data]).toEqual([1, 2]);
      step.dispose();
    });

    test("takes the state as a Map", async () => {
      const step = await compile(engine, { ...accumulate, state: new Map(Object.entries(accumulate.state)) });
      const { sum } = await step.run({ x: Float32Array.of(1, 1) });
      expect(sum?.data[0]).toBe(80);
      step.dispose();
    });

    test("refuses inputs that are missing, unknown, of another type or of another length", async () => {
      const step = await compile(engine, accumulate);
      const x = Float32Array.of(1, 1);
      await expect(step.run({})).rejects.toThrow('run: input "x" must be given, got nothing');
      await expect(step.run({ x, z: x })).rejects.toThrow('run: input must be one of x, got "z"');
      await expect(step.run({ x: Int32Array.of(1, 1) })).rejects.toThrow(
        'run: data of "x" must be a Float32Array, got Int32Array',
      );
      await expect(step.run({ x: Float32Array.of(1) })).rejects.toThrow(
        'run: "x" must have 2 elements for shape [2], got 1',
      );
      expect((await step.run({ x })).sum?.data[0], "the state is as before").toBe(80);
      step.dispose();
    });

    test("refuses a state that does not match what was declared", async () => {
      const step = await compile(engine, accumulate);
      await expect(step.writeState({ other: array([1]) })).rejects.toThrow(
        'writeState: state entry must be one that was declared to compile, got "other"',
      );
      await expect(step.writeState({ total: array([1, 2], [2, 1]) })).rejects.toThrow(
        'writeState: state entry "total" must be float32 [2], got float32 [2, 1]',
      );
      const other = new Map([["total", { ...array([1, 2]), data: Int32Array.of(1, 2) }]]);
      await expect(step.writeState(other)).rejects.toThrow(
        'writeState: data of "total" must be a Float32Array, got Int32Array',
      );
      await expect(step.writeState({ total: array([1, 2, 3], [2]), fixed: array([0, 0]) })).rejects.toThrow(
        'writeState: "total" must have 2 elements for shape [2], got 3',
      );
      await expect(step.writeState({ fixed: array([0, 0]), other: array([1]) })).rejects.toThrow(
        "writeState: ",
      );
      const untouched = await step.readState();
      expect([...(untouched.get("fixed")?.data ?? [])], "an entry before the wrong one").toEqual([10, 20]);
      step.dispose();
    });

    test("refuses two runs at once and any use after dispose", async () => {
      const step = await compile(engine, accumulate);
      const x = Float32Array.of(1, 1);
      const first = step.run({ x });
      await expect(step.run({ x })).rejects.toThrow(
        "run: step must finish one call before the next begins; await the first",
      );
      await expect(step.readState()).rejects.toThrow("readState: step must finish one call before the next");
      await expect(step.writeState({})).rejects.toThrow(
        "writeState: step must finish one call before the next",
      );
      await first;
      step.dispose();
      step.dispose();
      await expect(step.run({ x })).rejects.toThrow(
        "run: step must not be used after dispose; compile it again",
      );
      await expect(step.readState()).rejects.toThrow("readState: step must not be used after dispose");
      await expect(step.writeState({})).rejects.toThrow("writeState: step must not be used after dispose");
    });

    test("refuses a step that changes the shape of its state or returns an unknown entry", async () => {
      const returning = (state: Record<string, tf.Tensor>): StepDefinition => ({
        ...accumulate,
        step: () => ({ state, outputs: {} }),
      });
      const attempt = async (definition: StepDefinition) => {
        const step = await compile(engine, definition);
        await step.run({ x: Float32Array.of(1, 1) });
      };
      await openRuntime("cpu");
      await expect(attempt(returning({ total: tf.ones([3]) }))).rejects.toThrow(
        'compile: state entry "total" must be float32 [2], got float32 [3]',
      );
      await expect(attempt(returning({ unknown: tf.ones([3]) }))).rejects.toThrow(
        'compile: state entry must be one that was declared to compile, got "unknown"',
      );
      tf.disposeVariables();
    });

    test("keeps no tensors of its own between runs", async () => {
      const step = await compile(engine, accumulate);
      const x = Float32Array.of(1, 1);
      await step.run({ x });
      const before = tf.memory().numTensors;
      for (let i = 0; i < 5; i++) await step.run({ x });
      expect(tf.memory().numTensors).toBe(before);
      step.dispose();
    });
  });
}

test("compile refuses data that do not fit the declared shape", async () => {
  const attempt = compile("onnx-cpu", { ...accumulate, state: { total: array([1, 2], [3]) } });
  await expect(attempt).rejects.toThrow('compile: "total" must have 3 elements for shape [3], got 2');
});

test("compile names the operation that it cannot compile and the line that calls it", async () => {
  const attempt = compile("onnx-cpu", {
    ...accumulate,
    step: ({ total }) => ({ outputs: { y: tf.cumprod(total as tf.Tensor) } }),
  });
  await expect(attempt).rejects.toThrow(
    /^compile: step must use operations that the compiler knows, got Cumprod at .*openRuntime\.test\.ts:\d+:\d+; write it with other operations or run it on the "cpu" engine$/,
  );
});

test("compile refuses a step that reads values while it is traced", async () => {
  const step: StepDefinition["step"] = ({ total }) => ({
    outputs: { y: tf.scalar((total as tf.Tensor).dataSync()[0] as number) },
  });
  await expect(compile("onnx-cpu", { ...accumulate, step })).rejects.toThrow(
    "compile: step must not read the values of a tensor (dataSync, arraySync, print), got a read while tracing",
  );
});

test("compile leaves the TensorFlow.js backend as it was", async () => {
  await openRuntime("cpu");
  const step = await compile("onnx-cpu", accumulate);
  expect(tf.getBackend()).toBe("cpu");
  step.dispose();
});

test("openRuntime refuses an unknown name", async () => {
  await expect(openRuntime("cuda" as RuntimeName)).rejects.toThrow(
    'openRuntime: name must be "auto", "tfjs-node-gpu", "onnx-cuda", "onnx-webgpu", "onnx-cpu", "tfjs-node", "wasm", "cpu", got "cuda"',
  );
});

test("a result that does not fit into memory says how many bytes were wanted, and leaves the state as it was", async () => {
  const side = 2_000_000;
  const step = await compile("onnx-cpu", {
    state: { total: array([1, 2]) },
    inputs: { row: { shape: [1, side], dtype: "float32" } },
    step: ({ total }, { row }) => ({
      state: { total: tf.mul(total as tf.Tensor, 2) },
      outputs: { sum: tf.sum(tf.square(tf.add(row as tf.Tensor, tf.transpose(row as tf.Tensor)))) },
    }),
  });
  const attempt = step.run({ row: new Float32Array(side) });
  await expect(attempt).rejects.toThrow(RangeError);
  await expect(attempt).rejects.toThrow(
    /^run: step must fit into memory, got a refusal of a request of 16000000000000 bytes for the result of \w+.*; take a smaller batch or image, or another engine; the state is as it was before$/,
  );
  expect([...((await step.readState()).get("total")?.data ?? [])]).toEqual([1, 2]);
  step.dispose();
});

/** Runs a line of TypeScript's output in a process of its own, whose environment Vulkan's loader reads. */
const inProcess = (code: string, env: Record<string, string>) =>
  spawnSync(
    process.execPath,
    ["--input-type=module", "-e", `import { openRuntime } from ${JSON.stringify(built)}; ${code}`],
    { encoding: "utf8", env: { ...process.env, ...env } },
  ).stdout;
const built = new URL("../dist/index.js", import.meta.url).href;

test("onnx-webgpu says what is missing where there is no device, and does not end the process", () => {
  const code = `await openRuntime("onnx-webgpu").catch((e) => console.log(e.message)); console.log((await openRuntime("onnx-cpu")).name)`;
  expect(inProcess(code, { VK_ICD_FILENAMES: "/nowhere.json", VK_DRIVER_FILES: "/nowhere.json" })).toMatch(
    process.platform === "linux" && process.arch === "x64"
      ? /^openRuntime: engine "onnx-webgpu" must find a device of Vulkan, Metal or Direct3D 12, got: .*; install the GPU's driver, or name a software device with VK_ICD_FILENAMES\nonnx-cpu\n$/
      : /onnx-cpu\n$/,
  );
});

/** On a machine with a GPU `auto` takes that. */
const hasGpu = described.some(
  ({ name, available, description }) =>
    available && (name === "tfjs-node-gpu" || name === "onnx-cuda" || description.includes("a GPU of")),
);

test.skipIf(hasGpu)(
  "auto takes no software device, and says nothing of GPUs that are not there",
  async () => {
    const runtime: Runtime = await openRuntime("auto");
    expect(runtime.name).toBe("onnx-cpu");
    expect(runtime.description).toMatch(/^onnx-cpu: compiled steps, ONNX Runtime \d+\.\d+\.\d+ on the CPU$/);
  },
);
