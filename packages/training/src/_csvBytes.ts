import type { RecordBatch } from "apache-arrow";
import type { BatchStream } from "./_predictionBatches.js";

/** Rows encoded at a time. */
const block = 4096;

/** Encodes rows as CSV: a heading, then one line a row; null is an empty field, and numbers come back to the bit. */
export async function* csvBytes({ schema, batches }: BatchStream): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(`${schema.fields.map(({ name }) => quoted(name)).join()}\n`);
  for await (const batch of batches) {
    for (let first = 0; first < batch.numRows; first += block)
      yield encoder.encode(linesOf(batch, first, Math.min(first + block, batch.numRows)));
  }
}

function linesOf(batch: RecordBatch, first: number, end: number): string {
  const columns = batch.schema.fields.map((_, column) => batch.getChildAt(column));
  const lines: string[] = [];
  for (let row = first; row < end; row++)
    lines.push(`${columns.map((column) => quoted(String(column?.get(row) ?? ""))).join()}\n`);
  return lines.join("");
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
