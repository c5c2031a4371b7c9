import { boxesOf, sizeOf } from "./_drawPicture.js";
import type { DrawnSign } from "./_drawSigns.js";
import type { Picture } from "./_syntheticCases.js";
import { findingsOfSign } from "./_syntheticLabels.js";
import { detailStream, hexDigits, isLabelled, type LayoutContext } from "./_syntheticLayout.js";
import type { Finding } from "./findings.js";
import { vindrCxrColumns } from "./vindrCxr.js";
import { vindrPcxrColumns } from "./vindrPcxr.js";

type Column = readonly [name: string, finding: Finding];

const firstSpelling = (name: string | readonly string[]): string =>
  typeof name === "string" ? name : (name[0] as string);
/** Columns of the adults. */
export const adultColumns: readonly Column[] = vindrCxrColumns.map(([name, finding]) => [
  firstSpelling(name),
  finding,
]);
/** Columns of the children. */
export const childColumns: readonly Column[] = vindrPcxrColumns.map(([name, finding]) => [
  firstSpelling(name),
  finding,
]);
/** The first columns are of findings with a place, which have rectangles. */
const numLocal = 22;

/** Identifier of an image: 32 hexadecimal digits. */
export const imageId = (picture: Picture, context: LayoutContext): string =>
  hexDigits(detailStream(picture, context, 1), 32);
/** What one reader marks: the findings that two of three agree on, and sometimes more or less than the others. */
function readingsOf(
  picture: Picture,
  columns: readonly Column[],
  numReaders: number,
  random: () => number,
): Finding[][] {
  const readings = Array.from({ length: numReaders }, (): Finding[] => []);
  const isNormal = isLabelled(picture, "no_finding");
  for (const [, finding] of columns) {
    const [disagrees, who] = [random(), Math.floor(random() * numReaders)];
    const isThere = isLabelled(picture, finding);
    const share = isThere ? 0.35 : isNormal || finding === "no_finding" ? 0 : 0.04;
    const lone = numReaders > 1 && disagrees < share ? who : -1;
    readings.forEach((reading, reader) => {
      if ((lone === reader) !== isThere) reading.push(finding);
    });
  }
  for (const reading of readings) if (reading.length === 0) reading.push("no_finding");
  return readings;
}

/** Names of distinct readers, R1 to R17. */
function readersOf(count: number, random: () => number): string[] {
  const readers = new Set<string>();
  while (readers.size < count) readers.add(`R${1 + Math.floor(random() * 17)}`);
  return [...readers];
}

/** Rows of the two tables. */
export interface Rows {
  readonly labels: (string | number)[][];
  readonly boxes: (string | number)[][];
}

/** Name of the rectangle of a sign that is drawn for a finding; undefined where there is none. */
type ClassOf = (sign: DrawnSign, finding: Finding) => string | undefined;

/** Adults: the finding itself, if it is one with a place. */
export const adultClassOf: ClassOf = (_, finding) =>
  adultColumns.slice(0, numLocal).find(([, known]) => known === finding)?.[0];

/** Children: the diseases have no place, but what is seen of them has. */
const childClasses: Readonly<Partial<Record<DrawnSign, string>>> = {
  infiltrate_right: "Other opacity",
  infiltrate_left: "Other opacity",
  opacity_right: "Other opacity",
  opacity_left: "Other opacity",
  bronchi: "Bronchial thickening",
  emphysema: "Lung hyperinflation",
  cavity: "Lung cavity",
  mass: "Other nodule/mass",
};
export const childClassOf: ClassOf = (sign) => childClasses[sign];

/** Adds the rows of an image's readers to the tables. */
export function addReadings(
  rows: Rows,
  picture: Picture,
  { columns, classOf }: VindrForm,
  context: LayoutContext,
  numReaders: number,
): void {
  const random = detailStream(picture, context, 4);
  const id = imageId(picture, context);
  const size = sizeOf(picture, context.imageSize);
  const boxes = boxesOf(picture, context.seed, context.imageSize);
  const names = numReaders > 0 ? readersOf(numReaders, random) : [];
  const near = (value: number, i: number) => {
    const moved = Math.max(0, value + (random() - 0.5) * 0.02 * context.imageSize);
    return Math.round(Math.min(moved, size[i % 2] as number) * 1000) / 1000;
  };
  readingsOf(picture, columns, Math.max(1, numReaders), random).forEach((reading, reader) => {
    const who = numReaders > 0 ? [names[reader] as string] : [];
    rows.labels.push([id, ...who, ...columns.map(([, finding]) => (reading.includes(finding) ? 1 : 0))]);
    if (reading.includes("no_finding")) rows.boxes.push([id, ...who, "No finding", "", "", "", ""]);
    for (const { sign, box } of boxes)
      for (const finding of findingsOfSign(sign, picture.labels)) {
        const name = reading.includes(finding) ? classOf(sign, finding) : undefined;
        if (name !== undefined) rows.boxes.push([id, ...who, name, ...box.map(near)]);
      }
    for (const finding of reading) {
      const name = isLabelled(picture, finding) ? undefined : adultClassOf("opacity_right", finding);
      const [left, top] = [0.15 + 0.5 * random(), 0.2 + 0.4 * random()];
      const box = [left * size[0], top * size[1], (left + 0.15) * size[0], (top + 0.15) * size[1]];
      if (name !== undefined && classOf === adultClassOf)
        rows.boxes.push([id, ...who, name, ...box.map(near)]);
    }
  });
}

/** What tells the two collections apart. */
export interface VindrForm {
  readonly columns: readonly Column[];
  readonly classOf: ClassOf;
}
