import { expect, test } from "vitest";
import type { Graph, Value } from "./_Graph.js";
import { GraphBuilder } from "./_GraphBuilder.js";
import { isLeftToCpu, toWebgpuOperators } from "./_toWebgpuOperators.js";

const graphOf = (x: Value, builder: GraphBuilder, outputs: readonly Value[]): Graph => ({
  inputs: new Map([["input:x", x]]),
  outputs: new Map(outputs.map((value, i) => [`output:${i}`, value])),
  nodes: builder.nodes,
});

const splitInto = (parts: number) => {
  const builder = new GraphBuilder();
  const x = builder.input([2, 2 * parts], "float32");
  const sizes = Array.from({ length: parts }, () => 2);
  const options = sizes.map((size) => ({ shape: [2, size], ints: [sizes], attributes: { axis: 1 } }));
  return toWebgpuOperators(graphOf(x, builder, builder.emitAll("Split", [x], options)));
};

test("a Split into more parts than a shader may bind becomes a Slice for each", () => {
  const { nodes, outputs } = splitInto(8);
  expect(nodes.map(({ op }) => op)).toEqual(Array.from({ length: 8 }, () => "Slice"));
  expect(nodes.map(({ ints }) => ints)).toEqual(
    Array.from({ length: 8 }, (_, i) => [[2 * i], [2 * i + 2], [1]]),
  );
  expect([...outputs.values()].map(({ producer }) => producer)).toEqual(nodes);
  expect([...outputs.values()].map(({ shape }) => shape)).toEqual(Array.from({ length: 8 }, () => [2, 2]));
});

test("a Split into few parts stays", () => {
  expect(splitInto(7).nodes.map(({ op }) => op)).toEqual(["Split"]);
});

test("a product with a transposed operand becomes Transpose and MatMul; ONNX Runtime's GELU stays", () => {
  const builder = new GraphBuilder();
  const x = builder.input([2, 3, 4], "float32");
  const domain = "com.microsoft";
  const product = builder.emit("FusedMatMul", [x, x], {
    shape: [2, 3, 3],
    attributes: { transA: 0, transB: 1 },
    domain,
  });
  const gelu = builder.emit("Gelu", [product], { shape: [2, 3, 3], domain });
  const { nodes } = toWebgpuOperators(graphOf(x, builder, [gelu]));
  expect(nodes.map(({ op }) => op)).toEqual(["Transpose", "MatMul", "Gelu"]);
  expect(nodes[0]?.attributes).toEqual({ perm: [0, 2, 1] });
});

test("sine, cosine and the place of a maximum are left to the CPU", () => {
  const builder = new GraphBuilder();
  const x = builder.input([1, 1, 4, 4], "float32");
  builder.unary("Sin", x);
  builder.unary("Exp", x);
  const shape = [1, 1, 2, 2];
  builder.emitAll("MaxPool", [x], [{ shape }, { shape, dtype: "int64" }]);
  builder.emit("MaxPool", [x], { shape, attributes: { kernel_shape: [2, 2] } });
  expect(builder.nodes.map(isLeftToCpu)).toEqual([true, false, true, false]);
});
