import type { DicomPicture } from "./_encodeDicomElements.js";
import { type Picture, tableStream } from "./_syntheticCases.js";
import type { Profile } from "./_syntheticProfile.js";
import type { Finding } from "./findings.js";

/** What a writer knows of the whole collection. */
export interface LayoutContext {
  readonly seed: number;
  /** Longer side of the pictures in pixels. */
  readonly imageSize: number;
  /** Which of a collection's forms is written. */
  readonly variant: string;
}

/** How a picture is encoded. */
export type PictureEncoding =
  | { readonly kind: "png"; readonly bits: 8 | 16 }
  | { readonly kind: "jpeg"; readonly quality: number }
  | {
      readonly kind: "dicom";
      readonly header: Omit<DicomPicture, "width" | "height" | "pixels">;
    };

/** A file of a table, relative to the root. */
export interface TableFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** How one collection is laid out. */
export interface Layout {
  readonly profile: Profile;
  /** Forms in which the collection is distributed, the default first; empty if there is one only. */
  readonly variants: readonly string[];
  /** Place of a picture's file, relative to the root, and how it is encoded. */
  readonly file: (
    picture: Picture,
    context: LayoutContext,
  ) => { readonly path: string; readonly encoding: PictureEncoding };
  readonly tables: (pictures: readonly Picture[], context: LayoutContext) => TableFile[];
  readonly split: (picture: Picture) => "train" | "valid" | "test";
  /** Findings that the tables speak of, in their order. */
  readonly findings: readonly Finding[];
  /** Whether a finding counts as present in a picture. */
  readonly isPresent: (picture: Picture, finding: Finding) => boolean;
}

/** Lines of comma-separated cells; cells with a comma or a quotation mark are quoted. */
export function csvText(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cell = (value: string | number) => {
    const text = String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [header, ...rows].map((row) => `${row.map(cell).join(",")}\n`).join("");
}

/** Random hexadecimal digits. */
export function hexDigits(random: () => number, count: number): string {
  return Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join("");
}

/** Stream for the identifiers and details of a picture. `key` tells uses apart. */
export function detailStream(picture: Picture, { seed }: LayoutContext, key: number): () => number {
  return tableStream(seed, 0, key, picture.index);
}

/** Stream for the details of a patient. */
export function patientStream(picture: Picture, { seed }: LayoutContext, key: number): () => number {
  return tableStream(seed, 1, key, picture.patient);
}

/** Stream for the details of a study. */
export function studyStream(picture: Picture, { seed }: LayoutContext, key: number): () => number {
  return tableStream(seed, 2, key, picture.patient, picture.study);
}

/** Day of a study, in days from 1 January 1970: a patient's studies lie some weeks apart. */
export function dayOfStudy(picture: Picture, context: LayoutContext, firstYear: number): number {
  const random = patientStream(picture, context, 90);
  const first = Math.floor(Date.UTC(firstYear, 0, 1) / 86_400_000 + random() * 1500);
  return first + Math.round(picture.study * 146);
}

/** A day as `20140211`, or with a separator as `2014-02-11`. */
export function dateText(day: number, separator = ""): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10).replaceAll("-", separator);
}

/** Time of day of a study: hours, minutes, seconds as `213014`. */
export function timeText(random: () => number): string {
  const part = (below: number) => String(Math.floor(random() * below)).padStart(2, "0");
  return part(24) + part(60) + part(60);
}

/** Whether a finding is present (1) by the labels alone. */
export function isLabelled({ labels }: Picture, finding: Finding): boolean {
  return labels.get(finding) === 1;
}
