import { byteLengthOf } from "./_byteLengthOf.js";
import { dtypes } from "./_dtypes.js";
import type { WeightDType } from "./NamedArray.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** What stands before the elements of a NumPy array. */
export interface NpyHeader {
  /** Undefined if no element type of ours is that one; `descr` says which it is. */
  readonly dtype: WeightDType | undefined;
  readonly descr: string;
  readonly isBigEndian: boolean;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Bytes before the first element. */
  readonly dataStart: number;
  /** Bytes of the elements; 0 without a dtype. */
  readonly byteLength: number;
}

/** Longest header that is read; NumPy itself refuses more than 10,000 characters. */
export const longestNpyHeader: number = 2 ** 16;

const dtypeOfCode: Readonly<Record<string, WeightDType>> = {
  f8: "float64",
  f4: "float32",
  f2: "float16",
  i8: "int64",
  i4: "int32",
  i2: "int16",
  i1: "int8",
  u8: "uint64",
  u4: "uint32",
  u2: "uint16",
  u1: "uint8",
  b1: "bool",
};

/** Where an array's header ends, from its first 12 bytes. */
export function npyDataStart(where: string, bytes: Uint8Array): number {
  const isNumpy = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].every((byte, i) => bytes[i] === byte);
  const version = bytes[6];
  if (!isNumpy || bytes.length < 12 || !(version === 1 || version === 2 || version === 3) || bytes[7] !== 0) {
    throw npyError(
      where,
      "begin with NumPy's mark and version 1.0, 2.0 or 3.0",
      isNumpy ? `version ${version}.${bytes[7]}` : "other bytes",
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const start = version === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  if (start > longestNpyHeader)
    throw npyError(where, `have a header of at most ${longestNpyHeader} bytes`, start);
  return start;
}

/**
 * Parses the header of an array, a Python dict of three known keys, which is read as such and not evaluated.
 *
 * @param bytes - The file's first bytes, header included.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function parseNpyHeader(where: string, bytes: Uint8Array): NpyHeader {
  const dataStart = npyDataStart(where, bytes);
  const encoding = bytes[6] === 3 ? "utf-8" : "latin1";
  const text = new TextDecoder(encoding).decode(bytes.subarray(bytes[6] === 1 ? 10 : 12, dataStart));
  const fields = parseFields(where, text);
  const { descr, shape } = fields;
  const [, order = "", code = ""] = /^([<>|=])([a-zA-Z]\d+)$/.exec(descr) ?? [];
  const dtype = Object.hasOwn(dtypeOfCode, code) ? dtypeOfCode[code] : undefined;
  const byteLength = dtype === undefined ? 0 : byteLengthOf(shape, dtypes[dtype].bytes);
  if (!Number.isSafeInteger(byteLength))
    throw npyError(where, "have a size that is a safe integer", `[${shape.join(", ")}]`);
  return { ...fields, dtype, isBigEndian: order === ">", dataStart, byteLength };
}

function npyError(where: string, rule: string, got: unknown): WeightFormatError {
  return new WeightFormatError("header", `openCheckpoint: array ${where} must ${rule}, got ${String(got)}`);
}

/** The value of one key: a string, True or False, a tuple of integers, or a list that describes a record. */
const field =
  /\s*'(descr|fortran_order|shape)'\s*:\s*(?:'([^'\\]*)'|(True|False)|\(((?:\s*\d+L?\s*,?)*)\s*\)|(\[.*\]))\s*(,|\})/sy;

function parseFields(where: string, text: string): Pick<NpyHeader, "descr" | "isFortran" | "shape"> {
  const found = new Map<string, RegExpExecArray>();
  const fail = () =>
    npyError(where, "have a header with descr, fortran_order and shape", JSON.stringify(text.slice(0, 120)));
  if (!text.startsWith("{")) throw fail();
  field.lastIndex = 1;
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    if (found.has(match[1] as string)) throw fail();
    found.set(match[1] as string, match);
    if (match[6] === "}" || /^\s*\}/.test(text.slice(field.lastIndex))) break;
  }
  const descr = found.get("descr")?.[2] ?? found.get("descr")?.[5];
  const order = found.get("fortran_order")?.[3];
  const shape = found.get("shape")?.[4]?.match(/\d+/g) ?? [];
  if (descr === undefined || order === undefined || found.get("shape")?.[4] === undefined) throw fail();
  return { descr, isFortran: order === "True", shape: shape.map(Number) };
}

/** Why an array is none that can be read. */
export function npyReason(descr: string): string {
  if (/^\|?O/.test(descr)) return `Python objects (${descr}), which only a pickle could restore`;
  if (descr.startsWith("[")) return "a structured dtype";
  return descr;
}
