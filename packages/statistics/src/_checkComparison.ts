import type { Matrix } from "./Comparison.js";
import type { CompareModelsInput, CompareModelsOptions } from "./compareModels.js";

/** Refuses what `compareModels` cannot work with, before anything is computed. */
export function checkComparison(
  { labels, models, findings, patients, strata }: CompareModelsInput,
  {
    replicates,
    coverage,
    protocol = "corrected",
    oneClass = "skip",
  }: Required<Pick<CompareModelsOptions, "replicates" | "coverage">> & CompareModelsOptions,
): void {
  requireRule(
    Number.isInteger(replicates) && replicates >= 1,
    "replicates must be an integer ≥ 1",
    replicates,
  );
  requireRule(coverage > 0 && coverage < 1, "coverage must lie in (0, 1)", coverage);
  requireRule(protocol === "corrected", "protocol must be corrected", protocol);
  requireRule(
    ["skip", "redraw", "throw"].includes(oneClass),
    "oneClass must be skip, redraw or throw",
    oneClass,
  );
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

function requireRule(holds: boolean, rule: string, got: unknown): void {
  if (!holds) throw new RangeError(`compareModels: ${rule}, got ${String(got)}`);
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
