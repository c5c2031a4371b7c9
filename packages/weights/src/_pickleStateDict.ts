import { dtypes } from "./_dtypes.js";
import type { PlannedTensor } from "./_plannedTensors.js";
import type { WeightDType } from "./NamedArray.js";

/** Classes of storage by element type; the others came later and have storages of bare bytes. */
const storageClass: Readonly<Partial<Record<WeightDType, string>>> = {
  float64: "DoubleStorage",
  float32: "FloatStorage",
  float16: "HalfStorage",
  bfloat16: "BFloat16Storage",
  int64: "LongStorage",
  int32: "IntStorage",
  int16: "ShortStorage",
  int8: "CharStorage",
  uint8: "ByteStorage",
  bool: "BoolStorage",
};

type Part = Uint8Array | string;

/** Operations without argument, by what they do. */
const mark = "(";
const tuple = "t";
const reduce = "R";
const no = "\x89";

/**
 * The pickle, protocol 2, of an OrderedDict of tensors; the storage of tensor i is `data/i`. It names
 * `collections.OrderedDict`, `torch._utils._rebuild_tensor_v2` and classes of storage, which `torch.load` takes with
 * `weights_only=True`; unsigned integers of more than 8 bits need PyTorch 2.3.
 */
export function pickleStateDict(tensors: readonly PlannedTensor[]): Uint8Array {
  const parts: Part[] = ["\x80\x02", orderedDict, mark];
  tensors.forEach((tensor, i) => void parts.push(text(tensor.name), ...tensorParts(tensor, String(i))));
  parts.push("u.");
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)));
}

const global = (module: string, name: string) => `c${module}\n${name}\n`;
const orderedDict = `${global("collections", "OrderedDict")})${reduce}`;

function tensorParts({ dtype, shape, byteLength }: PlannedTensor, key: string): Part[] {
  const typed = storageClass[dtype];
  const count = typed === undefined ? byteLength : byteLength / dtypes[dtype].bytes;
  const storage = typed === undefined ? global("torch.storage", "UntypedStorage") : global("torch", typed);
  return [
    global("torch._utils", typed === undefined ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2"),
    mark,
    ...[mark, text("storage"), storage, text(key), text("cpu"), integer(count), tuple, "Q"],
    ...[integer(0), integers(shape), integers(rowMajorStride(shape)), no, orderedDict],
    ...(typed === undefined ? [global("torch", dtype)] : []),
    tuple,
    reduce,
  ];
}

/** Strides as PyTorch gives them, for which an axis of size 0 counts as one of size 1. */
function rowMajorStride(shape: readonly number[]): number[] {
  const stride = new Array<number>(shape.length);
  let next = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    stride[axis] = next;
    next *= Math.max(shape[axis] as number, 1);
  }
  return stride;
}

function integers(values: readonly number[]): Uint8Array {
  return Buffer.concat([Buffer.from(mark), ...values.map(integer), Buffer.from(tuple)]);
}

/** A signed integer of 32 bits, or of 64 where that is too few. */
function integer(value: number): Uint8Array {
  if (value < 2 ** 31) {
    const bytes = Buffer.alloc(5, "J");
    bytes.writeInt32LE(value, 1);
    return bytes;
  }
  const bytes = Buffer.from([0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0]);
  bytes.writeBigInt64LE(BigInt(value), 2);
  return bytes;
}

function text(value: string): Uint8Array {
  const encoded = Buffer.from(value, "utf8");
  const bytes = Buffer.alloc(5 + encoded.length, "X");
  bytes.writeUInt32LE(encoded.length, 1);
  bytes.set(encoded, 5);
  return bytes;
}
