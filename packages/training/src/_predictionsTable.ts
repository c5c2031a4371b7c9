import {
  type Data,
  Field,
  Float64,
  Int8,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  Utf8,
  vectorFromArray,
} from "apache-arrow";

/** Format name and version in the schema's metadata. */
export const predictionsFormat = { format: "cxrkit.predictions", version: "1" } as const;

/** Columns of predictions; labels and scores are row-major `[rows, findings]`. */
export interface PredictionColumns {
  readonly imageIds: readonly string[];
  readonly patientIds: readonly string[];
  /** 1, 0, NaN. */
  readonly labels: Float32Array;
  /** In [0, 1]. */
  readonly scores: Float64Array;
}

/** Builds the Arrow table of predictions. */
export function predictionsTable(
  { imageIds, patientIds, labels, scores }: PredictionColumns,
  findings: readonly string[],
  metadata: Readonly<Record<string, string>>,
): Table {
  const fields: Field[] = [new Field("imageId", new Utf8()), new Field("patientId", new Utf8())];
  const children: Data[] = [text(imageIds), text(patientIds)];
  for (const [column, finding] of findings.entries()) {
    fields.push(
      new Field(`label:${finding}`, new Int8(), true),
      new Field(`score:${finding}`, new Float64()),
    );
    children.push(labelColumn(labels, column, findings.length), scoreColumn(scores, column, findings.length));
  }
  const entries = Object.entries({ ...metadata, ...predictionsFormat });
  const schema = new Schema(fields, new Map(entries));
  const data = makeData({ type: new Struct(fields), length: imageIds.length, nullCount: 0, children });
  return new Table(schema, new RecordBatch(schema, data));
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
