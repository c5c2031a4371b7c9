import { importCodec } from "#codecs";
import { reasonOf } from "./_check.js";
import type { WasmCodec } from "./_codecImports.js";
import type { DicomFrame, FrameShape } from "./_dicomFrame.js";

/** What a decoder says of the frame it has decoded. */
interface WasmFrameInfo {
  readonly bitsPerSample: number;
}

interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): WasmFrameInfo;
  /** Of CharLS only: 0 channel by channel, 1 line by line, 2 sample by sample. */
  getInterleaveMode?(): number;
  delete(): void;
}

interface WasmModule {
  readonly HEAPU8: Uint8Array;
  readonly JpegLSDecoder?: new () => WasmDecoder;
  readonly J2KDecoder?: new () => WasmDecoder;
  getExceptionMessage?(pointer: number): readonly string[] | string;
}

interface OpenCodec {
  readonly module: WasmModule;
  readonly newDecoder: () => WasmDecoder;
  /** The damage that the module has reported since decoding began. */
  readonly messages: string[];
}

/** One instance of each codec a process, opened when first needed. */
const opened = new Map<WasmCodec, Promise<OpenCodec>>();

/** An instance whose memory has grown beyond this is given up after use: its memory never shrinks. */
const maxKeptBytes = 2 ** 28;

/** OpenJPEG goes on after damage in a block, and only reports it so. */
const damageMark = "[ERROR]";

/** Most of its reports that are kept. */
const maxMessages = 2;

async function openCodec(name: WasmCodec): Promise<OpenCodec> {
  const messages: string[] = [];
  const report = (text: string) => {
    if (text.startsWith(damageMark) && messages.length < maxMessages) messages.push(text.trim());
  };
  const { default: open } = await importCodec(name);
  const module = (await open({ print: report, printErr: report })) as WasmModule;
  const Decoder = module.JpegLSDecoder ?? module.J2KDecoder;
  if (Decoder === undefined) throw new TypeError(`decodeImage: codec ${name} must have a decoder, got none`);
  return { module, newDecoder: () => new Decoder(), messages };
}

/** What a WebAssembly decoder gave. */
interface WasmFrame {
  readonly samples: DicomFrame["samples"];
  readonly interleaveMode: number | undefined;
}

/**
 * Decodes with a WebAssembly codec. Whatever goes wrong inside, a refused stream, a trap, or too little memory, becomes
 * a RangeError, and the instance is given up, as nothing is known of its state.
 */
export async function decodeByWasm(
  name: WasmCodec,
  coded: Uint8Array,
  shape: FrameShape,
): Promise<WasmFrame> {
  let opening = opened.get(name);
  if (opening === undefined) {
    opening = openCodec(name);
    opened.set(name, opening);
    opening.catch(() => opened.delete(name));
  }
  const codec = await opening;
  codec.messages.length = 0;
  try {
    const frame = run(codec, coded, shape);
    if (codec.messages.length > 0) throw new RangeError("a damaged stream");
    if (codec.module.HEAPU8.length > maxKeptBytes) opened.delete(name);
    return frame;
  } catch (error) {
    opened.delete(name);
    throw new RangeError(
      `${shape.where}: ${shape.syntax} frame must be complete and readable, got ${reasonOfCodec(codec, error)}`,
      { cause: error },
    );
  }
}

function run(
  { newDecoder }: OpenCodec,
  coded: Uint8Array,
  { rows, columns, channels }: FrameShape,
): WasmFrame {
  const decoder = newDecoder();
  decoder.getEncodedBuffer(coded.length).set(coded);
  decoder.decode();
  const info = decoder.getFrameInfo();
  const bytes = decoder.getDecodedBuffer();
  const expected = rows * columns * channels * (info.bitsPerSample > 8 ? 2 : 1);
  if (bytes.length !== expected) throw new RangeError(`${bytes.length} bytes instead of ${expected}`);
  const copy = new Uint8Array(expected);
  copy.set(bytes);
  const samples = info.bitsPerSample > 8 ? new Uint16Array(copy.buffer) : copy;
  const interleaveMode = decoder.getInterleaveMode?.();
  decoder.delete();
  return { samples, interleaveMode };
}

/** C++ exceptions arrive as addresses. */
function reasonOfCodec({ module, messages }: OpenCodec, error: unknown): string {
  const told = messages.join("; ");
  if (typeof error !== "number") return [reasonOf(error), ...messages].join("; ").slice(0, 300);
  try {
    const reason = module.getExceptionMessage?.(error);
    if (reason !== undefined) return reasonOf([reason].flat().join(" ")).slice(0, 300);
  } catch {
    // The module cannot read its own exception any more: what it has reported must do.
  }
  return told === "" ? "a stream that the decoder refuses" : told.slice(0, 300);
}
