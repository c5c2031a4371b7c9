import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

/** An array of a NumPy file. */
export interface NpzArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Uint8Array;
}

const types = { "<f4": Float32Array, "<f8": Float64Array, "|u1": Uint8Array } as const;

/** Arrays of an .npz file whose members have their sizes in front. */
export function readNpz(path: string): ReadonlyMap<string, NpzArray> {
  const file = readFileSync(path);
  const arrays = new Map<string, NpzArray>();
  let at = file.length - 22;
  while (file.readUInt32LE(at) !== 0x06054b50) at--;
  const numMembers = file.readUInt16LE(at + 10);
  at = file.readUInt32LE(at + 16);
  for (let i = 0; i < numMembers; i++) {
    const nameLength = file.readUInt16LE(at + 28);
    const name = file.toString("latin1", at + 46, at + 46 + nameLength);
    const start = file.readUInt32LE(at + 42);
    const begin = start + 30 + file.readUInt16LE(start + 26) + file.readUInt16LE(start + 28);
    const packed = file.subarray(begin, begin + file.readUInt32LE(at + 20));
    arrays.set(
      name.replace(".npy", ""),
      parseNpy(file.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed)),
    );
    at += 46 + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return arrays;
}

function parseNpy(bytes: Buffer): NpzArray {
  const end = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString("latin1", 10, end);
  const type = types[(/'descr': '(...)'/.exec(header)?.[1] ?? "") as keyof typeof types];
  const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? "")
    .split(",")
    .filter((text) => text.trim() !== "");
  return { shape: shape.map(Number), data: new type(Uint8Array.from(bytes.subarray(end)).buffer) };
}
