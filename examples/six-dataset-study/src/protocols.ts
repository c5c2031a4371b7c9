import type { LabelPolicy, Protocol, Recipe } from "@cxrkit/datasets";

/**
 * The choices in which the published procedure and its repair differ. A stage reads the choice that concerns it and never
 * the protocol's name. The rows are those of the table in the README, which says for each what the authors did.
 */
export interface StudyProtocol {
  /** Printed on every result. */
  readonly name: Protocol;
  /** Row 1: whether pixels are normalised as the checkpoint's own training did. */
  readonly normalise: boolean;
  /** Rows 2 and 24: images that choose the epoch; `patients` are taken from the training part where a dataset has none. */
  readonly validation: "test" | "patients";
  /** Row 2: what makes an epoch the best, lowest loss or highest macro AUROC. */
  readonly monitor: "loss" | "score";
  /** Rows 3 and 4: threshold fitted to each resample of the test images, or to the validation images and frozen. */
  readonly threshold: "refit" | "frozen";
  /** Rows 5 to 7 and 9: whose statistics stand first; those of the other are computed too and stand beside them. */
  readonly statistics: "as-published" | "corrected";
  /** Row 8: what becomes of a resample without one of the classes. */
  readonly oneClass: "redraw" | "skip";
  /** Row 11: what uncertain and missing labels count as. */
  readonly labels: LabelPolicy;
  /** Rows 10, 12 and 14: rows left out, order of views and PadChest's labels, as `readDataset` knows them. */
  readonly reading: Protocol;
  /** Row 13: training images over which positives are counted for the loss. */
  readonly positivesOf: "all views" | "trained views";
  /** Row 15: whether a flip exchanges labels of left and right. */
  readonly swapSides: boolean;
  /** Rows 16 to 18: how files become squares of grey bytes; `jpeg` sets went through a JPEG file. */
  readonly preparation: (isJpeg: boolean) => Recipe;
  /** Row 25: what becomes of the last, incomplete batch of a training epoch. */
  readonly lastBatch: "drop" | "keep";
}

/*
 * The other rows need no choice: 10, everything drawn is seeded in both; 19, heads and patch sizes are the starts' (a start
 * with `head: "pytorch"` and another `model` is the repaired one); 20, a resumed run keeps its loss in both, since
 * `as-published` differs only where the authors resumed; 21 to 23 are slips of their program.
 */

/** What the authors did, fault for fault. */
export const asPublished: StudyProtocol = {
  name: "as-published",
  normalise: false,
  validation: "test",
  monitor: "loss",
  threshold: "refit",
  statistics: "as-published",
  oneClass: "redraw",
  labels: { uncertain: "negative", missing: "negative" },
  reading: "as-published",
  positivesOf: "all views",
  swapSides: false,
  preparation: (isJpeg) => ({ name: "as-published", route: "direct", jpeg: isJpeg }),
  lastBatch: "drop",
};

/** The same, repaired. */
export const corrected: StudyProtocol = {
  name: "corrected",
  normalise: true,
  validation: "patients",
  monitor: "score",
  threshold: "frozen",
  statistics: "corrected",
  oneClass: "skip",
  labels: { uncertain: "ignore", missing: "negative" },
  reading: "corrected",
  positivesOf: "trained views",
  swapSides: true,
  preparation: () => ({ name: "corrected" }),
  lastBatch: "keep",
};

/** Both protocols by name. */
export const protocols: Readonly<Record<Protocol, StudyProtocol>> = {
  "as-published": asPublished,
  corrected,
};
