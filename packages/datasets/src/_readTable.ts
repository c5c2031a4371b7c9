import { type RecordBatch, Schema, Table } from "apache-arrow";
import { decodeColumns, decodeHeader } from "./_decodeBatch.js";
import { fillSync } from "./_fillSync.js";
import { type Fail, failOf, type StoreLayout } from "./_readStoreFile.js";
import { indexKey, sealKey, sealOf, sha256 } from "./_storeFormat.js";

/** Reads the manifest's columns of an open store: one read a record batch, the pixels left out. */
export function readTable(fd: number, path: string, layout: StoreLayout): Table {
  const { schema, size, blocks, firstRows, pixelOffsets } = layout;
  const fail: Fail = failOf(path);
  const metadata = new Map(schema.metadata);
  metadata.delete(indexKey);
  const columns = new Schema(schema.fields.slice(0, -1), metadata);
  const parts = blocks.map(({ offset }, i) =>
    readAll(fd, path, offset, (pixelOffsets[i] as number) - offset),
  );
  const headers = blocks.map(({ metaDataLength }, i) => (parts[i] as Uint8Array).subarray(0, metaDataLength));
  const seal = sealOf(headers.map((header) => sha256(header).toString("hex")));
  if (seal !== schema.metadata.get(sealKey))
    fail("have the batch headers that its footer was written for", "changed bytes");
  const batches = blocks.map(({ offset, metaDataLength, bodyLength }, i): RecordBatch => {
    const failHere: Fail = (rule, got) => fail(`${rule} in record batch ${i}`, got);
    const header = decodeHeader(headers[i] as Uint8Array, bodyLength, columns.fields, size, failHere);
    const rows = (firstRows[i + 1] as number) - (firstRows[i] as number);
    if (header.length !== rows || offset + metaDataLength + header.pixels.offset !== pixelOffsets[i])
      failHere(`have the ${rows} rows that its footer names`, `${header.length}, or pixels elsewhere`);
    return decodeColumns((parts[i] as Uint8Array).subarray(metaDataLength), header, columns, failHere);
  });
  return new Table(columns, batches);
}

function readAll(fd: number, path: string, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  fillSync(fd, path, position, bytes);
  return bytes;
}
