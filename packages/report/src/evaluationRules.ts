/** A rule of a protocol, as it was published and as it is corrected. */
export interface ProtocolRule {
  /** What the rule is about. */
  readonly subject: string;
  /** The rule as published. */
  readonly asPublished: string;
  /** The rule as corrected. */
  readonly corrected: string;
  /** What the correction changes in the numbers, and why it is right. */
  readonly reason: string;
}

/**
 * The rules of evaluation in which the two protocols of `compareModels` differ, and why.
 *
 * @see The README of `@cxrkit/statistics` for the same rules with their formulas.
 */
export const evaluationRules: readonly ProtocolRule[] = [
  {
    subject: "Threshold",
    asPublished: "Fitted by Youden's index to the test images, anew in each resample",
    corrected: "Fitted to the validation images and frozen",
    reason: "A threshold that has seen the test images makes accuracy, sensitivity and specificity too high.",
  },
  {
    subject: "Score at the threshold",
    asPublished: "Negative: a score must be above it",
    corrected: "Positive: a score of at least it, as the ROC curve counts",
    reason: "Else the working point is not the one that was chosen on the curve.",
  },
  {
    subject: "Spread of the mean",
    asPublished: "Standard deviation of all replicates of all findings together",
    corrected: "Standard deviation and interval of the mean over findings in each resample",
    reason:
      "Pooled, most of the spread is how findings differ from each other, and says little of how sure the mean is.",
  },
  {
    subject: "P value",
    asPublished: "One-sided share of resamples; if it is large, the other side is looked at too",
    corrected: "Two-sided, with the resample at hand counted in",
    reason:
      "Two one-sided looks reject twice as often as stated, and no finite number of resamples shows a p value of 0.",
  },
  {
    subject: "Number of tests",
    asPublished: "Each p value corrected alone, which changes nothing",
    corrected: "Corrected together over findings, pairs and data sets",
    reason: "Of twenty tests of no difference one falls below 0.05 by chance.",
  },
  {
    subject: "Resample without one of the classes",
    asPublished: "Ends the evaluation",
    corrected: "Left out for that finding, and counted",
    reason: "Rare findings can be evaluated, and the table says on how many resamples the numbers rest.",
  },
  {
    subject: "What is resampled",
    asPublished: "Images",
    corrected: "Patients with all their images",
    reason: "Images of one patient are alike; drawn as if they were not, they make intervals too narrow.",
  },
];
