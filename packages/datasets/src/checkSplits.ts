import { requireOneOf } from "./_check.js";
import { stringsOf } from "./_columns.js";
import type { Manifest, Split } from "./Manifest.js";

/** A patient with images in more than one split. */
export interface SplitOverlap {
  /** Id of the patient. */
  readonly patientId: string;
  /** Number of the patient's images in each split that has any. */
  readonly images: Readonly<Partial<Record<Split, number>>>;
}

/** Options of {@link checkSplits}. */
export interface CheckSplitsOptions {
  /** What to do if a patient is in two splits: fail, or list the patients. @defaultValue `"throw"` */
  readonly onOverlap?: "throw" | "return";
}

/**
 * Proves that no patient has images in two splits.
 *
 * @param manifest - Manifest to check.
 * @returns The patients in more than one split, in the order of the table; empty if the splits are disjoint.
 * @throws RangeError naming the first such patients, unless they are asked for with `onOverlap: "return"`; if an image
 *   has no patient.
 * @example
 * {@includeCode ../example/describeDataset.example.ts}
 */
export function checkSplits(
  manifest: Manifest,
  { onOverlap = "throw" }: CheckSplitsOptions = {},
): readonly SplitOverlap[] {
  requireOneOf("checkSplits", "onOverlap", onOverlap, ["throw", "return"]);
  const splits = stringsOf(manifest.table, "split") as Split[];
  const counts = new Map<string, Partial<Record<Split, number>>>();
  stringsOf(manifest.table, "patientId").forEach((patientId, row) => {
    if (!patientId)
      throw new RangeError(
        `checkSplits: every image of ${manifest.dataset} must have a patient, got none in row ${row}`,
      );
    const images = counts.get(patientId) ?? {};
    const split = splits[row] as Split;
    images[split] = (images[split] ?? 0) + 1;
    counts.set(patientId, images);
  });
  const overlaps = [...counts]
    .map(([patientId, images]) => ({ patientId, images }))
    .filter(({ images }) => Object.keys(images).length > 1);
  if (overlaps.length > 0 && onOverlap === "throw") {
    const first = overlaps
      .slice(0, 5)
      .map(({ patientId, images }) => `${patientId} (${Object.keys(images).join(", ")})`);
    throw new RangeError(
      `checkSplits: patients of ${manifest.dataset} must be in one split each, got ${overlaps.length} in several: ${first.join(", ")}`,
    );
  }
  return overlaps;
}
