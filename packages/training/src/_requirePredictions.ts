import { DataType, type Table, type Vector } from "apache-arrow";
import { predictionsFormat } from "./_predictionsTable.js";

/** Rejects a table that is not Predictions. */
export function requirePredictions(caller: string, table: Table): void {
  const { metadata, fields } = table.schema;
  for (const [key, value] of Object.entries(predictionsFormat)) {
    if (metadata.get(key) !== value)
      throw new RangeError(`${caller}: metadata ${key} must be "${value}", got ${quoted(metadata.get(key))}`);
  }
  const names = fields.map(({ name }) => name);
  const findings = names
    .filter((name) => name.startsWith("score:"))
    .map((name) => name.slice("score:".length));
  const wanted = [
    "imageId",
    "patientId",
    ...findings.flatMap((finding) => [`label:${finding}`, `score:${finding}`]),
  ];
  if (findings.length === 0 || String(names) !== String(wanted))
    throw new RangeError(
      `${caller}: columns must be imageId, patientId and then label:<finding>, score:<finding> for each finding, got ${names.join(", ") || "none"}`,
    );
  for (const name of names) requireColumn(caller, name, table.getChild(name) as Vector);
}

function requireColumn(caller: string, name: string, column: Vector): void {
  const [type, fits] = name.startsWith("label:")
    ? (["Int8", DataType.isInt(column.type) && column.type.bitWidth === 8] as const)
    : name.startsWith("score:")
      ? (["Float64", DataType.isFloat(column.type) && column.type.precision === 2] as const)
      : (["Utf8", DataType.isUtf8(column.type)] as const);
  if (!fits) throw new RangeError(`${caller}: column ${name} must be ${type}, got ${column.type}`);
  if (type !== "Int8" && column.nullCount > 0)
    throw new RangeError(`${caller}: column ${name} must have no nulls, got ${column.nullCount}`);
  if (type === "Utf8") return;
  let row = 0;
  for (const value of column) {
    const valid = type === "Int8" ? value === null || value === 0 || value === 1 : value >= 0 && value <= 1;
    if (!valid)
      throw new RangeError(
        `${caller}: ${name} must be ${type === "Int8" ? "1, 0 or null" : "in [0, 1]"}, got ${value} in row ${row}`,
      );
    row += 1;
  }
}

function quoted(value: string | undefined): string {
  return value === undefined ? "none" : `"${value}"`;
}
