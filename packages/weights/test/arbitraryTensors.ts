import fc from "fast-check";
import { expect } from "vitest";
import { type NamedArray, openCheckpoint, type WeightDType } from "../src/index.js";

const kinds: Record<WeightDType, (bytes: ArrayBuffer) => NamedArray["data"]> = {
  float64: (bytes) => new Float64Array(bytes),
  float32: (bytes) => new Float32Array(bytes),
  float16: (bytes) => new Uint16Array(bytes),
  bfloat16: (bytes) => new Uint16Array(bytes),
  int64: (bytes) => new BigInt64Array(bytes),
  int32: (bytes) => new Int32Array(bytes),
  int16: (bytes) => new Int16Array(bytes),
  int8: (bytes) => new Int8Array(bytes),
  uint64: (bytes) => new BigUint64Array(bytes),
  uint32: (bytes) => new Uint32Array(bytes),
  uint16: (bytes) => new Uint16Array(bytes),
  uint8: (bytes) => new Uint8Array(bytes),
  bool: (bytes) => new Uint8Array(bytes),
};

const tensor = fc
  .tuple(fc.constantFrom(...(Object.keys(kinds) as WeightDType[])), fc.array(fc.nat(4), { maxLength: 4 }))
  .chain(([dtype, shape]) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const bytes = length * kinds[dtype](new ArrayBuffer(8)).BYTES_PER_ELEMENT;
    return fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(
      (content): NamedArray => ({
        dtype,
        shape,
        data: kinds[dtype](content.slice().buffer as ArrayBuffer),
      }),
    );
  });

const name = fc
  .string({ unit: "binary" })
  .filter((text) => text !== "__metadata__" && !/\p{Surrogate}/u.test(text));

/** Up to five tensors of any element type and shape, with any bits, under any name. */
export const arbitraryTensors = fc
  .array(fc.tuple(name, tensor), { maxLength: 5 })
  .map((entries) => new Map(entries));

/** Every tensor of a file. */
export async function readTensors(path: string): Promise<Map<string, NamedArray>> {
  const checkpoint = await openCheckpoint(path);
  const arrays = new Map<string, NamedArray>();
  for (const key of checkpoint.names) arrays.set(key, await checkpoint.get(key));
  await checkpoint.close();
  return arrays;
}

/** Compares bits, which a NaN has too. */
export function sameTensors(
  read: ReadonlyMap<string, NamedArray>,
  tensors: ReadonlyMap<string, NamedArray>,
): void {
  const bits = ({ data }: NamedArray) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  for (const [key, array] of tensors) {
    expect(read.get(key)).toMatchObject({ dtype: array.dtype, shape: array.shape });
    expect(bits(read.get(key) as NamedArray).equals(bits(array))).toBe(true);
  }
}
