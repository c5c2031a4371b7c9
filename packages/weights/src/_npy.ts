import { basename, extname } from "node:path";
import { type ByteSource, readBytes, readFresh } from "./_byteSource.js";
import type { Contents, Entry } from "./_checkpointOfEntries.js";
import { dtypes } from "./_dtypes.js";
import { longestNpyHeader, type NpyHeader, npyDataStart, npyReason, parseNpyHeader } from "./_npyHeader.js";
import { fortranStride, swapBytes, toRowMajor } from "./_stridedView.js";
import type { ArchiveOptions } from "./_torchZip.js";
import type { ZipMember } from "./_zip.js";
import { memberContent } from "./_zipMember.js";
import type { WeightDType } from "./NamedArray.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** Bytes that are read of an array for its header; NumPy's own has 128. */
const usualHeader = 512;

/** Reads the header of one NumPy array; it is named after its file. */
export async function readNpy(source: ByteSource): Promise<Contents> {
  const { path, size } = source;
  const bytes = await readBytes(source, 0, Math.min(size, longestNpyHeader));
  const header = parseNpyHeader(path, bytes);
  const name = basename(path, extname(path));
  if (header.dtype === undefined) throw unreadableError(path, name, header.descr);
  requireLength(path, name, header, size);
  const read = async (begin: number, end: number) => readFresh(source, begin, end - begin);
  const entries = new Map([[name, entryOf(header, header.dtype, read)]]);
  return { format: "npy", metadata: new Map(), entries, close: source.close };
}

/** Reads the headers of the arrays in a NumPy archive. */
export async function readNpz(
  source: ByteSource,
  members: ReadonlyMap<string, ZipMember>,
  { verifyChecksums }: ArchiveOptions,
): Promise<Contents> {
  const { path } = source;
  const entries = new Map<string, Entry>();
  const unreadable = new Map<string, string>();
  for (const member of members.values()) {
    const name = member.name.slice(0, -".npy".length);
    const content = memberContent(source, member, verifyChecksums);
    const header = await readHeader(`"${member.name}" of ${path}`, member, content.peek);
    if (header.dtype === undefined) {
      unreadable.set(name, npyReason(header.descr));
      continue;
    }
    requireLength(path, name, header, member.length);
    entries.set(name, entryOf(header, header.dtype, content.read));
  }
  const [first] = unreadable;
  if (entries.size === 0 && first !== undefined) throw unreadableError(path, ...first);
  return { format: "npz", metadata: new Map(), entries, unreadable, close: source.close };
}

async function readHeader(
  where: string,
  member: ZipMember,
  peek: (length: number) => Promise<Uint8Array>,
): Promise<NpyHeader> {
  const bytes = await peek(usualHeader);
  const isLong = npyDataStart(where, bytes) > bytes.length && bytes.length < member.length;
  return parseNpyHeader(where, isLong ? await peek(longestNpyHeader) : bytes);
}

function unreadableError(path: string, name: string, descr: string): WeightFormatError {
  return new WeightFormatError(
    "dtype",
    `openCheckpoint: array "${name}" of ${path} must have a dtype of ${Object.keys(dtypes).join(", ")}, got ${npyReason(descr)}`,
    { tensor: name },
  );
}

function requireLength(
  path: string,
  name: string,
  { dataStart, byteLength, shape }: NpyHeader,
  length: number,
): void {
  if (length - dataStart === byteLength) return;
  throw new WeightFormatError(
    "offset",
    `openCheckpoint: array "${name}" of ${path} must have ${byteLength} bytes for its shape [${shape.join(", ")}], got ${length - dataStart}`,
    { tensor: name },
  );
}

function entryOf(
  { shape, dataStart, byteLength, isBigEndian, isFortran }: NpyHeader,
  dtype: WeightDType,
  read: (begin: number, end: number) => Promise<Uint8Array<ArrayBuffer>>,
): Entry {
  return {
    dtype,
    shape,
    async read() {
      const bytes = await read(dataStart, dataStart + byteLength);
      if (isBigEndian) swapBytes(bytes.buffer, dtype);
      return isFortran ? toRowMajor(bytes, { dtype, shape, stride: fortranStride(shape) }) : bytes.buffer;
    },
  };
}
