import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRuntime, type Runtime } from "@cxrkit/runtime";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import fixture from "../fixtures/dino/trajectories.json" with { type: "json" };
import { dinoHeadParameters, dinoModel, greySource } from "../test/dino.js";
import { jsonTensorFile, numbersOf } from "../test/tinyRun.js";
import { planDino } from "./_planDino.js";
import { runPlan } from "./_runPlan.js";
import { type PretrainDinoOptions, pretrainDino, type StepRecord } from "./index.js";

const { input, expected } = fixture;
const head = { hiddenDim: 7, bottleneckDim: 4, numPrototypes: input.numPrototypes };
const crops = { globalSize: 8, localSize: 4, numLocal: 2 };
const cases = Object.entries(input.cases) as unknown as readonly (readonly [
  keyof typeof expected,
  { balance: "centre" | "sinkhorn-knopp"; koLeoWeight: number; ibot: boolean; frozenUpdates: number },
])[];

describe.each(["cpu", "onnx-cpu"] as const)("on %s", (engine) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await openRuntime(engine);
  });

  test.each(cases)(
    "twenty updates of student, teacher, centre and head equal PyTorch's: %s",
    async (name, torch) => {
      const steps: StepRecord[] = [];
      const batchSize = input.batchSize;
      const options: PretrainDinoOptions = {
        runtime,
        steps: 20,
        batchSize,
        learningRate: 0.01,
        weightDecay: 0.1,
        maxGradientNorm: 1,
        seed: 1,
        crops,
        head: { ...head, parameters: dinoHeadParameters },
        teacherMomentum: 0.9,
        teacherTemperature: (step) => 0.04 + 0.03 * Math.min(step / 10, 1),
        balance: torch.balance,
        koLeoWeight: torch.koLeoWeight,
        frozenPrototypeEpochs: 0,
        ...(torch.frozenUpdates === 0
          ? {}
          : { unfreeze: [{ parameters: [/last_layer/], after: { steps: torch.frozenUpdates } }] }),
        ...(torch.ibot ? { ibot: {} } : {}),
        onStep: (record) => steps.push(record),
      };
      const train = greySource(20 * batchSize, batchSize);
      const plan = planDino(dinoModel, { train, imageSize: [12, 12] }, options);
      const feed: typeof plan.objective.feed = (batch, place) => {
        const given = input.crops[place.step]!;
        const { values, weight } = plan.objective.feed(batch, place);
        const mask = torch.ibot ? { mask: Float32Array.from(given.mask) } : {};
        const views = { globals: Uint8Array.from(given.globals), locals: Uint8Array.from(given.locals) };
        return { values: { ...values, ...views, ...mask }, weight };
      };
      const { progress } = await runPlan({ ...plan, objective: { ...plan.objective, feed } }, options);
      const wanted = expected[name];
      expect(steps.map(({ loss }) => loss)).toBeAllclose(wanted.losses, { rtol: fixture.rtol, atol: 1e-5 });
      const entropies = steps.map(({ watched }) => watched.teacherEntropy!);
      expect(entropies).toBeAllclose(wanted.entropies, { rtol: 1e-3, atol: 1e-5 });
      // Parameters gather the rounding of float32 over twenty updates.
      const tolerance = { rtol: 1e-3, atol: 1e-4 };
      for (const [key, values] of Object.entries(wanted.student))
        expect(progress.state.get(key)!.data).toBeAllclose([values].flat(2), tolerance);
      for (const [key, values] of Object.entries(wanted.teacher))
        expect(progress.state.get(`optimizer/teacher/${key}`)!.data).toBeAllclose(
          [values].flat(2),
          tolerance,
        );
      if (torch.balance === "centre")
        expect(progress.state.get("optimizer/centre/image")!.data).toBeAllclose(wanted.centre, tolerance);
    },
  );
});

describe("a run in a folder", () => {
  let runtime: Runtime;
  let folder: string;
  let base: PretrainDinoOptions;
  beforeAll(async () => {
    runtime = await openRuntime("onnx-cpu");
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dino-"));
    base = {
      runtime,
      epochs: 3,
      batchSize: 4,
      learningRate: 0.02,
      seed: 5,
      crops,
      head,
      teacherMomentum: 0.9,
      folder,
      tensorFile: jsonTensorFile,
    };
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });
  const data = { train: greySource(18, 4), imageSize: [12, 12] as const };

  test.each<readonly [string, Partial<PretrainDinoOptions>]>([
    ["as it is", {}],
    ["with Sinkhorn–Knopp and masked patches", { balance: "sinkhorn-knopp", ibot: {}, ema: { decay: 0.9 } }],
    ["with two batches an update", { accumulate: 2, ibot: {}, maxGradientNorm: 0.5, koLeoWeight: 0 }],
    [
      "with updates that may be left out",
      { onNonFinite: "skip", accumulate: 2, optimizer: "sgd", momentum: 0.9 },
    ],
  ])("that is ended in the middle of any epoch ends with the same bits: %s", async (_, change) => {
    const { folder: __, tensorFile: ___, ...free } = { ...base, ...change };
    const losses: number[] = [];
    const whole = await pretrainDino(dinoModel, data, { ...free, onStep: ({ loss }) => losses.push(loss) });
    for (const step of [1, Math.floor(whole.step / 2), whole.step - 1]) {
      const controller = new AbortController();
      const onStep = (record: StepRecord) => record.step === step && controller.abort(new Error("ended"));
      const own = { ...base, ...change, folder: join(folder, String(step)) };
      await expect(
        pretrainDino(dinoModel, data, { ...own, signal: controller.signal, onStep }),
      ).rejects.toThrow("ended");
      const later: number[] = [];
      const resumed = await pretrainDino(dinoModel, data, { ...own, onStep: ({ loss }) => later.push(loss) });
      expect(later).toEqual(losses.slice(step));
      for (const part of ["teacher", "student", "head"] as const)
        expect(numbersOf(resumed[part])).toEqual(numbersOf(whole[part]));
      expect(numbersOf(resumed.averaged ?? new Map())).toEqual(numbersOf(whole.averaged ?? new Map()));
    }
  });

  test("is not gone on with under another teacher or other views", async () => {
    await pretrainDino(dinoModel, data, { ...base, steps: 2 });
    const again = (change: Partial<PretrainDinoOptions>) =>
      pretrainDino(dinoModel, data, { ...base, steps: 2, ...change });
    await expect(again({ centreMomentum: 0.5 })).rejects.toThrow(
      "pretrainDino: dino centreMomentum must be 0.9 as in the run that",
    );
    await expect(again({ crops: { ...crops, flip: false } })).rejects.toThrow(
      "pretrainDino: dino crops flip must be true as in the run that",
    );
    await expect(again({ teacherMomentum: 0.8 })).rejects.toThrow(
      "dino teacherMomentum at step 0 must be 0.9",
    );
    await expect(again({ seed: 6 })).rejects.toThrow("pretrainDino: seed must be 5");
  });
});

describe("the loop", () => {
  let base: PretrainDinoOptions;
  const data = { train: greySource(16, 4), imageSize: [12, 12] as const };
  beforeAll(async () => {
    const runtime = await openRuntime("onnx-cpu");
    base = { runtime, epochs: 2, batchSize: 4, learningRate: 0.02, seed: 5, crops, head, koLeoWeight: 0 };
  });

  test("gives two batches of 4 the updates of one batch of 8, centre included", async () => {
    const run = async (batchSize: number, accumulate: number) => {
      const train = greySource(16, batchSize);
      const options = { ...base, batchSize, accumulate, frozenPrototypeEpochs: 0, teacherMomentum: 0.9 };
      const losses: number[] = [];
      const result = await pretrainDino(
        dinoModel,
        { ...data, train },
        {
          ...options,
          onStep: ({ loss }) => losses.push(loss),
        },
      );
      return { ...result, losses };
    };
    const [large, parts] = [await run(8, 1), await run(4, 2)];
    expect(parts.losses).toBeAllclose(large.losses, { rtol: 1e-5 });
    for (const [name, { data: values }] of large.teacher)
      expect(parts.teacher.get(name)!.data).toBeAllclose(values, { rtol: 1e-5, atol: 1e-6 });
  });

  test("leaves the prototypes and frozen parameters alone as long as they are frozen", async () => {
    const given = { ...head, parameters: dinoHeadParameters };
    const options = { ...base, head: given, freeze: [/^embed\.weight/], weightDecay: 0.1 };
    const prototypes = (result: { head: Parameters<typeof numbersOf>[0] }) =>
      numbersOf(result.head)["dino_head.last_layer.weight"];
    const first = numbersOf(dinoHeadParameters)["dino_head.last_layer.weight"];
    const one = await pretrainDino(dinoModel, data, { ...options, epochs: 1 });
    expect(prototypes(one)).toEqual(first);
    const two = await pretrainDino(dinoModel, data, options);
    expect(prototypes(two)).not.toEqual(first);
    const { "embed.weight": embed, "mix.weight": mix } = numbersOf(two.student);
    expect(embed).toEqual(numbersOf(dinoModel.parameters)["embed.weight"]);
    expect(mix).not.toEqual(numbersOf(dinoModel.parameters)["mix.weight"]);
    expect(numbersOf(two.teacher)["embed.weight"]).toEqual(embed);
  });

  test("lets freeze and unfreeze say when the prototypes are trained", async () => {
    const prototypes = async (change: Partial<PretrainDinoOptions>) => {
      const { head: found } = await pretrainDino(dinoModel, data, { ...base, epochs: 2, ...change });
      return numbersOf(found)["dino_head.last_layer.weight"];
    };
    const own = [{ parameters: [/last_layer/], after: { epochs: 1 } }];
    expect(await prototypes({ unfreeze: own })).toEqual(await prototypes({ frozenPrototypeEpochs: 1 }));
    expect(await prototypes({ freeze: [/last_layer/] })).toEqual(
      await prototypes({ freeze: [/last_layer/], frozenPrototypeEpochs: 0 }),
    );
    expect(await prototypes({ freeze: [/last_layer/] })).not.toEqual(await prototypes({ unfreeze: own }));
  });

  test("shows a collapse: without a centre's help the marginal entropy falls, and equal vectors have no spread", async () => {
    const watch = async (change: Partial<PretrainDinoOptions>, model = dinoModel) => {
      const entries: Record<string, number>[] = [];
      const loggers = [{ log: ({ scalars }: { scalars: object }) => void entries.push({ ...scalars }) }];
      await pretrainDino(model, data, { ...base, epochs: 30, teacherMomentum: 0.9, ...change, loggers });
      return entries.filter((entry) => "train/marginalEntropy" in entry).at(-1)!;
    };
    const balanced = await watch({ balance: "sinkhorn-knopp", koLeoWeight: 0.1 });
    expect(balanced["train/marginalEntropy"]).toBeGreaterThan(0.9 * Math.log(head.numPrototypes));
    expect(balanced["train/featureSpread"]).toBeGreaterThan(0.1);
    const still = { ...dinoModel, parameters: new Map(dinoModel.parameters) };
    const mix = dinoModel.parameters.get("mix.weight")!;
    still.parameters.set("mix.weight", { ...mix, data: new Float32Array(mix.data.length) });
    const collapsed = await watch({ centreMomentum: 0.999, freeze: [/^mix\.weight/] }, still);
    expect(collapsed["train/featureSpread"]).toBeLessThan(1e-3);
    expect(collapsed["train/marginalEntropy"]).toBeLessThan(0.5 * balanced["train/marginalEntropy"]!);
  });

  test("leaves no tensors behind on an eager engine", async () => {
    const runtime = await openRuntime("cpu");
    const run = () => pretrainDino(dinoModel, data, { ...base, runtime, epochs: 1, ibot: {} });
    await run();
    const before = tf.memory().numTensors;
    await run();
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each<readonly [Partial<PretrainDinoOptions>, string]>([
    [{ batchSize: 0 }, "pretrainDino: batchSize must be an integer of at least 1, got 0"],
    [{ seed: -1 }, "pretrainDino: seed must be an integer of at least 0, got -1"],
    [{ learningRate: -1 }, "pretrainDino: learningRate must be a finite number of at least 0, got -1"],
    [
      { head: { numPrototypes: 1 } },
      "pretrainDino: head.numPrototypes must be an integer of at least 2, got 1",
    ],
    [
      { head: { ...head, parameters: dinoModel.parameters } },
      "must hold dino_head.mlp.0.weight of shape [7,5], got none",
    ],
    [{ studentTemperature: 0 }, "pretrainDino: studentTemperature must be a finite number above 0, got 0"],
    [{ teacherTemperature: 0 }, "pretrainDino: teacherTemperature must be a finite number above 0, got 0"],
    [{ teacherMomentum: 1 }, "pretrainDino: teacherMomentum must be at least 0 and below 1, got 1"],
    [
      { balance: "none" as "centre" },
      "pretrainDino: balance must be one of centre, sinkhorn-knopp, got none",
    ],
    [{ crops: { globalSize: 0 } }, "pretrainDino: crops.globalSize must be an integer of at least 1, got 0"],
    [
      { crops: { globalSize: 8, globalScale: [0.5, 2] } },
      "pretrainDino: crops.globalScale must rise and end at 1 at most, got [0.5, 2]",
    ],
    [{ crops: { globalSize: 8, blur: 2 } }, "pretrainDino: crops.blur must be from 0 to 1, got 2"],
    [
      { crops: { globalSize: 10 }, ibot: {} },
      "pretrainDino: model.patchSize must divide crops.globalSize (10) for ibot, got 4",
    ],
    [{ ibot: { ratio: [0.5, 1] } }, "pretrainDino: ibot.ratio must rise within (0, 1), got [0.5,1]"],
    [
      { koLeoWeight: 0.1, batchSize: 1 },
      "pretrainDino: batchSize must be at least 2 where koLeoWeight is above 0, got 1",
    ],
    [
      { freeze: () => true },
      "pretrainDino: freeze must leave at least one parameter to train, got all 12 frozen",
    ],
    [{ batchSize: 17 }, "pretrainDino: batchSize must be at most the number of training images, 16, got 17"],
    [
      { balance: "sinkhorn-knopp", centreMomentum: 0.9 },
      'pretrainDino: balance must be "centre" when centreMomentum is given, got sinkhorn-knopp',
    ],
    [
      { freeze: [/last_layer/], frozenPrototypeEpochs: 2 },
      "pretrainDino: frozenPrototypeEpochs must be 0 or left out where freeze or unfreeze matches dino_head.last_layer.weight, got 2",
    ],
    [
      { unfreeze: [{ parameters: [/last_layer/], after: { steps: 1 } }], frozenPrototypeEpochs: 1 },
      "pretrainDino: frozenPrototypeEpochs must be 0 or left out where freeze or unfreeze matches dino_head.last_layer.weight, got 1",
    ],
    [{ epochs: undefined as never }, "pretrainDino: epochs or steps must be given, got neither"],
  ])("refuses option %j", async (change, message) => {
    await expect(pretrainDino(dinoModel, data, { ...base, ...change })).rejects.toThrow(message);
  });

  test("refuses a model whose vectors are of other shapes, images of another size, and a name of the head's", async () => {
    await expect(pretrainDino({ ...dinoModel, width: 6 }, data, base)).rejects.toThrow(
      "pretrainDino: model.features must give image vectors of shape [8,6], got [8,5]",
    );
    const blind = {
      ...dinoModel,
      features: (...given: Parameters<typeof dinoModel.features>) => ({
        image: dinoModel.features(...given).image,
      }),
    };
    await expect(pretrainDino(blind, data, { ...base, ibot: {} })).rejects.toThrow(
      "pretrainDino: model.features must give patch vectors of shape [8,4,5] for ibot, got [none]",
    );
    await expect(pretrainDino(dinoModel, { ...data, imageSize: [12, 13] }, base)).rejects.toThrow(
      "pretrainDino: train batch 0: images of 4 images must have shape [B, 12, 13, 1], 624 numbers, got 576",
    );
    const parameters = new Map([...dinoModel.parameters, ...dinoHeadParameters]);
    await expect(pretrainDino({ ...dinoModel, parameters }, data, base)).rejects.toThrow(
      'pretrainDino: parameter dino_head.mlp.0.weight must not begin with "dino_head."',
    );
  });
});
