import { PbfWriter } from "pbf";
import type { Attribute, Graph, GraphData, Node, Value } from "./_Graph.js";
import { onnxType } from "./_GraphBuilder.js";

/** ONNX versions written: operator set 18 needs IR version 8. */
const irVersion = 8;
const operatorSets: readonly (readonly [domain: string, version: number])[] = [
  ["", 18],
  ["com.microsoft", 1],
];

/** AttributeProto.AttributeType. */
const attributeType = { float: 1, int: 2, string: 3, ints: 7 } as const;

interface Initializer {
  readonly name: string;
  readonly type: number;
  readonly shape: readonly number[];
  readonly data: GraphData | BigInt64Array;
}

/** What a node is called in the model, and so in ONNX Runtime's reports: its operation and the number of its value. */
export function nodeName({ op, outputs }: Node): string {
  return `${op}${(outputs[0] as Value).id}`;
}

interface NamedNode {
  readonly name?: string;
  readonly node: Pick<Node, "op" | "domain" | "attributes">;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * Writes a graph as an ONNX model. Field numbers are those of onnx.proto.
 *
 * @see https://github.com/onnx/onnx/blob/v1.16.0/onnx/onnx.proto
 */
export function encodeModel(graph: Graph): Uint8Array {
  const { nodes, initializers } = nameValues(graph);
  const writer = new PbfWriter();
  writer.writeVarintField(1, irVersion);
  writer.writeStringField(2, "cxrkit");
  message(writer, 7, (proto) => {
    for (const node of nodes) message(proto, 1, (child) => writeNode(child, node));
    proto.writeStringField(2, "step");
    for (const initializer of initializers)
      message(proto, 5, (child) => writeInitializer(child, initializer));
    for (const [name, value] of graph.inputs)
      message(proto, 11, (child) => writeValueInfo(child, name, value));
    for (const [name, value] of graph.outputs)
      message(proto, 12, (child) => writeValueInfo(child, name, value));
  });
  for (const [domain, version] of operatorSets) {
    message(writer, 8, (proto) => {
      proto.writeStringField(1, domain);
      proto.writeVarintField(2, version);
    });
  }
  return writer.finish();
}

/** Gives every value a name, collects the constants, and copies what is an output under two names or not computed at all. */
function nameValues({ inputs, outputs, constants = new Map(), nodes }: Graph): {
  nodes: NamedNode[];
  initializers: Initializer[];
} {
  const names = new Map<Value, string>();
  for (const [name, value] of inputs) names.set(value, name);
  for (const [name, value] of constants) names.set(value, name);
  for (const [name, value] of outputs)
    if (value.producer !== undefined && !names.has(value)) names.set(value, name);
  const initializers = new Map<string, Initializer>();
  const nameOf = (value: Value): string => {
    const name = names.get(value) ?? `v${value.id}`;
    const data = constantData(value);
    if (data !== undefined && !initializers.has(name)) {
      initializers.set(name, { name, type: onnxType[value.dtype], shape: value.shape, data });
    }
    return name;
  };
  const intsName = (ints: readonly number[]): string => {
    const name = `ints:${ints.join()}`;
    const data = BigInt64Array.from(ints, BigInt);
    if (!initializers.has(name))
      initializers.set(name, { name, type: onnxType.int64, shape: [ints.length], data });
    return name;
  };
  const named = nodes.map(
    (node): NamedNode => ({
      name: nodeName(node),
      node,
      inputs: [...node.inputs.map(nameOf), ...node.ints.map(intsName)],
      outputs: node.outputs.map(nameOf),
    }),
  );
  const copy = { op: "Identity", domain: "", attributes: {} } as const;
  for (const [name, value] of outputs) {
    if (names.get(value) !== name) named.push({ node: copy, inputs: [nameOf(value)], outputs: [name] });
  }
  return { nodes: named, initializers: [...initializers.values()] };
}

function constantData({ fill, data, shape, dtype }: Value): GraphData | undefined {
  if (fill === undefined) return data;
  const length = shape.reduce((product, size) => product * size, 1);
  if (dtype === "float32") return new Float32Array(length).fill(fill);
  return dtype === "int32" ? new Int32Array(length).fill(fill) : new Uint8Array(length).fill(fill);
}

function message(writer: PbfWriter, field: number, write: (child: PbfWriter) => void): void {
  writer.writeMessage(field, (_, child) => write(child), undefined);
}

function writeNode(proto: PbfWriter, { name, node, inputs, outputs }: NamedNode): void {
  for (const input of inputs) proto.writeStringField(1, input);
  for (const output of outputs) proto.writeStringField(2, output);
  if (name !== undefined) proto.writeStringField(3, name);
  proto.writeStringField(4, node.op);
  for (const [attribute, value] of Object.entries(node.attributes)) {
    message(proto, 5, (child) => writeAttribute(child, attribute, value));
  }
  if (node.domain !== "") proto.writeStringField(7, node.domain);
}

function writeAttribute(proto: PbfWriter, name: string, value: Attribute): void {
  proto.writeStringField(1, name);
  if (typeof value === "number") {
    proto.writeVarintField(3, value);
    proto.writeVarintField(20, attributeType.int);
  } else if ("float" in value) {
    proto.writeFloatField(2, value.float);
    proto.writeVarintField(20, attributeType.float);
  } else if ("text" in value) {
    proto.writeBytesField(4, new TextEncoder().encode(value.text));
    proto.writeVarintField(20, attributeType.string);
  } else {
    for (const item of value) proto.writeVarintField(8, item);
    proto.writeVarintField(20, attributeType.ints);
  }
}

function writeInitializer(proto: PbfWriter, { name, type, shape, data }: Initializer): void {
  for (const size of shape) proto.writeVarintField(1, size);
  proto.writeVarintField(2, type);
  proto.writeStringField(8, name);
  proto.writeBytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValueInfo(proto: PbfWriter, name: string, { dtype, shape }: Value): void {
  proto.writeStringField(1, name);
  message(proto, 2, (type) =>
    message(type, 1, (tensor) => {
      tensor.writeVarintField(1, onnxType[dtype]);
      message(tensor, 2, (dimensions) => {
        for (const size of shape) message(dimensions, 1, (dimension) => dimension.writeVarintField(1, size));
      });
    }),
  );
}
