import type { InferenceSession, Tensor } from "onnxruntime-node";
import { entriesOf, requireData, requireInputs, requireStateEntries } from "./_check.js";
import { createGate } from "./_gate.js";
import { createHostState } from "./_hostState.js";
import { loadOnnx, type Onnx } from "./_loadOnnx.js";
import { copyTensor, hostTensor, viewTensor } from "./_onnxTensors.js";
import { requireDefinition } from "./_requireDefinition.js";
import { requireInto } from "./_requireInto.js";
import { requirePrecision } from "./_requirePrecision.js";
import { runOnnx } from "./_runOnnx.js";
import { createSessionCache, type SessionCache } from "./_sessionCache.js";
import { stepMemory } from "./_stepMemory.js";
import type { CompiledStep } from "./CompiledStep.js";
import { compileGraph } from "./compiler/_compileGraph.js";
import { encodeModel } from "./compiler/_encodeModel.js";
import type { Graph } from "./compiler/_Graph.js";
import type { InputData, NamedArray } from "./NamedArray.js";
import type { Runtime, StepDefinition } from "./Runtime.js";

/** Opens ONNX Runtime on the CPU; fails with the command that installs it when it is not there. */
export async function openOnnxCpu(): Promise<Runtime> {
  const onnx = await loadOnnx("onnx-cpu");
  const openSession = createSessionCache((model, options) => onnx.InferenceSession.create(model, options));
  return {
    name: "onnx-cpu",
    description: `onnx-cpu: compiled steps, ONNX Runtime ${onnx.env.versions.common ?? "of unknown version"} on the CPU`,
    compile: (definition) => compileStep(onnx, openSession, definition),
  };
}

/**
 * What ONNX Runtime would print as an error it throws as well. A plan of where each result lies makes inference 8 % faster
 * and training none, where it takes half as much memory again.
 */
function sessionOptions({ outputs }: Graph): InferenceSession.SessionOptions {
  const isTraining = [...outputs.keys()].some((name) => name.startsWith("next"));
  return { logSeverityLevel: 4, enableMemPattern: !isTraining };
}

async function compileStep(
  onnx: Onnx,
  openSession: SessionCache,
  definition: StepDefinition,
): Promise<CompiledStep> {
  requirePrecision("onnx-cpu", definition);
  const declared = requireDefinition(definition);
  const graph = compileGraph(definition, { packs: true, rounds: true });
  const { session, release } = await openSession(encodeModel(graph), sessionOptions(graph));
  const memory = stepMemory(definition, graph);
  const state = createHostState(onnx, graph, declared);
  const gate = createGate();
  return {
    memory,
    run: (inputs) =>
      gate.alone("run", async () => {
        requireInputs(definition.inputs, inputs);
        const feeds = state.feeds();
        for (const [name, { dtype, shape }] of Object.entries(definition.inputs))
          feeds[`input:${name}`] = hostTensor(onnx, { dtype, shape, data: inputs[name] as InputData });
        const results = await runOnnx(session, feeds, state.fetches(), memory);
        state.swap();
        return outputsOf(results);
      }),
    readState: ({ into } = {}) =>
      gate.alone("readState", async () => {
        if (into !== undefined) requireInto(declared, into);
        return new Map([...state.entries()].map(([name, value]) => [name, copyInto(into?.get(name), value)]));
      }),
    writeState: (given) =>
      gate.alone("writeState", async () => {
        const entries = entriesOf(given);
        requireStateEntries("writeState", declared, entries);
        for (const [name, array] of entries) requireData("writeState", name, array, array.data);
        for (const [name, { data }] of entries)
          ((state.entries().get(name) as Tensor).data as Float32Array).set(data);
      }),
    dispose: () => {
      if (!gate.close()) return;
      state.clear();
      release();
    },
  };
}

/** Copies what a tensor holds, into the array that is given if there is one. */
function copyInto(array: NamedArray | undefined, value: Tensor): NamedArray {
  if (array === undefined) return copyTensor(value);
  array.data.set(viewTensor(value).data);
  return array;
}

function outputsOf(results: Readonly<Record<string, unknown>>): Record<string, NamedArray> {
  const outputs: Record<string, NamedArray> = {};
  for (const [name, value] of Object.entries(results))
    if (name.startsWith("output:")) outputs[name.slice("output:".length)] = viewTensor(value as Tensor);
  return outputs;
}
