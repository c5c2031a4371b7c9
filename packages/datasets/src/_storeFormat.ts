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

/** Bytes before the first record batch: the magic word, padded. */
export const fileHead: Uint8Array = Buffer.from("ARROW1\0\0", "latin1");

/** Where a record batch lies in the file. */
export interface Block {
  readonly offset: number;
  readonly metaDataLength: number;
  readonly bodyLength: number;
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
  return { bytes, block: { offset, metaDataLength, bodyLength } };
}

/** What follows the last record batch: end-of-stream mark, footer, its length, the magic word. */
export function encodeTail(schema: Schema, blocks: readonly Block[]): Uint8Array {
  const fileBlocks = blocks.map((b) => new FileBlock(b.metaDataLength, b.bodyLength, b.offset));
  const footer = Footer.encode(new Footer(schema, MetadataVersion.V5, fileBlocks, []));
  const length = Buffer.alloc(4);
  length.writeInt32LE(footer.byteLength);
  return Buffer.concat([
    Buffer.from([255, 255, 255, 255, 0, 0, 0, 0]),
    footer,
    length,
    fileHead.subarray(0, 6),
  ]);
}
