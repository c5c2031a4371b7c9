import { isAscii } from "node:buffer";
import {
  type Data,
  type DataType,
  Field,
  FixedSizeBinary,
  Float32,
  Int8,
  makeData,
  RecordBatch,
  type Schema,
  Struct,
  Table,
  Utf8,
} from "apache-arrow";
import { notMentioned } from "./_labelRows.js";

/** One bit a value, set where the value is there; undefined when none is missing. */
function validity(length: number, isMissing: (row: number) => boolean): [number, Uint8Array | undefined] {
  let missing = 0;
  for (let row = 0; row < length; row++) if (isMissing(row)) missing++;
  if (missing === 0) return [0, undefined];
  const bits = new Uint8Array(Math.ceil(length / 64) * 8);
  for (let row = 0; row < length; row++)
    if (!isMissing(row)) bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7));
  return [missing, bits];
}

/** Utf8 column of strings; null stays null. */
export function utf8Column(values: readonly (string | null)[]): Data<Utf8> {
  const length = values.length;
  const text = values.join("");
  const data = Buffer.from(text, "utf8");
  const isPlain = data.length === text.length;
  const valueOffsets = new Int32Array(length + 1);
  let end = 0;
  for (let row = 0; row < length; row++) {
    const value = values[row];
    if (value != null) end += isPlain ? value.length : Buffer.byteLength(value, "utf8");
    valueOffsets[row + 1] = end;
  }
  const [nullCount, nullBitmap] = validity(length, (row) => values[row] == null);
  return makeData({ type: new Utf8(), length, nullCount, nullBitmap, valueOffsets, data });
}

/** Int8 column without nulls. */
export function int8Column(data: Int8Array): Data<Int8> {
  return makeData({ type: new Int8(), length: data.length, nullCount: 0, data });
}

/** Int8 column of numbers; null stays null. */
export function nullableInt8Column(values: readonly (number | null)[]): Data<Int8> {
  const [nullCount, nullBitmap] = validity(values.length, (row) => values[row] == null);
  const data = new Int8Array(values.length);
  for (let row = 0; row < data.length; row++) data[row] = values[row] ?? 0;
  return makeData({ type: new Int8(), length: values.length, nullCount, nullBitmap, data });
}

/** Int8 column of one finding at the given rows of labels that lie row by row; {@link notMentioned} becomes null. */
export function labelColumn(
  labels: Int8Array,
  width: number,
  finding: number,
  rows: readonly number[],
): Data<Int8> {
  const length = rows.length;
  const data = new Int8Array(length);
  for (let i = 0; i < length; i++) data[i] = labels[(rows[i] as number) * width + finding] as number;
  const [nullCount, nullBitmap] = validity(length, (i) => data[i] === notMentioned);
  if (nullCount > 0) for (let i = 0; i < length; i++) if (data[i] === notMentioned) data[i] = 0;
  return makeData({ type: new Int8(), length, nullCount, nullBitmap, data });
}

/** Float32 column of numbers; null stays null. */
export function float32Column(values: readonly (number | null)[]): Data<Float32> {
  const [nullCount, nullBitmap] = validity(values.length, (row) => values[row] == null);
  const data = new Float32Array(values.length);
  for (let row = 0; row < data.length; row++) data[row] = values[row] ?? 0;
  return makeData({ type: new Float32(), length: values.length, nullCount, nullBitmap, data });
}

/** Column of byte strings, all `width` bytes long, laid one after the other. */
export function bytesColumn(data: Uint8Array, width: number): Data<FixedSizeBinary> {
  return makeData({ type: new FixedSizeBinary(width), length: data.length / width, nullCount: 0, data });
}

/** One record batch of the columns. */
export function batchOf(schema: Schema, columns: readonly Data[]): RecordBatch {
  const length = columns[0]?.length ?? 0;
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length, nullCount: 0, children: [...columns] }));
}

/** Table of the columns in one record batch. */
export function tableOf(schema: Schema, columns: readonly Data[]): Table {
  return new Table(schema, [batchOf(schema, columns)]);
}

/** Fields of a manifest: seven that every dataset has, then one a finding. */
export function manifestFields(findings: readonly string[]): Field[] {
  const text = (name: string, nullable: boolean): Field => new Field(name, new Utf8() as DataType, nullable);
  return [
    text("imageId", false),
    text("patientId", false),
    text("path", false),
    text("split", false),
    text("view", true),
    text("sex", true),
    new Field("age", new Float32() as DataType, true),
    ...findings.map((finding) => new Field(finding, new Int8() as DataType, true)),
  ];
}

/** The manifest columns of a table at the given rows, copied. */
export function takeColumns(table: Table, fields: readonly Field[], rows: ArrayLike<number>): Data[] {
  return fields.map((field) => {
    const column = table.getChild(field.name);
    if (column === null) throw new RangeError(`manifest: table must have a column ${field.name}, got none`);
    const values = Array.from(rows, (row) => column.get(row));
    if (field.type instanceof Utf8) return utf8Column(values);
    return field.type instanceof Float32 ? float32Column(values) : nullableInt8Column(values);
  });
}

/** All strings of a column without nulls. */
export function stringsOf(table: Table, name: string): string[] {
  return textsOf(table, name) as string[];
}

/** All strings of a column; null where one is missing. */
export function textsOf(table: Table, name: string): (string | null)[] {
  const column = table.getChild(name);
  if (column === null) throw new RangeError(`manifest: table must have a column ${name}, got none`);
  if (!(column.type instanceof Utf8)) return Array.from(column, (value) => value as string | null);
  return column.data.flatMap((chunk) => textsOfChunk(chunk as Data<Utf8>));
}

/** Decodes a chunk in one go where each byte is a letter, else string by string. */
function textsOfChunk(chunk: Data<Utf8>): (string | null)[] {
  const { length, valueOffsets, values, nullCount } = chunk;
  const first = valueOffsets[0] ?? 0;
  const bytes = Buffer.from(
    values.buffer,
    values.byteOffset + first,
    (valueOffsets[length] ?? first) - first,
  );
  const isPlain = bytes.length < 2 ** 28 && isAscii(bytes);
  const all = isPlain ? bytes.toString("latin1") : "";
  return Array.from({ length }, (_, row) => {
    if (nullCount > 0 && !chunk.getValid(row)) return null;
    const [start, stop] = [(valueOffsets[row] as number) - first, (valueOffsets[row + 1] as number) - first];
    return isPlain ? all.slice(start, stop) : bytes.toString("utf8", start, stop);
  });
}

/** All labels of a column of findings; {@link notMentioned} where one is missing. */
export function labelsOf(table: Table, name: string): Int8Array {
  const column = table.getChild(name);
  if (column === null) throw new RangeError(`manifest: table must have a column ${name}, got none`);
  const labels = new Int8Array(column.length);
  let offset = 0;
  for (const chunk of column.data as readonly Data<Int8>[]) {
    labels.set(chunk.values.subarray(0, chunk.length), offset);
    for (let i = 0; chunk.nullCount > 0 && i < chunk.length; i++)
      if (!chunk.getValid(i)) labels[offset + i] = notMentioned;
    offset += chunk.length;
  }
  return labels;
}
