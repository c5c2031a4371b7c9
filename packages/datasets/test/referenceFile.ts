import { readFileSync } from "node:fs";

/** Values that another program computed; the script beside the file says how. */
export interface Reference<Input, Expected> {
  readonly tool: string;
  readonly version: string;
  readonly input: Input;
  readonly expected: Expected;
  readonly rtol: number;
}

/** Reads a file of the folder `fixtures`. */
export function referenceFile<Input, Expected>(path: string): Reference<Input, Expected> {
  return JSON.parse(readFileSync(new URL(`../fixtures/${path}`, import.meta.url), "utf8")) as Reference<
    Input,
    Expected
  >;
}

const arrays = { uint8: Uint8Array, uint16: Uint16Array, int16: Int16Array } as const;

/** Little-endian numbers in base64. */
export function unpacked<K extends keyof typeof arrays>(
  text: string,
  type: K,
): InstanceType<(typeof arrays)[K]> {
  const bytes = Uint8Array.from(Buffer.from(text, "base64"));
  return new arrays[type](bytes.buffer) as InstanceType<(typeof arrays)[K]>;
}
