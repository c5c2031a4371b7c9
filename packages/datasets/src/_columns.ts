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

/** One bit a value, set where the value is there; undefined when none is missing. */
function validity(length: number, isMissing: (row: number) => boolean): [number, Uint8Array | undefined] {
  const bits = new Uint8Array(Math.ceil(length / 64) * 8);
  let missing = 0;
  for (let row = 0; row < length; row++) {
    if (isMissing(row)) missing++;
    else bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7));
  }
  return [missing, missing > 0 ? bits : undefined];
}

/** Utf8 column of strings; null stays null. */
export function utf8Column(values: readonly (string | null)[]): Data<Utf8> {
  const length = values.length;
  const data = Buffer.from(values.map((value) => value ?? "").join(""), "utf8");
  const valueOffsets = new Int32Array(length + 1);
  let end = 0;
  for (let row = 0; row < length; row++) {
    const value = values[row];
    if (value != null) end += Buffer.byteLength(value, "utf8");
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
  const data = Int8Array.from(values, (value) => value ?? 0);
  return makeData({ type: new Int8(), length: values.length, nullCount, nullBitmap, data });
}

/** Float32 column of numbers; null stays null. */
export function float32Column(values: readonly (number | null)[]): Data<Float32> {
  const [nullCount, nullBitmap] = validity(values.length, (row) => values[row] == null);
  const data = Float32Array.from(values, (value) => value ?? 0);
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
  const column = table.getChild(name);
  if (column === null) throw new RangeError(`manifest: table must have a column ${name}, got none`);
  return Array.from(column, (value) => value as string);
}
