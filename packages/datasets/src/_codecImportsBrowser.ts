import type { WasmCodec } from "./_codecImports.js";

/** Loads a decoder as plain JavaScript: slower, but bundlers need not find a second file. */
export function importCodec(name: WasmCodec): Promise<{ default: (options: object) => Promise<unknown> }> {
  return name === "charls"
    ? import("@cornerstonejs/codec-charls/decode")
    : import("@cornerstonejs/codec-openjpeg/decode");
}
