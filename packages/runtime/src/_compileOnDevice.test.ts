import * as onnx from "onnxruntime-node";
import { expect, test } from "vitest";
import { attentionStep } from "../test/attentionStep.js";
import { compileOnDevice } from "./_compileOnDevice.js";
import { hostStorage } from "./_deviceStorage.js";
import { openRuntime } from "./index.js";

/** What `onnx-cuda` is made of, on the processor's provider: the state on the host, results in new arrays. */
const compileOnHost = (definition = attentionStep().definition) =>
  compileOnDevice(onnx, definition, {
    name: "onnx-cuda",
    adapt: (graph) => graph,
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

test("a graph that the provider refuses is an error of compile that says why", async () => {
  const attempt = compileOnDevice(onnx, attentionStep().definition, {
    name: "onnx-cuda",
    adapt: (graph) => graph,
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
