// Importing tfjs-layers registers the gradient functions; tfjs-core alone has none and offers no importable way to add them.
import "@tensorflow/tfjs-layers";
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import {
  backend,
  getBackend,
  keep,
  setBackend,
  type Tensor,
  tensor,
  tidy,
  version_core,
} from "@tensorflow/tfjs-core";
import { entriesOf, requireData, requireInputs, requireStateEntries } from "./_check.js";
import { createGate } from "./_gate.js";
import { loadTfjsNode } from "./_loadTfjsNode.js";
import { requireDefinition } from "./_requireDefinition.js";
import { requireInto } from "./_requireInto.js";
import { requirePrecision } from "./_requirePrecision.js";
import { requireResult } from "./_requireResult.js";
import { stepMemory } from "./_stepMemory.js";
import type { CompiledStep } from "./CompiledStep.js";
import type { InputData, NamedArray } from "./NamedArray.js";
import type { Runtime, RuntimeName, StepDefinition, StepResult } from "./Runtime.js";

/** Engines that do not compile. */
export type EagerName = Exclude<RuntimeName, `onnx-${string}`>;

/** Opens a TensorFlow.js backend that runs a step operation by operation. */
export async function openEager(name: EagerName): Promise<Runtime> {
  if (name === "tfjs-node" || name === "tfjs-node-gpu") {
    const library = await loadTfjsNode(name);
    return eagerRuntime(
      name,
      "tensorflow",
      `${name}: operation by operation, TensorFlow.js ${version_core} on libtensorflow ${library}`,
    );
  }
  if (name === "cpu") {
    await import("@tensorflow/tfjs-backend-cpu");
  } else {
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
    setWasmPaths(dirname(entry) + sep);
  }
  const runtime = await eagerRuntime(
    name,
    name,
    `${name}: operation by operation, TensorFlow.js ${version_core}`,
  );
  // The cpu backend prints an advertisement at its first use; a library must not print.
  if (name === "cpu") Reflect.set(backend(), "firstUse", false);
  return runtime;
}

async function eagerRuntime(name: RuntimeName, backendName: string, description: string): Promise<Runtime> {
  await activate(backendName);
  return { name, description, compile: (definition) => prepareStep(name, backendName, definition) };
}

async function activate(name: string): Promise<void> {
  if (getBackend() !== name && !(await setBackend(name))) {
    throw new Error(`openRuntime: TensorFlow.js backend "${name}" must start, got a refusal from it`);
  }
}

async function prepareStep(
  name: RuntimeName,
  backendName: string,
  definition: StepDefinition,
): Promise<CompiledStep> {
  requirePrecision(name, definition);
  const declared = requireDefinition(definition);
  await activate(backendName);
  const state = new Map([...declared].map(([name, array]) => [name, toTensor(array)]));
  const gate = createGate();
  return {
    memory: stepMemory(definition, undefined),
    run: (inputs) =>
      gate.alone("run", async () => {
        requireInputs(definition.inputs, inputs);
        await activate(backendName);
        const { next, outputs } = runEagerly(definition, declared, state, inputs);
        for (const [name, value] of next) {
          state.get(name)?.dispose();
          state.set(name, value);
        }
        return readAll(outputs);
      }),
    readState: ({ into } = {}) =>
      gate.alone("readState", async () => {
        if (into !== undefined) requireInto(declared, into);
        return readInto(state, into);
      }),
    writeState: (given) =>
      gate.alone("writeState", async () => {
        const entries = entriesOf(given);
        requireStateEntries("writeState", declared, entries);
        for (const [name, array] of entries) requireData("writeState", name, array, array.data);
        await activate(backendName);
        for (const [name, array] of entries) {
          state.get(name)?.dispose();
          state.set(name, toTensor(array));
        }
      }),
    dispose: () => {
      if (!gate.close()) return;
      for (const value of state.values()) value.dispose();
      state.clear();
    },
  };
}

type Named = [name: string, value: Tensor][];

function runEagerly(
  { inputs: specs, step }: StepDefinition,
  declared: ReadonlyMap<string, NamedArray>,
  state: ReadonlyMap<string, Tensor>,
  inputs: Readonly<Record<string, InputData>>,
): { next: Named; outputs: Named } {
  let next: Named = [];
  let outputs: Named = [];
  tidy(() => {
    const given = Object.entries(specs).map(([name, { dtype, shape }]) => [
      name,
      dtype === "uint8"
        ? tensor(Float32Array.from(inputs[name] as Uint8Array), [...shape], "float32")
        : tensor(inputs[name] as Float32Array, [...shape], dtype),
    ]);
    const result: StepResult = step(Object.fromEntries(state), Object.fromEntries(given));
    requireResult(declared, result);
    // A tensor may be returned twice, or be an input: each result gets a handle of its own.
    const own = (entries: Named): Named => entries.map(([name, value]) => [name, keep(value.clone())]);
    next = own(Object.entries(result.state ?? {}).filter(([name, value]) => value !== state.get(name)));
    outputs = own(Object.entries(result.outputs));
  });
  return { next, outputs };
}

async function readAll(outputs: Named): Promise<Record<string, NamedArray>> {
  const arrays: Record<string, NamedArray> = {};
  for (const [name, value] of outputs) {
    arrays[name] = await readOne(value);
    value.dispose();
  }
  return arrays;
}

async function readInto(
  state: ReadonlyMap<string, Tensor>,
  into: ReadonlyMap<string, NamedArray> | undefined,
): Promise<Map<string, NamedArray>> {
  const arrays = new Map<string, NamedArray>();
  for (const [name, value] of state) arrays.set(name, await readOne(value, into?.get(name)));
  return arrays;
}

/** Copies what a tensor holds, into the array that is given if there is one. */
async function readOne(value: Tensor, array?: NamedArray): Promise<NamedArray> {
  const data = await value.data<"float32">();
  if (array === undefined)
    return { dtype: value.dtype as NamedArray["dtype"], shape: value.shape, data: data.slice() };
  array.data.set(data);
  return array;
}

/** Copies, because a backend may keep the array it is given. */
function toTensor({ dtype, shape, data }: NamedArray): Tensor {
  return tensor(data.slice() as Float32Array, [...shape], dtype);
}
