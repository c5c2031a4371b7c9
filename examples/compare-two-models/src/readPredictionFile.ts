import { tableFromIPC } from "apache-arrow";
import { parse } from "csv-parse/sync";

/** One image of a prediction file. */
interface PredictionRow {
  readonly patientId: string;
  /** Labels and scores by column; NaN where a label is not known. */
  readonly values: Readonly<Record<string, number>>;
}

/** A prediction file: its columns of labels and scores, and its images by identifier. */
export interface PredictionFile {
  readonly columns: readonly string[];
  readonly rows: ReadonlyMap<string, PredictionRow>;
}

/**
 * Reads a prediction file, CSV or Arrow IPC by its first bytes: the columns `imageId`, `patientId` (or one patient an
 * image where it is not there), and for each finding `label:<finding>` (1, 0, or empty) and `score:<finding>`.
 *
 * @throws RangeError that names the file if a column is missing, an image is there twice, or a value is no number.
 */
export function readPredictionFile(name: string, bytes: Uint8Array): PredictionFile {
  const isArrow = new TextDecoder("latin1").decode(bytes.subarray(0, 6)) === "ARROW1";
  const { header, records } = isArrow ? readArrow(bytes) : readCsv(bytes);
  const fail = (rule: string, got: string): never => {
    throw new RangeError(`readPredictionFile: ${name} must ${rule}, got ${got}`);
  };
  if (!header.includes("imageId")) fail("have the column imageId", header.join(", "));
  const columns = header.filter((column) => /^(label|score):/.test(column));
  const rows = new Map<string, PredictionRow>();
  for (const record of records) {
    const imageId = String(record.imageId);
    if (rows.has(imageId)) fail("have each image once", `${imageId} again`);
    const values: Record<string, number> = {};
    for (const column of columns) {
      const cell = record[column];
      const value = cell === "" || cell === null ? Number.NaN : Number(cell);
      if (Number.isNaN(value) && ((cell !== "" && cell !== null) || column.startsWith("score:"))) {
        fail("have numbers", `"${String(cell)}" in ${column} of image ${imageId}`);
      }
      values[column] = value;
    }
    rows.set(imageId, { patientId: String(record.patientId ?? imageId), values });
  }
  if (rows.size === 0) fail("have rows", "none");
  return { columns, rows };
}

interface Records {
  readonly header: readonly string[];
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

function readCsv(bytes: Uint8Array): Records {
  const [header = [], ...lines] = parse(new TextDecoder().decode(bytes), {
    skip_empty_lines: true,
    bom: true,
  });
  return {
    header,
    records: lines.map((line) => Object.fromEntries(header.map((column, i) => [column, line[i]]))),
  };
}

function readArrow(bytes: Uint8Array): Records {
  const table = tableFromIPC(bytes);
  return {
    header: table.schema.names.map(String),
    records: table.toArray().map((row) => row.toJSON() as Record<string, unknown>),
  };
}
