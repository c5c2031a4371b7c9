import { entriesOf } from "./_check.js";
import { requireDefinition } from "./_requireDefinition.js";
import { encodeModel } from "./compiler/_encodeModel.js";
import { fuseGemmBias } from "./compiler/_fuseGemmBias.js";
import { fuseLayerNorm } from "./compiler/_fuseLayerNorm.js";
import type { Graph, Value } from "./compiler/_Graph.js";
import { keepReducedAxes } from "./compiler/_keepReducedAxes.js";
import { removeDeadNodes } from "./compiler/_removeDeadNodes.js";
import { toStandardOperators } from "./compiler/_toStandardOperators.js";
import { traceStep } from "./compiler/_traceStep.js";
import type { StepDefinition } from "./Runtime.js";

/** Largest file that protobuf can hold, less a reserve for the graph itself. */
const mostBytes = 2 ** 31 - 2 ** 24;

/**
 * A step as an ONNX file for deployment: its state becomes the weights, its inputs and outputs keep their names, and
 * what it would change in the state is left out. Operator set 18 of ONNX alone, so that any runtime of it can read the
 * file. The shapes, the number of images among them, are those of the definition.
 *
 * @param definition - The step, such as a forward pass: `step: (parameters, { images }) => ({ outputs: { logits } })`.
 * @returns The bytes of the file.
 * @throws RangeError if the step uses an operation that the compiler does not know, has no output, names an output like
 * an input, or has more than 2 GB of state.
 * @see https://github.com/onnx/onnx/blob/v1.16.0/docs/IR.md
 * @example
 * {@includeCode ../example/exportOnnx.example.ts}
 */
export function exportOnnx(definition: StepDefinition): Uint8Array {
  const declared = requireDefinition(definition);
  const numBytes = [...declared.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  if (numBytes > mostBytes) {
    throw new RangeError(
      `exportOnnx: state must have at most ${mostBytes} bytes, as the file format has, got ${numBytes}`,
    );
  }
  const traced = traceStep(definition);
  const constants = new Map<string, Value>();
  const inputs = new Map<string, Value>();
  for (const [name, value] of traced.inputs) {
    const plain = name.slice(name.indexOf(":") + 1);
    if (name.startsWith("input:")) inputs.set(plain, value);
    else {
      const { data } = declared.get(plain) as { data: Float32Array };
      Object.assign(value, { data });
      constants.set(plain, value);
    }
  }
  const outputs = new Map(
    [...traced.outputs].flatMap(([name, value]) =>
      name.startsWith("output:") ? [[name.slice("output:".length), value] as const] : [],
    ),
  );
  if (outputs.size === 0) throw new RangeError("exportOnnx: step must have an output, got none");
  for (const name of [...outputs.keys(), ...entriesOf(declared).map(([name]) => name)]) {
    if (inputs.has(name) || (outputs.has(name) && constants.has(name)))
      throw new RangeError(
        `exportOnnx: names of inputs, outputs and state must differ from each other, got ${name} twice`,
      );
  }
  const needed = removeDeadNodes({ inputs, outputs, constants, nodes: traced.nodes });
  const passes = [keepReducedAxes, fuseLayerNorm, fuseGemmBias, toStandardOperators];
  return encodeModel(passes.reduce<Graph>((before, pass) => pass(before), needed));
}
