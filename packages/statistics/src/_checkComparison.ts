import { laneMeasureNames } from "./_laneMeasures.js";
import { requireRule as requireRuleOf } from "./_requireRule.js";
import { ADJUSTMENT_METHODS } from "./adjustPValues.js";
import type { Matrix } from "./Comparison.js";
import type { CompareModelsInput, CompareModelsOptions } from "./compareModels.js";

/** Refuses what `compareModels` cannot work with, before anything is computed. */
export function checkComparison(
  { labels, models, findings, patients, strata }: CompareModelsInput,
  {
    seed,
    replicates,
    coverage,
    protocol = "corrected",
    oneClass = "skip",
    interval = "percentile",
    measures = [],
    threshold,
    adjustment = "bh",
  }: Required<Pick<CompareModelsOptions, "replicates" | "coverage">> & CompareModelsOptions,
): void {
  requireRule(Number.isSafeInteger(seed) && seed >= 0, "seed must be an integer from 0 to 2^53 - 1", seed);
  requireRule(
    Number.isInteger(replicates) && replicates >= 1,
    "replicates must be an integer ≥ 1",
    replicates,
  );
  requireRule(coverage > 0 && coverage < 1, "coverage must lie in (0, 1)", coverage);
  requireRule(
    ["corrected", "as-published"].includes(protocol),
    "protocol must be corrected or as-published",
    protocol,
  );
  if (protocol === "as-published") {
    requireRule(strata === undefined, "strata must not be given under as-published", "some");
    requireRule(typeof threshold !== "object", "threshold must be refit-youden under as-published", "frozen");
  }
  requireRule(
    ["skip", "redraw", "throw"].includes(oneClass),
    "oneClass must be skip, redraw or throw",
    oneClass,
  );
  requireRule(
    ["percentile", "basic", "bca"].includes(interval),
    "interval must be percentile, basic or bca",
    interval,
  );
  for (const measure of measures) {
    requireRule(
      (laneMeasureNames as readonly string[]).includes(measure),
      `measures must be of ${laneMeasureNames.join(", ")}`,
      measure,
    );
  }
  requireRule(new Set(measures).size === measures.length, "measures must be unique", measures.join(", "));
  requireRule(
    ADJUSTMENT_METHODS.includes(adjustment),
    `adjustment must be one of ${ADJUSTMENT_METHODS.join(", ")}`,
    adjustment,
  );
  if (protocol === "corrected") checkThreshold(threshold, measures, Object.keys(models), findings);
  requireRule(new Set(findings).size === findings.length, "findings must be unique", findings.join(", "));
  requireRule(!findings.includes("macro"), "findings must not be named macro", findings.join(", "));
  requireRule(
    labels.columns === findings.length,
    `labels must have a column for each of ${findings.length} findings`,
    labels.columns,
  );
  requireRule(Object.keys(models).length > 0, "models must be at least one", 0);
  requireLength("labels", labels);
  checkValues(
    "labels",
    labels,
    findings,
    (value) => value === 0 || value === 1 || Number.isNaN(value),
    "1, 0 or NaN",
  );
  for (const [name, scores] of Object.entries(models)) {
    requireRule(
      scores.rows === labels.rows && scores.columns === labels.columns,
      `scores of ${name} must have the shape of the labels, [${labels.rows}, ${labels.columns}]`,
      `[${scores.rows}, ${scores.columns}]`,
    );
    requireLength(`scores of ${name}`, scores);
    checkValues(`scores of ${name}`, scores, findings, Number.isFinite, "finite");
  }
  for (const [name, values] of Object.entries({ patients, strata })) {
    requireRule(
      values === undefined || values.length === labels.rows,
      `${name} must be as many as images, ${labels.rows}`,
      values?.length,
    );
  }
}

function checkThreshold(
  threshold: CompareModelsOptions["threshold"],
  measures: readonly string[],
  models: readonly string[],
  findings: readonly string[],
): void {
  const needing = measures.find((measure) => measure !== "averagePrecision");
  if (threshold === undefined) {
    requireRule(needing === undefined, `threshold must be given for ${needing}`, "none");
    return;
  }
  if (threshold === "refit-youden") return;
  requireRule(typeof threshold === "object", "threshold must be refit-youden or { frozen }", threshold);
  for (const model of models) {
    const values = threshold.frozen[model];
    requireRule(
      values?.length === findings.length,
      `frozen thresholds of ${model} must be one for each of ${findings.length} findings`,
      values?.length ?? "none",
    );
    const wrong = Array.from(values ?? []).findIndex(Number.isNaN);
    requireRule(wrong < 0, `frozen thresholds of ${model} must be numbers`, `NaN for ${findings[wrong]}`);
  }
}

function requireRule(holds: boolean, rule: string, got: unknown): void {
  requireRuleOf("compareModels", holds, rule, got);
}

function requireLength(subject: string, { data, rows, columns }: Matrix): void {
  requireRule(
    Number.isInteger(rows) && rows >= 1 && Number.isInteger(columns) && columns >= 1,
    `${subject} must have rows and columns`,
    `[${rows}, ${columns}]`,
  );
  requireRule(data.length === rows * columns, `${subject} must hold ${rows * columns} values`, data.length);
}

function checkValues(
  subject: string,
  { data, columns }: Matrix,
  findings: readonly string[],
  isAllowed: (value: number) => boolean,
  rule: string,
): void {
  for (let i = 0; i < data.length; i++) {
    if (!isAllowed(data[i] as number)) {
      const where = `row ${Math.floor(i / columns)}, ${findings[i % columns]}`;
      throw new RangeError(`compareModels: ${subject} must be ${rule}, got ${String(data[i])} at ${where}`);
    }
  }
}
