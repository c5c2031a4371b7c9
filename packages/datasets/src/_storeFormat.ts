import { createHash } from "node:crypto";
import {
  type Field,
  FixedSizeBinary,
  Message,
  MetadataVersion,
  Field as makeField,
  type RecordBatch,
  RecordBatchFileWriter,
  Schema,
} from "apache-arrow";
import { FileBlock, Footer } from "apache-arrow/ipc/metadata/file";

/** Version of the image store's layout; a store of another version is refused. */
export const storeVersion = "2";

/** Name of the column of pixels, the last one of a store. */
export const pixelsColumn = "pixels";

/** Key of the schema's metadata that holds the digest of all batch headers. */
export const sealKey = "batchHeadersSha256";

/** Key of the schema's metadata that says how many rows each batch has and where in its body the pixels begin. */
export const indexKey = "pixelIndex";

/** Bytes before the first record batch: the magic word, padded. */
export const fileHead: Uint8Array = Buffer.from("ARROW1\0\0", "latin1");

/** Where a record batch lies in the file. */
export interface Block {
  readonly offset: number;
  readonly metaDataLength: number;
  readonly bodyLength: number;
  /** Number of images. */
  readonly rows: number;
  /** Byte of the body at which the pixels begin. */
  readonly pixels: number;
  /** SHA-256 of the record batch's header. */
  readonly sha256: string;
}

/** Schema of a store: the manifest's columns, then the pixels. */
export function storeSchema(
  fields: readonly Field[],
  size: number,
  metadata: ReadonlyMap<string, string>,
): Schema {
  const pixels: Field = new makeField(pixelsColumn, new FixedSizeBinary(size * size), false);
  return new Schema([...fields, pixels], new Map(metadata));
}

/** A record batch as it lies in an Arrow file, to be placed at `offset`. */
export function encodeBatch(batch: RecordBatch, offset: number): { bytes: Uint8Array; block: Block } {
  const file = RecordBatchFileWriter.writeAll([batch]).toUint8Array(true);
  const footerLength = new DataView(file.buffer, file.byteOffset).getInt32(file.length - 10, true);
  const footer = Footer.decode(file.subarray(file.length - 10 - footerLength, file.length - 10));
  const written = footer.getRecordBatch(0);
  if (written === null) throw new Error("encodeBatch: footer must list the record batch, got none");
  const { metaDataLength, bodyLength } = written;
  const bytes = file.subarray(written.offset, written.offset + metaDataLength + bodyLength);
  const header = bytes.subarray(0, metaDataLength);
  const pixels = (Message.decode(header.subarray(8)) as Message<3>).header().buffers.at(-1)?.offset ?? 0;
  const digest = sha256(header).toString("hex");
  return {
    bytes,
    block: { offset, metaDataLength, bodyLength, rows: batch.numRows, pixels, sha256: digest },
  };
}

/** Digest that guards footer and headers, whose numbers decide how much is read from where. */
export function sha256(content: Uint8Array | string): Buffer {
  return createHash("sha256").update(content).digest();
}

/** One digest of the headers of all record batches. */
export function sealOf(headerDigests: readonly string[]): string {
  return sha256(headerDigests.join("")).toString("hex");
}

/**
 * What follows the last record batch: end-of-stream mark, digest of the footer (readers of Arrow files pass it over),
 * footer, its length, the magic word. The footer's schema names the digest of the batch headers and says where the pixels
 * are, so that a store can be opened without reading them.
 */
export function encodeTail(schema: Schema, blocks: readonly Block[]): Uint8Array {
  const metadata = new Map(schema.metadata)
    .set(sealKey, sealOf(blocks.map((block) => block.sha256)))
    .set(indexKey, encodeIndex(blocks));
  const fileBlocks = blocks.map((b) => new FileBlock(b.metaDataLength, b.bodyLength, b.offset));
  const sealed = new Schema(schema.fields, metadata);
  const footer = Footer.encode(new Footer(sealed, MetadataVersion.V5, fileBlocks, []));
  const length = Buffer.alloc(4);
  length.writeInt32LE(footer.byteLength);
  const endOfStream = Buffer.from([255, 255, 255, 255, 0, 0, 0, 0]);
  return Buffer.concat([endOfStream, sha256(footer), footer, length, fileHead.subarray(0, 6)]);
}

function encodeIndex(blocks: readonly Block[]): string {
  const index = Buffer.alloc(blocks.length * 8);
  blocks.forEach(({ rows, pixels }, i) => {
    index.writeUInt32LE(rows, i * 8);
    index.writeUInt32LE(pixels, i * 8 + 4);
  });
  return index.toString("base64");
}

/** Rows and place of the pixels of each batch; undefined if the text is no index of that many batches. */
export function decodeIndex(
  text: string,
  numBlocks: number,
): readonly { readonly rows: number; readonly pixels: number }[] | undefined {
  const index = Buffer.from(text, "base64");
  if (index.length !== numBlocks * 8) return undefined;
  return Array.from({ length: numBlocks }, (_, i) => ({
    rows: index.readUInt32LE(i * 8),
    pixels: index.readUInt32LE(i * 8 + 4),
  }));
}
