import type { Table } from "apache-arrow";
import { requireOneOf } from "./_check.js";

/** What an uncertain or missing label counts as: 0, 1, or NaN, which losses and metrics ignore. */
export type LabelTreatment = "negative" | "positive" | "ignore";

/** What uncertain and missing labels of one finding count as. */
export interface FindingLabelPolicy {
  /** What −1 counts as. @defaultValue `"negative"` */
  readonly uncertain?: LabelTreatment;
  /** What null counts as. @defaultValue `"negative"` */
  readonly missing?: LabelTreatment;
}

/** What uncertain and missing labels count as, for all findings and for single ones. */
export interface LabelPolicy extends FindingLabelPolicy {
  /** Exceptions by finding. */
  readonly perFinding?: Readonly<Record<string, FindingLabelPolicy>>;
}

/** Options of {@link applyLabelPolicy}. */
export interface ApplyLabelPolicyOptions {
  /** Findings to take, in the order of the columns. */
  readonly findings: readonly string[];
  /** What uncertain and missing labels count as. @defaultValue both negative, as in the study */
  readonly policy?: LabelPolicy;
  /** Rows to take, in this order. @defaultValue all of them */
  readonly rows?: ArrayLike<number>;
}

/** Labels that a loss or metric can take, row-major. */
export interface LabelMatrix {
  /** 1, 0 or NaN, shape `[rows, columns]`. */
  readonly data: Float32Array;
  /** Number of images. */
  readonly rows: number;
  /** Number of findings. */
  readonly columns: number;
}

const where = "applyLabelPolicy";
const treatments: Readonly<Record<LabelTreatment, number>> = { negative: 0, positive: 1, ignore: Number.NaN };

/**
 * Labels as 1, 0 or NaN: present and absent stay, uncertain (−1) and missing (null) become what the policy says.
 *
 * @param table - Table with one Int8 column a finding, as in a manifest or an image store.
 * @returns Labels of the chosen rows and findings.
 * @throws RangeError if a finding has no column, a row is outside the table, or a value is none of 1, 0, −1 and null.
 * @see Irvin et al. (2019), CheXpert, AAAI 33, 590–597, section "Uncertainty approaches" (U-Zeros, U-Ones, U-Ignore).
 * @example
 * {@includeCode ../example/applyLabelPolicy.example.ts}
 */
export function applyLabelPolicy(
  table: Table,
  { findings, policy = {}, rows }: ApplyLabelPolicyOptions,
): LabelMatrix {
  for (const finding of Object.keys(policy.perFinding ?? {}))
    requireOneOf(where, "finding of policy.perFinding", finding, findings);
  const numRows = rows?.length ?? table.numRows;
  for (let i = 0; rows !== undefined && i < numRows; i++) {
    const row = rows[i] as number;
    if (!(Number.isInteger(row) && row >= 0 && row < table.numRows))
      throw new RangeError(`${where}: rows must lie in [0, ${table.numRows - 1}], got ${row}`);
  }
  const data = new Float32Array(numRows * findings.length);
  findings.forEach((finding, k) => {
    const values = columnOf(table, finding);
    const own = policy.perFinding?.[finding];
    const uncertain = treatmentValue("uncertain", own?.uncertain ?? policy.uncertain ?? "negative");
    const missing = treatmentValue("missing", own?.missing ?? policy.missing ?? "negative");
    for (let i = 0; i < numRows; i++) {
      const row = rows === undefined ? i : (rows[i] as number);
      const value = values(row);
      if (value !== null && value !== 0 && value !== 1 && value !== -1)
        throw new RangeError(`${where}: ${finding} in row ${row} must be 1, 0, -1 or null, got ${value}`);
      data[i * findings.length + k] = value === null ? missing : value === -1 ? uncertain : value;
    }
  });
  return { data, rows: numRows, columns: findings.length };
}

function treatmentValue(name: string, treatment: LabelTreatment): number {
  requireOneOf(where, `policy.${name}`, treatment, Object.keys(treatments));
  return treatments[treatment];
}

/** Reader of one column; undefined past its end. */
function columnOf(table: Table, finding: string): (row: number) => number | null | undefined {
  const column = table.getChild(finding);
  if (column === null) {
    const names = table.schema.fields.map((field) => field.name).join(", ");
    throw new RangeError(`${where}: findings must be columns of the table (${names}), got ${finding}`);
  }
  if (column.nullCount > 0) return (row) => column.get(row) as number | null;
  const values = column.toArray() as Int8Array;
  return (row) => values[row];
}
