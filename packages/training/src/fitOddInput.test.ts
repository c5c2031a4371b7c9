import { openRuntime } from "@cxrkit/runtime";
import { beforeAll, expect, test } from "vitest";
import { cornerRows, linearModel, numbersOf, sourceOf } from "../test/tinyRun.js";
import {
  type BatchSource,
  type EpochRecord,
  type FitOptions,
  fit,
  type Matrix,
  type StepRecord,
} from "./index.js";

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

/** The images with these columns of their labels all 0. */
function without(...columns: readonly number[]): BatchSource {
  const labels = rows.labels.map((row) => row.map((label, k) => (columns.includes(k) ? 0 : label)));
  return sourceOf({ ...rows, labels }, 8, findings);
}

/** Share of the positive labels that score above 0.5; NaN without any. */
const recall = ({ data }: Matrix, scores: Matrix) => {
  const positives = Array.from(data, (label, i) => [label, scores.data[i]!] as const).filter(
    ([label]) => label === 1,
  );
  return positives.filter(([, score]) => score > 0.5).length / positives.length;
};

const noPositives =
  'fit: validation must hold a positive label of at least one finding where monitor is "score", got none of nodule, mass; give other images, or monitor "loss"';

test("a validation split without positives ends a run that monitors a score: before the first update where the source counts them, else after the first validation", async () => {
  let numUpdates = 0;
  const onStep = () => {
    numUpdates += 1;
  };
  const options = { ...base, validate: recall, onStep };
  const counted = { ...without(0, 1), positives: [0, 0] };
  await expect(fit(model, { train, validation: counted }, options)).rejects.toThrow(noPositives);
  expect(numUpdates).toBe(0);
  await expect(fit(model, { train, validation: without(0, 1) }, options)).rejects.toThrow(noPositives);
  expect(numUpdates).toBe(2);
});

test("a validation split without positives does where the loss is monitored, or the score needs none, and that is said", async () => {
  for (const validation of [without(0, 1), { ...without(0, 1), positives: [0, 0] }]) {
    const { best, warnings } = await fit(
      model,
      { train, validation },
      { ...base, validate: recall, monitor: "loss" },
    );
    expect(best?.monitor).toBe("loss");
    expect(warnings).toEqual([
      "fit: validation holds no positive label of nodule, mass; a score that needs one, such as an AUROC, is not defined there",
    ]);
  }
  const right = ({ data }: Matrix, scores: Matrix) =>
    Array.from(data).filter((label, i) => (label === 1) === scores.data[i]! > 0.5).length;
  const { best } = await fit(model, { train, validation: without(0, 1) }, { ...base, validate: right });
  expect(best?.monitor).toBe("score");
});

test("a finding without positives among the validation images is named once, and before the first update where the source counts them", async () => {
  const warning =
    "fit: validation holds no positive label of mass; a score that needs one, such as an AUROC, is not defined there";
  for (const validation of [without(1), { ...without(1), positives: [3, 0] }]) {
    const told: string[] = [];
    const { warnings } = await fit(
      model,
      { train, validation },
      {
        ...base,
        validate: recall,
        onWarning: (message) => told.push(message),
        onStep: ({ step }) => told.push(`update ${step}`),
      },
    );
    expect(warnings).toEqual([warning]);
    expect(told.indexOf(warning)).toBe("positives" in validation ? 0 : 2);
  }
  const { warnings } = await fit(model, { train, validation: without(1) }, base);
  expect(warnings).toEqual([]);
});

test("a score that is not a number for another reason cannot be the best, and that is said", async () => {
  const { best, warnings } = await fit(
    model,
    { train, validation: train },
    { ...base, validate: () => Number.NaN },
  );
  expect(best).toBeUndefined();
  expect(warnings).toEqual(
    [1, 2].map(
      (epoch) =>
        `fit: the validation score of epoch ${epoch} must be finite, got NaN; the epoch cannot become the best`,
    ),
  );
});

test.each<readonly [readonly number[], string]>([
  [[1], "fit: validation.positives must hold 2 counts, one a finding, got 1"],
  [[1, -1], "fit: validation.positives[1] (mass) must be an integer of at least 0, got -1"],
])("counts of positives that are none are refused: %j", async (positives, message) => {
  await expect(fit(model, { train, validation: { ...train, positives } }, base)).rejects.toThrow(message);
});

test("a batch size above the number of training images is refused, above that of validation images it is not", async () => {
  await expect(fit(model, { train }, { ...base, batchSize: 13 })).rejects.toThrow(
    "fit: batchSize must be at most the number of training images, 12, got 13",
  );
  const three = { images: rows.images.slice(0, 3), labels: rows.labels.slice(0, 3) };
  const lossOf = async (batchSize: number) => {
    const validation = sourceOf(three, batchSize, findings);
    const options = { ...base, epochs: 1, batchSize, learningRate: 0 };
    const { validations } = await fit(
      model,
      { train: sourceOf(rows, batchSize, findings), validation },
      options,
    );
    return validations[0]!.loss;
  };
  expect(await lossOf(8)).toBeCloseTo(await lossOf(3), 6);
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
