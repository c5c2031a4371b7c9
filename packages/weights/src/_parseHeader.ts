import { byteLengthOf } from "./_byteLengthOf.js";
import { dtypeOf, dtypes } from "./_dtypes.js";
import { findDuplicateKey } from "./_findDuplicateKey.js";
import type { WeightDType } from "./NamedArray.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** Where a tensor lies in a file, and what it is. */
interface TensorEntry {
  readonly dtype: WeightDType;
  readonly shape: readonly number[];
  /** First byte, counted from the end of the header. */
  readonly begin: number;
  /** Byte after the last one. */
  readonly end: number;
}

/** A header that keeps every rule of the format. */
export interface Header {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their bytes. */
  readonly tensors: readonly (readonly [name: string, entry: TensorEntry])[];
}

/**
 * Parses and checks a safetensors header once, so that everything after it may trust the offsets.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
export function parseHeader(path: string, bytes: Uint8Array, dataLength: number): Header {
  const fail = (rule: string, got: string, cause?: unknown) =>
    new WeightFormatError("header", `openCheckpoint: header of ${path} must ${rule}, got ${got}`, { cause });
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw fail("be valid UTF-8", "other bytes", cause);
  }
  if (!text.startsWith("{")) throw fail('begin with "{"', JSON.stringify(text.slice(0, 8)));
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw fail("be valid JSON", cause instanceof Error ? cause.message : "an error", cause);
  }
  const duplicate = findDuplicateKey(text, parsed);
  if (duplicate !== undefined) throw fail("name every key once", `"${duplicate}" twice`);
  const { __metadata__: metadata = {} } = parsed as Record<string, unknown>;
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== "string")) {
    throw fail("have only strings in __metadata__", JSON.stringify(metadata).slice(0, 80));
  }
  const tensors: [string, TensorEntry][] = [];
  for (const [name, entry] of Object.entries(parsed as Record<string, unknown>)) {
    if (name !== "__metadata__") tensors.push([name, parseEntry(path, name, entry)]);
  }
  // Nearly all files list their tensors as they lie, and are not sorted.
  if (tensors.some(([, { begin }], i) => i > 0 && begin < (tensors[i - 1] as [string, TensorEntry])[1].end)) {
    tensors.sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  }
  requireContiguous(path, tensors, dataLength);
  return { metadata: metadata as Record<string, string>, tensors };
}

const keys = ["dtype", "shape", "data_offsets"];

function parseEntry(path: string, name: string, entry: unknown): TensorEntry {
  const fail = (code: "header" | "dtype" | "shape" | "offset", rule: string, got: unknown) =>
    new WeightFormatError(
      code,
      `openCheckpoint: tensor "${name}" of ${path} must ${rule}, got ${JSON.stringify(got) ?? "nothing"}`,
      { tensor: name },
    );
  if (!isRecord(entry)) throw fail("header", "be an object with dtype, shape and data_offsets", entry);
  const unknown = Object.keys(entry).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw fail("header", "have dtype, shape and data_offsets only", unknown);
  const { dtype: code, shape, data_offsets: offsets } = entry;
  const dtype = typeof code === "string" ? dtypeOf(code) : undefined;
  if (dtype === undefined) {
    throw fail(
      "dtype",
      `have a dtype of ${Object.values(dtypes)
        .map((facts) => facts.code)
        .join(", ")}`,
      code,
    );
  }
  if (!Array.isArray(shape) || !shape.every(isCount))
    throw fail("shape", "have a shape of integers of at least 0", shape);
  const byteLength = byteLengthOf(shape, dtypes[dtype].bytes);
  if (!Number.isSafeInteger(byteLength)) throw fail("shape", "have a size that is a safe integer", shape);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw fail("offset", "have two data_offsets that are integers of at least 0", offsets);
  }
  const [begin, end] = offsets as [number, number];
  if (end - begin !== byteLength)
    throw fail("offset", `have ${byteLength} bytes for its shape and dtype`, end - begin);
  return { dtype, shape, begin, end };
}

function requireContiguous(path: string, tensors: Header["tensors"], dataLength: number): void {
  let position = 0;
  for (const [name, { begin, end }] of tensors) {
    if (begin !== position) {
      throw new WeightFormatError(
        "offset",
        `openCheckpoint: tensor "${name}" of ${path} must begin where the one before ends, at byte ${position}, got ${begin}`,
        { tensor: name },
      );
    }
    position = end;
  }
  if (position !== dataLength) {
    throw new WeightFormatError(
      "offset",
      `openCheckpoint: tensors of ${path} must cover its ${dataLength} bytes of data, got ${position}; the file may be cut off or have bytes appended`,
    );
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
