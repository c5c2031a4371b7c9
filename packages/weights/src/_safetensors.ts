import { type ByteSource, readBytes, readFresh, viewOf } from "./_byteSource.js";
import type { Contents, Entry } from "./_checkpointOfEntries.js";
import { parseHeader } from "./_parseHeader.js";
import type { CheckpointBudgets } from "./CheckpointBudgets.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** Bytes of the number at the start of the file: the length of the header. */
const prefixLength = 8;

/** Reads the header of a safetensors file and checks every rule of the format. */
export async function readSafetensors(
  source: ByteSource,
  { headerBytes }: Required<CheckpointBudgets>,
): Promise<Contents> {
  const { path, size } = source;
  const prefix = await readBytes(source, 0, Math.min(size, prefixLength));
  const length = size < prefixLength ? Number.NaN : Number(viewOf(prefix).getBigUint64(0, true));
  if (!(length <= headerBytes && prefixLength + length <= size)) {
    throw new WeightFormatError(
      "header",
      `openCheckpoint: length of the header of ${path} must be at most ${headerBytes} and fit into the file of ${size} bytes, got ${Number.isNaN(length) ? "no length" : length}`,
    );
  }
  const dataStart = prefixLength + length;
  const header = parseHeader(path, await readBytes(source, prefixLength, length), size - dataStart);
  const entries = new Map<string, Entry>();
  for (const [name, { dtype, shape, begin, end }] of header.tensors) {
    const read = async () => (await readFresh(source, dataStart + begin, end - begin)).buffer;
    entries.set(name, { dtype, shape, read });
  }
  return {
    format: "safetensors",
    metadata: new Map(Object.entries(header.metadata)),
    entries,
    close: source.close,
  };
}
