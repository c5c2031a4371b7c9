import { openRuntime } from "@cxrkit/runtime";
import { beforeAll, expect, test } from "vitest";
import { cornerRows, linearModel, numbersOf, sourceOf } from "../test/tinyRun.js";
import { type EpochRecord, type FitOptions, fit, type Matrix, type StepRecord } from "./index.js";

const findings = ["nodule", "mass"];
const model = linearModel([4, 4, 1], 2);
const rows = cornerRows(12);
const train = sourceOf(rows, 8, findings);

let base: FitOptions;
beforeAll(async () => {
  base = { runtime: await openRuntime("cpu"), epochs: 2, batchSize: 8, learningRate: 0.05 };
});

test("an empty validation split is refused before the first update", async () => {
  let numUpdates = 0;
  const onStep = () => {
    numUpdates += 1;
  };
  const validation = { ...train, numImages: 0 };
  await expect(fit(model, { train, validation }, { ...base, onStep })).rejects.toThrow(
    "fit: validation.numImages must be an integer of at least 1, got 0",
  );
  expect(numUpdates).toBe(0);
});

test("a validation split without positives gives a score that is not a number, and that is said", async () => {
  const negative = { ...rows, labels: rows.labels.map(() => [0, 0]) };
  const recall = ({ data }: Matrix, scores: Matrix) => {
    const positives = Array.from(data, (label, i) => [label, scores.data[i]!] as const).filter(
      ([label]) => label === 1,
    );
    return positives.filter(([, score]) => score > 0.5).length / positives.length;
  };
  const validation = sourceOf(negative, 8, findings);
  const { best, warnings } = await fit(model, { train, validation }, { ...base, validate: recall });
  expect(best).toBeUndefined();
  expect(warnings).toEqual(
    [1, 2].map(
      (epoch) =>
        `fit: the validation score of epoch ${epoch} must be finite, got NaN; the epoch cannot become the best`,
    ),
  );
});

test("a batch size above the number of images gives the updates of one that fits", async () => {
  const whole = await fit(model, { train: sourceOf(rows, 12, findings) }, { ...base, batchSize: 12 });
  const above = await fit(model, { train: sourceOf(rows, 12, findings) }, { ...base, batchSize: 50 });
  expect(above.step).toBe(2);
  for (const [name, numbers] of Object.entries(numbersOf(whole.parameters)))
    expect(numbersOf(above.parameters)[name]).toBeAllclose(numbers, { rtol: 1e-5, atol: 1e-7 });
});

test("a clock that is set back makes no rate, duration or time left negative", async () => {
  let time = 1e6;
  const steps: StepRecord[] = [];
  const epochs: EpochRecord[] = [];
  await fit(
    model,
    { train },
    {
      ...base,
      now: () => {
        time -= 1000;
        return time;
      },
      onStep: (record) => steps.push(record),
      onEpoch: (record) => epochs.push(record),
    },
  );
  expect(steps).toHaveLength(4);
  const numbers = [
    ...steps.flatMap(({ imagesPerSecond, secondsLeft }) => [imagesPerSecond, secondsLeft]),
    ...epochs.flatMap(({ imagesPerSecond, seconds }) => [imagesPerSecond, seconds]),
  ];
  expect(numbers.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
});

test("two runs from one seed are equal to the bit, and one from other first weights is not", async () => {
  for (const engine of ["cpu", "onnx-cpu"] as const) {
    const runtime = await openRuntime(engine);
    const run = async (start = model) => {
      const losses: number[] = [];
      const { parameters } = await fit(
        start,
        { train },
        { ...base, runtime, seed: 1, onStep: ({ loss }) => losses.push(loss) },
      );
      return { losses, numbers: numbersOf(parameters) };
    };
    const first = await run();
    expect(await run()).toEqual(first);
    expect(await run(linearModel([4, 4, 1], 2, new Float32Array(32).fill(0.1)))).not.toEqual(first);
  }
});
