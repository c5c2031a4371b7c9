import type { FileHandle } from "node:fs/promises";
import {
  type Data,
  FixedSizeBinary,
  Message,
  makeData,
  type RecordBatch,
  Schema,
  Table,
  Utf8,
} from "apache-arrow";
import { Footer } from "apache-arrow/ipc/metadata/file";
import { reasonOf } from "./_check.js";
import { batchOf } from "./_columns.js";
import { type Block, fileHead, pixelsColumn, storeVersion } from "./_storeFormat.js";

/** What opening a store learns without touching its pixels. */
export interface StoreLayout {
  readonly schema: Schema;
  /** Side of the images in pixels. */
  readonly size: number;
  /** The manifest's columns. */
  readonly table: Table;
  /** First row of each record batch, then the number of rows. */
  readonly firstRows: Int32Array;
  /** Byte of the file at which the pixels of each record batch begin. */
  readonly pixelOffsets: Float64Array;
}

const magic = fileHead.subarray(0, 6);
const tailLength = 10;

/** Reads footer, batch headers and manifest columns of a store, checking every size and offset against the file. */
export async function readStoreFile(handle: FileHandle, path: string): Promise<StoreLayout> {
  const fail = (rule: string, got: unknown): never => {
    throw new RangeError(`openImageStore: ${path} must ${rule}, got ${got}`);
  };
  const { size: fileSize } = await handle.stat();
  if (fileSize < fileHead.length + tailLength) fail("be an Arrow IPC file", `${fileSize} bytes`);
  if (!Buffer.from(magic).equals(await readAt(handle, 0, magic.length)))
    fail("be an Arrow IPC file", "another beginning");
  const tail = await readAt(handle, fileSize - tailLength, tailLength);
  if (!Buffer.from(magic).equals(tail.subarray(4)))
    fail("end with the footer of an Arrow IPC file", "a truncated or unfinished file");
  const footerLength = new DataView(tail.buffer, tail.byteOffset).getInt32(0, true);
  const dataEnd = fileSize - tailLength - footerLength;
  if (footerLength <= 0 || dataEnd < fileHead.length)
    fail("have a footer inside the file", `${footerLength} bytes`);
  const { schema, blocks } = decodeFooter(await readAt(handle, dataEnd, footerLength), fail);
  const size = requireStore(schema, fail);
  const manifestSchema = new Schema(schema.fields.slice(0, -1), schema.metadata);
  const firstRows = new Int32Array(blocks.length + 1);
  const pixelOffsets = new Float64Array(blocks.length);
  const batches: RecordBatch[] = [];
  for (const [i, block] of blocks.entries()) {
    const end = block.offset + block.metaDataLength + block.bodyLength;
    if (
      !(
        block.offset >= fileHead.length &&
        block.metaDataLength > 8 &&
        block.bodyLength >= 0 &&
        end <= dataEnd
      )
    )
      fail(
        `hold record batch ${i} between bytes ${fileHead.length} and ${dataEnd}`,
        `${block.offset} to ${end}`,
      );
    const batch = await readBatch(handle, block, manifestSchema, size, (rule, got) =>
      fail(`${rule} in record batch ${i}`, got),
    );
    batches.push(batch.columns);
    firstRows[i + 1] = (firstRows[i] as number) + batch.columns.numRows;
    pixelOffsets[i] = batch.pixelOffset;
  }
  return { schema, size, table: new Table(manifestSchema, batches), firstRows, pixelOffsets };
}

/** Reads `length` bytes at a position; throws if the file ends before. */
export async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0)
      throw new RangeError(
        `openImageStore: file must have ${position + length} bytes, got ${position + done}`,
      );
    done += bytesRead;
  }
  return bytes;
}

type Fail = (rule: string, got: unknown) => never;

function decodeFooter(bytes: Uint8Array, fail: Fail): { schema: Schema; blocks: Block[] } {
  try {
    const footer = Footer.decode(bytes);
    const blocks = [...footer.recordBatches()].map(({ offset, metaDataLength, bodyLength }) => ({
      offset,
      metaDataLength,
      bodyLength,
    }));
    return { schema: footer.schema, blocks };
  } catch (error) {
    return fail("have a footer that can be decoded", reasonOf(error));
  }
}

/** Checks that the schema is one of our stores; returns the side of its images. */
function requireStore(schema: Schema, fail: Fail): number {
  const version = schema.metadata.get("imageStoreVersion");
  if (version === undefined) fail("be an image store written by prepareImages", "another Arrow file");
  if (version !== storeVersion)
    fail(`be an image store of version ${storeVersion}`, `version ${version}; prepare the images again`);
  const size = Number(schema.metadata.get("imageSize"));
  if (!Number.isSafeInteger(size) || size < 1 || size > 4096)
    fail("say its image size, an integer from 1 to 4096", schema.metadata.get("imageSize"));
  const pixels = schema.fields.at(-1);
  if (pixels?.name !== pixelsColumn || !(pixels.type instanceof FixedSizeBinary))
    return fail(
      `have a last column ${pixelsColumn} of fixed size`,
      `${pixels?.name}: ${String(pixels?.type)}`,
    );
  if (pixels.type.byteWidth !== size * size)
    fail(
      `have ${size * size} bytes an image as its metadata says`,
      `${pixels.type.byteWidth} in column ${pixelsColumn}`,
    );
  return size;
}

/** Reads the header of a record batch and its manifest columns, which lie before the pixels. */
async function readBatch(
  handle: FileHandle,
  block: Block,
  schema: Schema,
  size: number,
  fail: Fail,
): Promise<{ columns: RecordBatch; pixelOffset: number }> {
  const { fields } = schema;
  const head = await readAt(handle, block.offset, block.metaDataLength);
  const { length, nodes, buffers } = decodeHeader(head, fail);
  const numBuffers = fields.reduce((sum, field) => sum + (field.type instanceof Utf8 ? 3 : 2), 2);
  if (nodes.length !== fields.length + 1 || buffers.length !== numBuffers)
    fail(
      `have ${fields.length + 1} columns in ${numBuffers} buffers`,
      `${nodes.length} in ${buffers.length}`,
    );
  for (const buffer of buffers)
    if (!(buffer.offset >= 0 && buffer.length >= 0 && buffer.offset + buffer.length <= block.bodyLength))
      fail("keep its buffers inside its body", `${buffer.offset} + ${buffer.length}`);
  const pixels = buffers.at(-1) as { offset: number; length: number };
  if (pixels.length < length * size * size)
    fail(`hold ${length} images of ${size * size} bytes`, `${pixels.length} bytes`);
  const bodyOffset = block.offset + block.metaDataLength;
  const body = await readAt(handle, bodyOffset, pixels.offset);
  let used = 0;
  const regions = buffers.map(({ offset, length: n }) => body.subarray(offset, offset + n));
  const children = fields.map((field, i): Data => {
    const [nullBitmap, first, second] = regions.slice(used, used + 3) as [Uint8Array, Uint8Array, Uint8Array];
    const isText = field.type instanceof Utf8;
    used += isText ? 3 : 2;
    const nullCount = nodes[i]?.nullCount ?? 0;
    const shared = { length, nullCount, nullBitmap: nullCount > 0 ? nullBitmap : undefined };
    if (!isText) return makeData({ type: field.type, ...shared, data: first } as never);
    const valueOffsets = new Int32Array(first.buffer, first.byteOffset, length + 1);
    return makeData({ type: new Utf8(), ...shared, valueOffsets, data: second });
  });
  return { columns: batchOf(schema, children), pixelOffset: bodyOffset + pixels.offset };
}

interface BatchHeader {
  readonly length: number;
  readonly nodes: readonly { readonly nullCount: number }[];
  readonly buffers: readonly { readonly offset: number; readonly length: number }[];
}

function decodeHeader(bytes: Uint8Array, fail: Fail): BatchHeader {
  try {
    const message = Message.decode(bytes.subarray(8));
    if (!message.isRecordBatch()) return fail("have a record batch", `message of type ${message.headerType}`);
    const { length, nodes, buffers, compression } = message.header();
    if (compression !== null) return fail("be uncompressed", "compressed buffers");
    return { length, nodes, buffers };
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith("openImageStore")) throw error;
    return fail("have a header that can be decoded", reasonOf(error));
  }
}
