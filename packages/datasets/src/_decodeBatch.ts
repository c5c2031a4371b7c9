import {
  type Data,
  type Field,
  Float32,
  Message,
  makeData,
  type RecordBatch,
  type Schema,
  Utf8,
} from "apache-arrow";
import { reasonOf } from "./_check.js";
import { batchOf } from "./_columns.js";
import type { Fail } from "./_readStoreFile.js";

interface Region {
  readonly offset: number;
  readonly length: number;
}

/** Where the columns of a record batch lie in its body. */
export interface BatchHeader {
  /** Number of rows. */
  readonly length: number;
  readonly nodes: readonly { readonly nullCount: number }[];
  readonly buffers: readonly Region[];
  readonly pixels: Region;
}

/** Decodes the header of a record batch and checks its regions against the length of its body. */
export function decodeHeader(
  bytes: Uint8Array,
  bodyLength: number,
  fields: readonly Field[],
  size: number,
  fail: Fail,
): BatchHeader {
  let header: Omit<BatchHeader, "pixels"> & { readonly compression: unknown };
  try {
    const message = Message.decode(bytes.subarray(8));
    header = (message as Message<3>).header();
  } catch (error) {
    return fail("have a header that can be decoded", reasonOf(error));
  }
  const { length, nodes, buffers, compression } = header;
  if (compression !== null) fail("be uncompressed", "compressed buffers");
  const numBuffers = fields.reduce((sum, { type }) => sum + (type instanceof Utf8 ? 3 : 2), 2);
  if (nodes.length !== fields.length + 1 || buffers.length !== numBuffers)
    fail(
      `have ${fields.length + 1} columns in ${numBuffers} buffers`,
      `${nodes.length} in ${buffers.length}`,
    );
  for (const { offset, length: numBytes } of buffers)
    if (!(offset >= 0 && offset % 8 === 0 && numBytes >= 0 && offset + numBytes <= bodyLength))
      fail("keep its buffers inside its body", `${offset} + ${numBytes}`);
  const pixels = buffers.at(-1) as Region;
  if (pixels.length < length * size * size)
    fail(`hold ${length} images of ${size * size} bytes`, `${pixels.length} bytes`);
  return { length, nodes, buffers, pixels };
}

/** The manifest's columns of a record batch, from the part of its body before the pixels. */
export function decodeColumns(
  body: Uint8Array,
  { length, nodes, buffers }: BatchHeader,
  schema: Schema,
  fail: Fail,
): RecordBatch {
  const regions = buffers.map(({ offset, length: numBytes }) => body.subarray(offset, offset + numBytes));
  let used = 0;
  const children = schema.fields.map((field, i): Data => {
    const isText = field.type instanceof Utf8;
    const [validity, first, second] = regions.slice(used, used + 3) as [Uint8Array, Uint8Array, Uint8Array];
    used += isText ? 3 : 2;
    const nullCount = nodes[i]?.nullCount ?? 0;
    const numBytes = isText ? 4 * (length + 1) : length * (field.type instanceof Float32 ? 4 : 1);
    if (first.length < numBytes || (nullCount > 0 && validity.length * 8 < length))
      fail(`hold ${length} values of ${field.name}`, `${first.length} bytes`);
    const shared = { length, nullCount, nullBitmap: nullCount > 0 ? validity : undefined };
    if (!isText) return makeData({ type: field.type, ...shared, data: first } as never);
    const valueOffsets = new Int32Array(first.buffer, first.byteOffset, length + 1);
    return makeData({ type: new Utf8(), ...shared, valueOffsets, data: second });
  });
  return batchOf(schema, children);
}
