/** Decoders that are compiled from C++. */
export type WasmCodec = "charls" | "openjpeg";

/** Loads a decoder as WebAssembly, which lies in a file of its own beside it. */
export function importCodec(name: WasmCodec): Promise<{ default: (options: object) => Promise<unknown> }> {
  return name === "charls"
    ? import("@cornerstonejs/codec-charls/decodewasmjs")
    : import("@cornerstonejs/codec-openjpeg/decodewasmjs");
}
