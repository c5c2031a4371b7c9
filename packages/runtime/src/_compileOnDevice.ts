import type { InferenceSession, OnnxValue, Tensor } from "onnxruntime-node";
import { entriesOf, requireData, requireInputs, requireStateEntries } from "./_check.js";
import { createDeviceState, type DeviceState } from "./_deviceState.js";
import type { Storage } from "./_deviceStorage.js";
import { createGate } from "./_gate.js";
import type { Onnx } from "./_loadOnnx.js";
import { hostTensor, viewTensor } from "./_onnxTensors.js";
import { requireDefinition } from "./_requireDefinition.js";
import { requireInto } from "./_requireInto.js";
import { requirePrecision } from "./_requirePrecision.js";
import { explainOnnx } from "./_runOnnx.js";
import type { SessionCache } from "./_sessionCache.js";
import { stepMemory } from "./_stepMemory.js";
import type { CompiledStep } from "./CompiledStep.js";
import { compileGraph } from "./compiler/_compileGraph.js";
import { encodeModel } from "./compiler/_encodeModel.js";
import type { Graph } from "./compiler/_Graph.js";
import type { InputData, NamedArray } from "./NamedArray.js";
import type { StepDefinition } from "./Runtime.js";

/** An execution provider other than the CPU's. */
export interface Provider {
  readonly name: "onnx-cuda" | "onnx-webgpu";
  /** Writes a graph with the operators that the provider has. */
  readonly adapt: (graph: Graph) => Graph;
  /** Makes sessions, one for all steps whose models are equal. */
  readonly openSession: SessionCache;
  /** What a session of a graph needs to compute on the device. */
  readonly sessionOptions: (graph: Graph) => InferenceSession.SessionOptions;
  /** Where the state of its steps is kept. */
  readonly storage: Storage;
}

/** Compiles a step for a provider. */
export async function compileOnDevice(
  onnx: Onnx,
  definition: StepDefinition,
  { name, adapt, openSession, sessionOptions, storage }: Provider,
): Promise<CompiledStep> {
  requirePrecision(name, definition);
  const declared = requireDefinition(definition);
  const graph = adapt(compileGraph(definition));
  const outputNames = [...graph.outputs.keys()];
  const options = { ...sessionOptions(graph), ...outputLocations(outputNames, storage) };
  const { session, release } = await openSession(encodeModel(graph), options).catch((cause: unknown) => {
    throw explainOnnx("compile", cause);
  });
  const memory = stepMemory(definition, graph);
  const state = await createDeviceState(storage, declared, memory).catch((cause: unknown) => {
    release();
    throw cause;
  });
  const gate = createGate();
  return {
    memory,
    run: (inputs) =>
      gate.alone("run", async () => {
        requireInputs(definition.inputs, inputs);
        const feeds: Record<string, OnnxValue> = {};
        for (const [name, value] of state.tensors()) feeds[`state:${name}`] = value;
        for (const [name, { dtype, shape }] of Object.entries(definition.inputs))
          feeds[`input:${name}`] = hostTensor(onnx, { dtype, shape, data: inputs[name] as InputData });
        return runOnce(session, feeds, outputNames, state);
      }),
    readState: ({ into } = {}) =>
      gate.alone("readState", async () => {
        if (into !== undefined) requireInto(declared, into);
        return state.read(into);
      }),
    writeState: (given) =>
      gate.alone("writeState", async () => {
        const entries = entriesOf(given);
        requireStateEntries("writeState", declared, entries);
        for (const [name, array] of entries) requireData("writeState", name, array, array.data);
        await state.write(entries);
      }),
    dispose: () => {
      if (!gate.close()) return;
      state.dispose();
      release();
    },
  };
}

/** New state stays where the state is kept; what the caller asked to see comes to the host. */
function outputLocations(
  outputNames: readonly string[],
  { location }: Storage,
): InferenceSession.SessionOptions {
  const next = outputNames.filter((name) => name.startsWith("next:"));
  if (location === "cpu" || next.length === 0) return {};
  return { preferredOutputLocation: Object.fromEntries(next.map((name) => [name, location])) };
}

async function runOnce(
  session: InferenceSession,
  feeds: Readonly<Record<string, OnnxValue>>,
  outputNames: readonly string[],
  state: DeviceState,
): Promise<Record<string, NamedArray>> {
  const fetches = Object.fromEntries(outputNames.map((name) => [name, null]));
  const results = await state.guard("run", () => session.run(feeds, fetches));
  const outputs: Record<string, NamedArray> = {};
  const next = new Map<string, Tensor>();
  for (const [name, value] of Object.entries(results)) {
    if (name.startsWith("next:")) next.set(name.slice("next:".length), value as Tensor);
    else outputs[name.slice("output:".length)] = viewTensor(value as Tensor);
  }
  state.advance(next);
  return outputs;
}
