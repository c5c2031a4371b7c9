import { DataType, type Field, type RecordBatch, type Schema } from "apache-arrow";
import type { BatchStream } from "./_predictionBatches.js";

interface SchemaElement {
  readonly name: string;
  readonly type?: "BYTE_ARRAY" | "INT32" | "DOUBLE";
  readonly converted_type?: "UTF8" | "INT_8";
  readonly repetition_type?: "REQUIRED" | "OPTIONAL";
  readonly num_children?: number;
}

/** Bytes that were encoded; `index` of them are in memory. */
interface Bytes {
  index: number;
  readonly getBytes: () => Uint8Array;
}

interface ColumnData {
  readonly name: string;
  readonly data: readonly unknown[];
  readonly offsetIndex: boolean;
}

/** What is used of the package `hyparquet-writer`, which need not be installed. */
interface HyparquetWriter {
  readonly ByteWriter: new () => Bytes;
  readonly ParquetWriter: new (options: {
    readonly writer: Bytes;
    readonly schema: readonly SchemaElement[];
    readonly kvMetadata: readonly { readonly key: string; readonly value: string }[];
  }) => {
    readonly write: (rows: {
      readonly columnData: readonly ColumnData[];
      readonly rowGroupSize: number;
    }) => void | Promise<void>;
    readonly finish: () => void | Promise<void>;
  };
}

/** Encodes rows as a Parquet file, a row group for each record batch as they are asked for. */
export async function* parquetBytes(
  caller: string,
  { schema, batches }: BatchStream,
): AsyncGenerator<Uint8Array> {
  const { ByteWriter, ParquetWriter } = await loadWriter(caller);
  const bytes = new ByteWriter();
  const kvMetadata = [...schema.metadata].map(([key, value]) => ({ key, value }));
  const writer = new ParquetWriter({ writer: bytes, schema: elementsOf(schema), kvMetadata });
  /** What was encoded since the last call; `offset` goes on counting. */
  const take = () => {
    const part = bytes.getBytes().slice();
    bytes.index = 0;
    return part;
  };
  for await (const batch of batches) {
    const rowGroupSize = batch.numRows;
    await writer.write({ columnData: columnsOf(batch), rowGroupSize });
    yield take();
  }
  await writer.finish();
  yield take();
}

function columnsOf(batch: RecordBatch): ColumnData[] {
  return batch.schema.fields.map(({ name }, column) => ({
    name,
    data: [...(batch.getChildAt(column) ?? [])],
    offsetIndex: false,
  }));
}

function elementsOf({ fields }: Schema): SchemaElement[] {
  return [{ name: "predictions", num_children: fields.length }, ...fields.map(elementOf)];
}

function elementOf({ name, type, nullable }: Field): SchemaElement {
  const repetition_type = nullable ? "OPTIONAL" : "REQUIRED";
  if (DataType.isUtf8(type)) return { name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type };
  if (DataType.isInt(type)) return { name, type: "INT32", converted_type: "INT_8", repetition_type };
  return { name, type: "DOUBLE", repetition_type };
}

async function loadWriter(caller: string): Promise<HyparquetWriter> {
  // Out of the compiler's sight, which has no types where the package is not installed.
  const name: string = "hyparquet-writer";
  try {
    return (await import(name)) as HyparquetWriter;
  } catch (cause) {
    throw new Error(
      `${caller}: a path that ends in .parquet needs the package ${name}, got none; npm install ${name}, or write .arrow, which DuckDB, pyarrow and polars read as well`,
      { cause },
    );
  }
}
