// Importing tfjs-layers registers the gradient functions; tfjs-core alone has none and offers no importable way to add them.
import "@tensorflow/tfjs-layers";
import {
  engine,
  registerBackend,
  registerKernel,
  setBackend,
  type Tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { entriesOf } from "../_check.js";
import { requireResult } from "../_requireResult.js";
import type { InputSpec, StepDefinition } from "../Runtime.js";
import type { Graph, Value } from "./_Graph.js";
import { GraphBuilder } from "./_GraphBuilder.js";
import { tracingKernels } from "./_kernels.js";
import { TracingBackend, tracingBackendName } from "./_TracingBackend.js";

let recorder: TracingBackend | undefined;

/** Registers the recorder once for the process; TensorFlow.js keeps its backends in one global table. */
function openRecorder(): TracingBackend {
  if (recorder === undefined) {
    const backend = new TracingBackend();
    registerBackend(tracingBackendName, () => backend, 0);
    for (const kernel of tracingKernels()) registerKernel(kernel);
    recorder = backend;
  }
  return recorder;
}

/** Runs the step once on the recording backend and gives back what it did, with the names of state entries that it changes. */
export function traceStep(definition: StepDefinition): Graph {
  const backend = openRecorder();
  const previous = engine().backendName as string | undefined;
  // Both switches take effect before the promise is returned, since neither backend starts asynchronously.
  void setBackend(tracingBackendName);
  backend.builder = new GraphBuilder();
  // TensorFlow.js is deep: with the usual ten lines a stack would not reach the step that called it.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  try {
    let graph: Graph | undefined;
    tidy(() => {
      graph = record(definition, backend);
    });
    return graph as unknown as Graph;
  } catch (cause) {
    throw explain(cause);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    backend.builder = new GraphBuilder();
    if (previous !== undefined && previous !== tracingBackendName) void setBackend(previous);
  }
}

function record({ state, inputs, step }: StepDefinition, backend: TracingBackend): Graph {
  const { builder } = backend;
  const values = new Map<string, Value>();
  const tensors = (prefix: string, entries: readonly (readonly [string, InputSpec])[]) =>
    Object.fromEntries(
      entries.map(([name, { shape, dtype }]) => {
        const value = builder.input(shape, dtype);
        values.set(`${prefix}:${name}`, value);
        const seen = dtype === "uint8" ? "float32" : dtype;
        const { dataId } = backend.handle(builder.cast(value, seen));
        return [name, engine().makeTensorFromDataId(dataId, [...shape], seen, backend)];
      }),
    );
  const declared = entriesOf(state);
  const result = step(tensors("state", declared), tensors("input", Object.entries(inputs)));
  requireResult(new Map(declared), result);
  const recorded = (tensor: Tensor) => builder.reshape(backend.valueBehind(tensor), tensor.shape);
  const outputs = new Map<string, Value>();
  for (const [name, tensor] of Object.entries(result.state ?? {})) {
    const value = recorded(tensor);
    if (value !== values.get(`state:${name}`)) outputs.set(`next:${name}`, value);
  }
  for (const [name, tensor] of Object.entries(result.outputs))
    outputs.set(`output:${name}`, recorded(tensor));
  return { inputs: values, outputs, nodes: builder.nodes };
}

function explain(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  const kernel = /Kernel '(\w+)' not registered/.exec(cause.message)?.[1];
  if (kernel === undefined) return cause;
  return new RangeError(
    `compile: step must use operations that the compiler knows, got ${kernel}${placeOf(cause)}; write it with other operations or run it on the "cpu" engine`,
    { cause },
  );
}

/** Where the step called the operation: the first line of the stack that is not a library's or the compiler's. */
function placeOf({ stack = "" }: Error): string {
  const line = stack
    .split("\n")
    .find((text) => /^\s+at /.test(text) && !/node_modules|[/\\]compiler[/\\]_|node:/.test(text));
  const place = /\(?((?:file:|\/|[A-Za-z]:).*:\d+:\d+)\)?$/.exec(line ?? "")?.[1];
  return place === undefined ? "" : ` at ${place}`;
}
