import {
  type Data,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int8,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
  vectorFromArray,
} from "apache-arrow";

/** Format name and version in the schema's metadata. */
export const predictionsFormat = { format: "cxrkit.predictions", version: "1" } as const;
/** The same of features. */
const featuresFormat = { format: "cxrkit.features", version: "1" } as const;

/** Some rows of a table; labels are row-major `[rows, findings]`: 1, 0, NaN. */
interface Rows {
  readonly imageIds: readonly string[];
  readonly patientIds: readonly string[];
  readonly labels: Float32Array;
}

/** Some rows of predictions; scores are row-major `[rows, findings]`, in [0, 1]. */
export interface PredictionRows extends Rows {
  readonly scores: Float64Array;
}

/** Some rows of features, row-major `[rows, width]`. */
export interface FeatureRows extends Rows {
  readonly features: Float32Array;
}

const identifiers = [new Field("imageId", new Utf8()), new Field("patientId", new Utf8())];

/** The columns of predictions. */
export function predictionsSchema(
  findings: readonly string[],
  metadata: Readonly<Record<string, string>>,
): Schema {
  const fields: Field[] = findings.flatMap((finding): Field[] => [
    new Field(`label:${finding}`, new Int8(), true),
    new Field(`score:${finding}`, new Float64()),
  ]);
  return new Schema(
    [...identifiers, ...fields],
    new Map(Object.entries({ ...metadata, ...predictionsFormat })),
  );
}

/** Builds rows of predictions under their schema. */
export function predictionsBatch(schema: Schema, { scores, ...rows }: PredictionRows): RecordBatch {
  const columns = (schema.fields.length - identifiers.length) / 2;
  const children = Array.from({ length: columns }, (_, column) => [
    labelColumn(rows.labels, column, columns),
    scoreColumn(scores, column, columns),
  ]);
  return batchOf(schema, rows, children.flat());
}

/** The columns of features. */
export function featuresSchema(
  findings: readonly string[],
  width: number,
  metadata: Readonly<Record<string, string>>,
): Schema {
  const labels: Field[] = findings.map((finding) => new Field(`label:${finding}`, new Int8(), true));
  const features = new Field("features", new FixedSizeList(width, new Field("item", new Float32())));
  return new Schema(
    [...identifiers, ...labels, features],
    new Map(Object.entries({ ...metadata, ...featuresFormat })),
  );
}

/** Builds rows of features under their schema. */
export function featuresBatch(schema: Schema, { features, ...rows }: FeatureRows): RecordBatch {
  const columns = schema.fields.length - identifiers.length - 1;
  const labels = Array.from({ length: columns }, (_, column) => labelColumn(rows.labels, column, columns));
  const numbers = makeData({ type: new Float32(), length: features.length, nullCount: 0, data: features });
  const list = makeData({
    type: schema.fields.at(-1)?.type as FixedSizeList,
    length: rows.imageIds.length,
    nullCount: 0,
    child: numbers,
  });
  return batchOf(schema, rows, [...labels, list]);
}

function batchOf(schema: Schema, { imageIds, patientIds }: Rows, columns: readonly Data[]): RecordBatch {
  const children = [text(imageIds), text(patientIds), ...columns];
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length: imageIds.length, nullCount: 0, children }));
}

function text(values: readonly string[]): Data {
  return vectorFromArray(values as string[], new Utf8()).data[0] as Data;
}

function labelColumn(labels: Float32Array, column: number, columns: number): Data {
  const length = labels.length / columns;
  const data = new Int8Array(length);
  const nullBitmap = new Uint8Array(Math.ceil(length / 8));
  let nullCount = 0;
  for (let row = 0; row < length; row++) {
    const label = labels[row * columns + column] as number;
    if (Number.isNaN(label)) {
      nullCount += 1;
      continue;
    }
    data[row] = label;
    nullBitmap[row >> 3] = (nullBitmap[row >> 3] as number) | (1 << (row & 7));
  }
  return makeData({ type: new Int8(), length, nullCount, nullBitmap, data });
}

function scoreColumn(scores: Float64Array, column: number, columns: number): Data {
  const length = scores.length / columns;
  const data = new Float64Array(length);
  for (let row = 0; row < length; row++) data[row] = scores[row * columns + column] as number;
  return makeData({ type: new Float64(), length, nullCount: 0, data });
}
