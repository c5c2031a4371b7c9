import type { InferenceSession, OnnxValue, Tensor } from "onnxruntime-node";
import { entriesOf, requireData, requireInputs, requireStateEntries } from "./_check.js";
import { createGate } from "./_gate.js";
import { requireDefinition } from "./_requireDefinition.js";
import type { CompiledStep } from "./CompiledStep.js";
import { compileGraph } from "./compiler/_compileGraph.js";
import type { NamedArray } from "./NamedArray.js";
import type { Runtime, StepDefinition } from "./Runtime.js";

type Onnx = typeof import("onnxruntime-node");

/** Opens ONNX Runtime on the CPU; fails with the command that installs it when it is not there. */
export async function openOnnxCpu(): Promise<Runtime> {
  const onnx = await loadOnnx();
  return {
    name: "onnx-cpu",
    description: `onnx-cpu: compiled steps, ONNX Runtime ${onnx.env.versions.common ?? "of unknown version"} on the CPU`,
    compile: (definition) => compileStep(onnx, definition),
  };
}

async function loadOnnx(): Promise<Onnx> {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    throw new Error(
      'openRuntime: engine "onnx-cpu" must find the package onnxruntime-node, got an error while loading it; install it with ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node',
      { cause },
    );
  }
}

/** State as ONNX Runtime sees it: a run reads `current` and writes `spare`, so a failed run loses nothing. */
interface Buffers {
  readonly current: Map<string, Tensor>;
  readonly spare: Map<string, Tensor>;
}

async function compileStep(onnx: Onnx, definition: StepDefinition): Promise<CompiledStep> {
  const declared = requireDefinition(definition);
  const { graph, model } = compileGraph(definition);
  const session = await onnx.InferenceSession.create(model, { logSeverityLevel: 3 });
  const tensor = ({ dtype, shape, data }: NamedArray): Tensor =>
    dtype === "float32"
      ? new onnx.Tensor(dtype, data as Float32Array, shape)
      : new onnx.Tensor(dtype, data as Int32Array, shape);
  const changing = [...declared].filter(([name]) => graph.outputs.has(`next:${name}`));
  const buffers: Buffers = {
    current: new Map(
      [...declared].map(([name, array]) => [name, tensor({ ...array, data: array.data.slice() })]),
    ),
    spare: new Map(
      changing.map(([name, array]) => [name, tensor({ ...array, data: emptyLike(array.data) })]),
    ),
  };
  const gate = createGate();
  return {
    run: (inputs) =>
      gate.alone("run", async () => {
        requireInputs(definition.inputs, inputs);
        const feeds: Record<string, OnnxValue> = {};
        for (const [name, value] of buffers.current) feeds[`state:${name}`] = value;
        for (const [name, { dtype, shape }] of Object.entries(definition.inputs)) {
          feeds[`input:${name}`] =
            dtype === "uint8"
              ? new onnx.Tensor(dtype, inputs[name] as Uint8Array, shape)
              : tensor({ dtype, shape, data: inputs[name] as Float32Array });
        }
        return runSession(session, graph.outputs.keys(), feeds, buffers);
      }),
    readState: () =>
      gate.alone(
        "readState",
        async () => new Map([...buffers.current].map(([name, value]) => [name, copyOut(value)])),
      ),
    writeState: (state) =>
      gate.alone("writeState", async () => {
        const entries = entriesOf(state);
        requireStateEntries("writeState", declared, entries);
        for (const [name, array] of entries) requireData("writeState", name, array, array.data);
        for (const [name, { data }] of entries)
          ((buffers.current.get(name) as Tensor).data as Float32Array).set(data);
      }),
    dispose: () => {
      if (!gate.close()) return;
      buffers.current.clear();
      buffers.spare.clear();
      void session.release();
    },
  };
}

async function runSession(
  session: InferenceSession,
  outputNames: Iterable<string>,
  feeds: Record<string, OnnxValue>,
  { current, spare }: Buffers,
): Promise<Record<string, NamedArray>> {
  const fetches: Record<string, OnnxValue | null> = {};
  for (const name of outputNames) fetches[name] = spare.get(name.slice("next:".length)) ?? null;
  const results = await session.run(feeds, fetches);
  for (const [name, written] of spare) {
    const read = current.get(name) as Tensor;
    current.set(name, written);
    spare.set(name, read);
  }
  const outputs: Record<string, NamedArray> = {};
  for (const [name, value] of Object.entries(results)) {
    if (name.startsWith("output:")) outputs[name.slice("output:".length)] = view(value as Tensor);
  }
  return outputs;
}

function view({ type, dims, data }: Tensor): NamedArray {
  return { dtype: type as NamedArray["dtype"], shape: dims, data: data as Float32Array };
}

function copyOut(value: Tensor): NamedArray {
  const { dtype, shape, data } = view(value);
  return { dtype, shape, data: data.slice() };
}

function emptyLike(data: NamedArray["data"]): NamedArray["data"] {
  return data instanceof Float32Array ? new Float32Array(data.length) : new Int32Array(data.length);
}
