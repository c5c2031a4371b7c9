import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as tf from "@tensorflow/tfjs-core";
import * as onnx from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { attentionStep } from "../test/attentionStep.js";
import { softwareVulkan } from "../test/softwareVulkan.js";
import { compileOnDevice } from "./_compileOnDevice.js";
import { bufferStorage } from "./_deviceStorage.js";
import { createSessionCache } from "./_sessionCache.js";
import { DeviceLostError, describeRuntimes, openRuntime } from "./index.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const described = (await describeRuntimes()).find(({ name }) => name === "onnx-webgpu");
const reason = described?.available
  ? ""
  : ` (skipped: ${described?.description}; set CXRKIT_VULKAN_ICD to a software device's manifest)`;

const baseOptions = { logSeverityLevel: 4, executionProviders: ["webgpu"] } as const;

describe.skipIf(reason !== "")(`onnx-webgpu${reason}`, { timeout: 120_000 }, () => {
  test("learns what the cpu backend learns: attention, norm, perceptron, 20 updates with momentum", async () => {
    const learn = async (engine: "onnx-webgpu" | "cpu") => {
      const { definition, inputsAt } = attentionStep();
      const step = await (await openRuntime(engine)).compile(definition);
      const losses: number[] = [];
      for (let t = 0; t < 20; t++) losses.push((await step.run(inputsAt(t))).loss?.data[0] as number);
      const state = await step.readState();
      step.dispose();
      return { losses, state };
    };
    const [device, eager] = [await learn("onnx-webgpu"), await learn("cpu")];
    expect(device.losses).toBeAllclose(eager.losses, { rtol: 1e-4 });
    expect(eager.losses.at(-1)).toBeLessThan(0.8 * (eager.losses[0] as number));
    for (const [name, { data }] of eager.state)
      expect(device.state.get(name)?.data, name).toBeAllclose(data, { rtol: 1e-4, atol: 1e-5 });
  });

  test("two steps with the same numbers end equal, bit by bit, and do not disturb each other", async () => {
    const runtime = await openRuntime("onnx-webgpu");
    const { definition, inputsAt } = attentionStep();
    const steps = [await runtime.compile(definition), await runtime.compile(definition)] as const;
    for (let t = 0; t < 3; t++) for (const step of steps) await step.run(inputsAt(t));
    expect(await steps[0].readState()).toEqual(await steps[1].readState());
    steps[0].dispose();
    expect((await steps[1].run(inputsAt(3))).loss?.data[0]).toBeGreaterThan(0);
    steps[1].dispose();
  });

  test("the state stays on the device from run to run", async () => {
    const locations: string[][] = [];
    const step = await compileSpied((feeds) => {
      const state = Object.entries(feeds).filter(([name]) => name.startsWith("state:"));
      locations.push(state.map(([, { location }]) => location));
    });
    const { inputsAt } = attentionStep();
    for (let t = 0; t < 3; t++) await step.run(inputsAt(t));
    step.dispose();
    expect(locations).toHaveLength(3);
    expect(new Set(locations.flat())).toEqual(new Set(["gpu-buffer"]));
  });

  test("a run that fails while the device still answers leaves the state as it was", async () => {
    let fails = false;
    const step = await compileSpied(() => {
      if (fails) throw new Error("Non-zero status code returned while running Gemm node. Name:'Gemm7'\nmore");
    });
    const { inputsAt } = attentionStep();
    await step.run(inputsAt(0));
    const before = await step.readState();
    fails = true;
    await expect(step.run(inputsAt(1))).rejects.toThrow(
      "run: ONNX Runtime must do its part, got: Non-zero status code returned while running Gemm node. Name:'Gemm7'; the state is as it was before",
    );
    expect(await step.readState()).toEqual(before);
    fails = false;
    await step.run(inputsAt(1));
    step.dispose();
  });

  test("a device that is lost is an error that brings the state of the last read", async () => {
    let lost = false;
    const step = await compileSpied(
      () => {},
      () => {
        if (lost) throw new Error("[Device] is lost.");
      },
    );
    const { inputsAt } = attentionStep();
    await step.run(inputsAt(0));
    const saved = await step.readState();
    await step.run(inputsAt(1));
    lost = true;
    const error = await step.run(inputsAt(2)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DeviceLostError);
    expect(error).toMatchObject({ numRuns: 1, state: saved });
    expect((error as Error).message).toMatch(
      /^run: device must answer, got: \[Device\] is lost\.; the state of 1 runs ago/,
    );
    await expect(step.readState()).rejects.toThrow(DeviceLostError);
    step.dispose();
  });

  test.skipIf(softwareVulkan === undefined)(
    "a result that no buffer can hold says how many bytes the step wants, and the step goes on to work",
    async () => {
      const side = 25_000;
      const step = await (await openRuntime("onnx-webgpu")).compile({
        state: { count: { dtype: "int32", shape: [], data: Int32Array.of(3) } },
        inputs: { row: { shape: [1, side], dtype: "float32" } },
        step: ({ count }, { row }) => ({
          state: { count: tf.add(count as tf.Tensor, tf.scalar(1, "int32")) },
          outputs: { sum: tf.sum(tf.square(tf.add(row as tf.Tensor, tf.transpose(row as tf.Tensor)))) },
        }),
      });
      await expect(step.run({ row: new Float32Array(side) })).rejects.toThrow(
        /^run: step must fit into memory, got a refusal of a request of .*; the whole step needs 4 bytes of state, .* and [25]\d{9} of results at a time; take a smaller batch/,
      );
      expect((await step.readState()).get("count")?.data[0]).toBe(3);
      step.dispose();
    },
  );

  test("half precision is refused by name where the device lacks it, and is within its error where it has it", async () => {
    const compiling = (await openRuntime("onnx-webgpu")).compile({
      precision: "float16",
      state: {},
      inputs: { x: { shape: [8, 8], dtype: "float32" } },
      step: (_, { x }) => ({ outputs: { y: tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D, false, true) } }),
    });
    const x = Float32Array.from({ length: 64 }, (_, i) => ((i * 7919) % 101) / 101);
    const step = await compiling.catch((error: unknown) => {
      expect(error).toBeInstanceOf(RangeError);
      expect((error as Error).message).toMatch(
        /^compile: precision must be "float32" on this device, got "float16"/,
      );
    });
    if (step === undefined) return;
    const { y } = await step.run({ x });
    const row = (i: number) => x.subarray(8 * i, 8 * i + 8);
    const exact = Array.from({ length: 64 }, (_, i) =>
      row(Math.floor(i / 8)).reduce((sum, value, k) => sum + value * (row(i % 8)[k] as number), 0),
    );
    // Two operands, at most eight sums and the result are each rounded to eleven bits.
    expect(y?.data).toBeAllclose(exact, { rtol: 11 * 2 ** -11 });
    step.dispose();
  });

  test("300 runs do not make the process grow", async () => {
    const { definition, inputsAt } = attentionStep();
    const step = await (await openRuntime("onnx-webgpu")).compile(definition);
    const inputs = inputsAt(0);
    const memory = async (runs: number) => {
      for (let i = 0; i < runs; i++) await step.run(inputs);
      collect();
      const { rss, heapUsed, external } = process.memoryUsage();
      return { rss, heapUsed, external };
    };
    const before = await memory(60);
    const after = await memory(300);
    step.dispose();
    const mebibyte = 2 ** 20;
    expect((after.external - before.external) / mebibyte).toBeLessThan(1);
    expect((after.heapUsed - before.heapUsed) / mebibyte).toBeLessThan(1);
    // A software device's own pages come and go by 20 MiB either way, without a trend.
    expect((after.rss - before.rss) / mebibyte).toBeLessThan(48);
  });
});

type Feeds = Readonly<Record<string, onnx.Tensor>>;

/** Compiles the attention step with sessions that let `spy` see every call first; copies of single tensors feed `x`. */
async function compileSpied(spy: (feeds: Feeds) => void, spyOnAll: (feeds: Feeds) => void = () => {}) {
  const create = async (...args: Parameters<typeof onnx.InferenceSession.create>) => {
    const session = await onnx.InferenceSession.create(...args);
    const run = async (feeds: Feeds, fetches: onnx.InferenceSession.FetchesType = session.outputNames) => {
      spyOnAll(feeds);
      if (feeds.x === undefined) spy(feeds);
      return session.run(feeds, fetches);
    };
    return { run, release: () => session.release() };
  };
  const spied = { ...onnx, InferenceSession: { create } } as unknown as typeof onnx;
  return compileOnDevice(spied, attentionStep().definition, {
    name: "onnx-webgpu",
    adapt: (graph) => graph,
    openSession: createSessionCache(create as unknown as typeof onnx.InferenceSession.create),
    sessionOptions: () => baseOptions,
    storage: bufferStorage(spied, baseOptions),
  });
}
