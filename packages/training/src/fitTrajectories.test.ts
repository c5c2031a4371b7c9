import { openRuntime, type Runtime } from "@cxrkit/runtime";
import { beforeAll, describe, expect, test } from "vitest";
import fixture from "../fixtures/torch/trajectories.json" with { type: "json" };
import { numbersOf } from "../test/tinyRun.js";
import {
  fitOptionsOf,
  type TorchTrajectory,
  trajectoryModel,
  trajectorySource,
} from "../test/trajectories.js";
import { fit, type StepRecord } from "./index.js";

interface Expected {
  readonly losses: readonly number[];
  readonly parameters: Readonly<Record<string, number[] | number[][]>>;
  readonly averaged?: Readonly<Record<string, number[] | number[][]>>;
}

const cases = Object.entries(fixture.input.options as Readonly<Record<string, TorchTrajectory>>);
const expectedOf = (name: string) => (fixture.expected as unknown as Record<string, Expected>)[name]!;

describe.each(["cpu", "onnx-cpu"] as const)("on %s", (engine) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await openRuntime(engine);
  });

  test.each(cases)("a hundred updates equal PyTorch's: %s", async (name, torch) => {
    const expected = expectedOf(name);
    const steps: StepRecord[] = [];
    const { parameters, averaged } = await fit(
      trajectoryModel(),
      { train: trajectorySource() },
      { ...fitOptionsOf(torch), runtime, onStep: (record) => steps.push(record) },
    );
    expect(expected.losses.length).toBeGreaterThanOrEqual(100);
    expect(steps.map(({ loss }) => loss)).toBeAllclose(expected.losses, { rtol: fixture.rtol });
    // Parameters of about 0.1 gather the rounding of float32 over a hundred updates.
    const tolerance = { rtol: 1e-3, atol: 1e-4 };
    for (const [key, values] of Object.entries(expected.parameters))
      expect(parameters.get(key)!.data).toBeAllclose(values.flat(), tolerance);
    for (const [key, values] of Object.entries(expected.averaged ?? {}))
      expect(averaged!.get(key)!.data).toBeAllclose(values.flat(), tolerance);
    expect(averaged === undefined).toBe(torch.ema === undefined);
  });

  test("two batches of 8 give the updates of one batch of 16 within 1e-6", async () => {
    const options = { ...fitOptionsOf({ decay: 0.1, weights: [2, 1, 0.5], clip: 0.1 }), epochs: 2, runtime };
    const run = async (batchSize: number, accumulate: number) => {
      const losses: number[] = [];
      const { parameters, history } = await fit(
        trajectoryModel(),
        { train: trajectorySource(batchSize) },
        { ...options, batchSize, accumulate, onStep: ({ loss }) => losses.push(loss) },
      );
      return { losses, parameters, history };
    };
    const [large, parts] = [await run(16, 1), await run(8, 2)];
    expect(parts.losses).toHaveLength(6);
    expect(parts.losses).toBeAllclose(large.losses, { rtol: 1e-6 });
    for (const [name, { data }] of large.parameters)
      expect(parts.parameters.get(name)!.data).toBeAllclose(data, { rtol: 1e-6, atol: 1e-6 });
    expect(parts.history.map(({ numImages }) => numImages)).toEqual([40, 40]);
  });

  test("parameters that are frozen by a pattern stay bit-equal, decay included, and keep no moments", async () => {
    const model = trajectoryModel();
    const { parameters } = await fit(
      model,
      { train: trajectorySource() },
      {
        runtime,
        epochs: 2,
        batchSize: 8,
        learningRate: 0.1,
        weightDecay: 0.5,
        freeze: [/^hidden\./g],
        ema: { decay: 0.5 },
      },
    );
    const { "hidden.weight": weight, "hidden.bias": bias, "head.weight": head } = numbersOf(parameters);
    const first = numbersOf(model.parameters);
    expect(weight).toEqual(first["hidden.weight"]);
    expect(bias).toEqual(first["hidden.bias"]);
    expect(head).not.toEqual(first["head.weight"]);
  });

  test("the average moves, lags behind, and is what validation sees", async () => {
    const validation = trajectorySource();
    const options = { ...fitOptionsOf({ ema: { decay: 0.95 } }), epochs: 3, runtime };
    const { parameters, averaged, history, best } = await fit(
      trajectoryModel(),
      { train: trajectorySource(), validation },
      options,
    );
    const first = numbersOf(trajectoryModel().parameters)["head.weight"]!;
    const way = (arrays: typeof parameters) =>
      Math.hypot(...numbersOf(arrays)["head.weight"]!.map((value, i) => value - first[i]!));
    expect(way(averaged!)).toBeGreaterThan(0);
    expect(way(averaged!)).toBeLessThan(0.8 * way(parameters));
    const still = { ...options, learningRate: 0, epochs: 1 };
    const { ema: _, ...plain } = still;
    const seen = await fit(
      { ...trajectoryModel(), parameters: averaged! },
      { train: validation, validation },
      plain,
    );
    expect(history.at(-1)!.validationLoss).toBeCloseTo(seen.history[0]!.validationLoss!, 12);
    expect(numbersOf(best!.parameters)).toEqual(numbersOf(averaged!));
  });
});
