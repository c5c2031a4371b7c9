/**
 * Element types inside a graph; only an input is `uint8`, and ONNX's own indices are `int64`: both are cast at once. The
 * short floating-point types are at home between a matrix product and the casts around it.
 */
export type GraphDType = "float32" | "int32" | "bool" | "uint8" | "int64" | "float16" | "bfloat16";

/** Element data of a constant. */
export type GraphData = Float32Array | Int32Array | Uint8Array;

/** One tensor of a graph: an input, a constant, or the result of a node. */
export interface Value {
  readonly id: number;
  readonly dtype: GraphDType;
  readonly shape: readonly number[];
  /** Every element has this value. */
  readonly fill?: number;
  /** Elements of a constant that is not uniform. */
  readonly data?: GraphData;
  /** The node that computes it. */
  producer?: Node;
}

/** Attributes as ONNX has them: whole numbers, one or several, a floating-point number, or a text. */
export type Attribute = number | readonly number[] | { readonly float: number } | { readonly text: string };

/** One ONNX operation. `ints` are the int64 operands (shapes, axes, pads) that follow the tensor inputs. */
export interface Node {
  readonly op: string;
  readonly domain: "" | "com.microsoft";
  inputs: readonly Value[];
  readonly ints: readonly (readonly number[])[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputs: readonly Value[];
}

/** A traced step: nodes in the order of execution, inputs and outputs by name. */
export interface Graph {
  readonly inputs: ReadonlyMap<string, Value>;
  readonly outputs: ReadonlyMap<string, Value>;
  /** Constants that are to be written under a name of their own. */
  readonly constants?: ReadonlyMap<string, Value>;
  /**
   * Entries of the state that one input and one output hold side by side, in this order: the input `pack:…` is named
   * here and the output is `next-` and that name. Their own inputs remain where something reads one of them alone.
   */
  readonly packs?: ReadonlyMap<string, readonly string[]>;
  readonly nodes: readonly Node[];
}
