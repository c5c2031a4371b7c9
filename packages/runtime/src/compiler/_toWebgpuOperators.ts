import type { Graph, Node, Value } from "./_Graph.js";
import { rewriteGraph } from "./_rewriteGraph.js";
import { toStandardOperators } from "./_toStandardOperators.js";

/** A shader may bind eight buffers on any device: what a Split reads and this many results. */
const mostResults = 7;

/**
 * Writes what ONNX Runtime's WebGPU provider would leave to the CPU, or refuse, with operators that it has: a product
 * with a transposed operand as Transpose and MatMul, and a Split into many as one Slice each.
 */
export function toWebgpuOperators(graph: Graph): Graph {
  return rewriteGraph(
    toStandardOperators(graph, ({ op }) => op === "FusedMatMul"),
    (node, { builder, replace }) => {
      if (node.op !== "Split" || node.outputs.length <= mostResults) return;
      const axis = node.attributes.axis as number;
      let begin = 0;
      for (const part of node.outputs) {
        const { shape, dtype } = part;
        const end = begin + (shape[axis] as number);
        const source = node.inputs[0] as Value;
        replace(part, builder.emit("Slice", [source], { shape, dtype, ints: [[begin], [end], [axis]] }));
        begin = end;
      }
    },
  );
}

/**
 * What the provider takes on and cannot do (a maximum's place), or does with 2⁻¹¹ of error (sine and cosine, to which
 * WGSL allows no better), and so is left to the CPU.
 *
 * @see https://www.w3.org/TR/WGSL/#floating-point-accuracy
 */
export function isLeftToCpu({ op, outputs }: Node): boolean {
  return op === "Sin" || op === "Cos" || (op === "MaxPool" && outputs.length > 1);
}
