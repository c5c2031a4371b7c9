import { open } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf } from "./_check.js";
import { type LabelRows, placeOf } from "./_labelRows.js";
import type { WarningCounter } from "./_warnings.js";
import { type DicomHeader, readDicomHeader } from "./readDicomHeader.js";

/** Bytes of a file that are read first: more than a header has before the pixels. */
const firstBytes = 2 ** 16;
const maxBytes = 2 ** 28;
const concurrency = 16;

export const headerMessages = {
  headerUnreadable: "images whose DICOM header could not be read have null for sex and age",
  sexAbsent: "DICOM headers do not say the sex",
  ageAbsent: "DICOM headers do not say the age, or one over 120 years",
};

/** Takes sex and age of the kept rows from the headers of their DICOM files; what they do not say is counted. */
export async function readHeaders(
  root: string,
  rows: LabelRows,
  kept: readonly number[],
  paths: readonly string[],
  warnings: WarningCounter,
  signal: AbortSignal | undefined,
): Promise<void> {
  const headers: (DicomHeader | string)[] = new Array(kept.length);
  let next = 0;
  const worker = async () => {
    while (next < kept.length) {
      signal?.throwIfAborted();
      const i = next++;
      headers[i] = await headerOfFile(join(root, paths[i] as string)).catch(reasonOf);
    }
  };
  const results = await Promise.allSettled(Array.from({ length: concurrency }, worker));
  for (const result of results) if (result.status === "rejected") throw result.reason;
  kept.forEach((row, i) => {
    const header = headers[i] as DicomHeader | string;
    const place = () => `${placeOf(rows, row)}: ${rows.imageIds[row]}`;
    if (typeof header === "string") {
      warnings.add("headerUnreadable", () => `${place()}: ${header}`);
      return;
    }
    const age = header.patientAgeYears;
    rows.sexes[row] = header.patientSex;
    rows.ages[row] = age !== null && age >= 0 && age <= 120 ? age : null;
    if (rows.sexes[row] === null) warnings.add("sexAbsent", place);
    if (rows.ages[row] === null) warnings.add("ageAbsent", place);
  });
}

/** Reads the beginning of a file, and all of it only if the header does not end there. */
async function headerOfFile(path: string): Promise<DicomHeader> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > maxBytes) throw new RangeError(`file must have at most ${maxBytes} bytes, got ${size}`);
    const start = Buffer.alloc(Math.min(size, firstBytes));
    await file.read(start, 0, start.length, 0);
    if (size <= firstBytes) return readDicomHeader(start);
    try {
      return readDicomHeader(start);
    } catch {
      return readDicomHeader(await file.readFile());
    }
  } finally {
    await file.close();
  }
}
