import { createHash } from "node:crypto";
import {
  type Field,
  FixedSizeBinary,
  MetadataVersion,
  Field as makeField,
  type RecordBatch,
  RecordBatchFileWriter,
  Schema,
} from "apache-arrow";
import { FileBlock, Footer } from "apache-arrow/ipc/metadata/file";

/** Version of the image store's layout; a store of another version is refused. */
export const storeVersion = "1";

/** Name of the column of pixels, the last one of a store. */
export const pixelsColumn = "pixels";

/** Key of the schema's metadata that holds the digest of all batch headers. */
export const sealKey = "batchHeadersSha256";

/** Bytes before the first record batch: the magic word, padded. */
export const fileHead: Uint8Array = Buffer.from("ARROW1\0\0", "latin1");

/** Where a record batch lies in the file. */
export interface Block {
  readonly offset: number;
  readonly metaDataLength: number;
  readonly bodyLength: number;
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
  const header = sha256(bytes.subarray(0, metaDataLength)).toString("hex");
  return { bytes, block: { offset, metaDataLength, bodyLength, sha256: header } };
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
 * footer, its length, the magic word. The footer's schema names the digest of the batch headers.
 */
export function encodeTail(schema: Schema, blocks: readonly Block[]): Uint8Array {
  const metadata = new Map(schema.metadata).set(sealKey, sealOf(blocks.map((block) => block.sha256)));
  const fileBlocks = blocks.map((b) => new FileBlock(b.metaDataLength, b.bodyLength, b.offset));
  const sealed = new Schema(schema.fields, metadata);
  const footer = Footer.encode(new Footer(sealed, MetadataVersion.V5, fileBlocks, []));
  const length = Buffer.alloc(4);
  length.writeInt32LE(footer.byteLength);
  const endOfStream = Buffer.from([255, 255, 255, 255, 0, 0, 0, 0]);
  return Buffer.concat([endOfStream, sha256(footer), footer, length, fileHead.subarray(0, 6)]);
}
