import { WeightFormatError } from "./WeightFormatError.js";

/** A file that is read in places. */
export interface ByteSource {
  readonly path: string;
  readonly size: number;
  /** Fills the target with the bytes from that position on. */
  readonly readInto: (target: Uint8Array, position: number) => Promise<void>;
  /** Pieces that were read before: tables of contents are made of many small ones that lie together. */
  readonly pieces: Piece[];
  readonly close: () => Promise<void>;
}

interface Piece {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** Reads a part of a table of contents, from a piece that is there already if it lies in one. */
export async function readBytes(source: ByteSource, position: number, length: number): Promise<Uint8Array> {
  requireInside(source, position, length);
  const piece = source.pieces.find(
    ({ position: begin, bytes }) => begin <= position && position + length <= begin + bytes.length,
  );
  if (piece === undefined) return readFresh(source, position, length);
  return piece.bytes.subarray(position - piece.position, position - piece.position + length);
}

/** Reads so many bytes into a buffer of their own, which therefore suits any element type. */
export async function readFresh(
  source: ByteSource,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  requireInside(source, position, length);
  const bytes = new Uint8Array(length);
  await source.readInto(bytes, position);
  return bytes;
}

function requireInside({ path, size }: ByteSource, position: number, length: number): void {
  if (length >= 0 && position >= 0 && position + length <= size) return;
  throw new WeightFormatError(
    "offset",
    `openCheckpoint: ${path} must have ${position + length} bytes, got ${size}`,
  );
}

/** A view of the bytes. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
