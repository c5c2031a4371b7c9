import * as onnx from "onnxruntime-node";
import { expect, test } from "vitest";
import { attentionStep } from "../test/attentionStep.js";
import { compileOnDevice } from "./_compileOnDevice.js";
import { hostStorage } from "./_deviceStorage.js";
import { createSessionCache } from "./_sessionCache.js";
import { openRuntime } from "./index.js";

/** Opens sessions of ONNX Runtime. */
const createSession = (model: Uint8Array, options?: onnx.InferenceSession.SessionOptions) =>
  onnx.InferenceSession.create(model, options);

/** What `onnx-cuda` is made of, on the processor's provider: the state on the host, results in new arrays. */
const compileOnHost = (definition = attentionStep().definition) =>
  compileOnDevice(onnx, definition, {
    name: "onnx-cuda",
    adapt: (graph) => graph,
    openSession: createSessionCache(createSession),
    sessionOptions: () => ({ logSeverityLevel: 4 }),
    storage: hostStorage(onnx),
  });

test("a provider whose state is on the host learns what onnx-cpu learns, and reads and writes its state", async () => {
  const { definition, inputsAt } = attentionStep();
  const step = await compileOnHost();
  const reference = await (await openRuntime("onnx-cpu")).compile(definition);
  const start = await step.readState();
  for (let t = 0; t < 10; t++) {
    const { loss } = await step.run(inputsAt(t));
    expect(loss?.data).toBeAllclose((await reference.run(inputsAt(t))).loss?.data ?? [], { rtol: 1e-5 });
  }
  const learned = await step.readState();
  for (const [name, { data }] of await reference.readState())
    expect(learned.get(name)?.data, name).toBeAllclose(data, { rtol: 1e-4, atol: 1e-6 });
  await step.writeState(start);
  expect(await step.readState()).toEqual(start);
  expect(step.memory).toEqual(expect.objectContaining({ stateBytes: reference.memory.stateBytes }));
  step.dispose();
  reference.dispose();
});

test("a provider reads its state into the arrays of an earlier reading, or refuses them", async () => {
  const { definition, inputsAt } = attentionStep();
  const step = await compileOnHost(definition);
  const into = await step.readState();
  const arrays = new Map([...into].map(([name, { data }]) => [name, data]));
  await step.run(inputsAt(0));
  const state = await step.readState({ into });
  expect(state).toEqual(await step.readState());
  for (const [name, { data }] of state) expect(data).toBe(arrays.get(name));
  await expect(step.readState({ into: new Map() })).rejects.toThrow(RangeError);
  step.dispose();
});

test("a graph that the provider refuses is an error of compile that says why", async () => {
  const attempt = compileOnDevice(onnx, attentionStep().definition, {
    name: "onnx-cuda",
    adapt: (graph) => graph,
    openSession: createSessionCache(createSession),
    sessionOptions: () => ({ logSeverityLevel: 4, executionProviders: ["nonesuch"] }),
    storage: hostStorage(onnx),
  });
  await expect(attempt).rejects.toThrow(/^compile: ONNX Runtime must do its part, got: .*nonesuch/);
});

test("what the caller declared and what readState gave are never written into", async () => {
  const { definition, inputsAt } = attentionStep();
  const declared = structuredClone(definition.state);
  const step = await compileOnHost(definition);
  await step.run(inputsAt(0));
  const read = await step.readState();
  const copy = structuredClone(read);
  await step.run(inputsAt(1));
  expect(definition.state).toEqual(declared);
  expect(read).toEqual(copy);
  step.dispose();
});

test("two steps of one model share a session, not their states, and the last one releases it", async () => {
  const log: string[] = [];
  const openSession = createSessionCache(async (model, options) => {
    const session = await createSession(model, options);
    log.push("create");
    const run = session.run.bind(session);
    const release = async () => {
      log.push("release");
      await session.release();
    };
    return { run, release } as onnx.InferenceSession;
  });
  const { definition, inputsAt } = attentionStep();
  const compile = () =>
    compileOnDevice(onnx, definition, {
      name: "onnx-cuda",
      adapt: (graph) => graph,
      openSession,
      sessionOptions: () => ({ logSeverityLevel: 4 }),
      storage: hostStorage(onnx),
    });
  const [first, second] = await Promise.all([compile(), compile()]);
  const start = await second.readState();
  await Promise.all([first.run(inputsAt(0)), second.run(inputsAt(0))]);
  await first.run(inputsAt(1));
  expect(await second.readState()).not.toEqual(start);
  expect(await second.readState()).not.toEqual(await first.readState());
  await second.run(inputsAt(1));
  expect(await second.readState()).toEqual(await first.readState());
  first.dispose();
  expect(log).toEqual(["create"]);
  await second.run(inputsAt(2));
  second.dispose();
  expect(log).toEqual(["create", "release"]);
});
