import type { NamedArray } from "./NamedArray.js";

/**
 * Transfers a trained head to a model of fewer findings, or of the same in another order: the rows of the wanted ones.
 *
 * @param parameters - Parameters by timm's names; the rows of `head.weight` are those of `fromFindings`.
 * @param fromFindings - Findings that the head was trained for, in its order, without repetition.
 * @param toFindings - Wanted findings, in the wanted order, each one of `fromFindings` and none twice.
 * @returns The parameters with a head of `toFindings.length` rows; all others are those that came in.
 * @throws RangeError if the head does not fit `fromFindings`, or a wanted finding is not among them.
 * @see Study: the MIMIC-CXR start transfers its head, and so is compared on the findings that both datasets have.
 * @example
 * {@includeCode ../example/parameters.example.ts#head}
 */
export function selectHeadRows(
  parameters: ReadonlyMap<string, NamedArray>,
  fromFindings: readonly string[],
  toFindings: readonly string[],
): ReadonlyMap<string, NamedArray> {
  requireDifferent("fromFindings", fromFindings);
  requireDifferent("toFindings", toFindings);
  const rows = toFindings.map((finding) => fromFindings.indexOf(finding));
  const unknown = toFindings.filter((_, i) => rows[i] === -1);
  if (unknown.length > 0 || rows.length === 0) {
    throw new RangeError(
      `selectHeadRows: toFindings must be among those of the head (${fromFindings.join(", ")}), got ${unknown.length > 0 ? unknown.join(", ") : "none"}`,
    );
  }
  const selected = new Map(parameters);
  for (const name of ["head.weight", "head.bias"]) {
    const array = parameters.get(name);
    if (array?.shape[0] !== fromFindings.length) {
      throw new RangeError(
        `selectHeadRows: ${name} must have ${fromFindings.length} rows, one for each of fromFindings, got ${array?.shape[0] ?? "nothing under that name"}`,
      );
    }
    const length = array.data.length / fromFindings.length;
    const data = new Float32Array(rows.length * length);
    for (const [i, row] of rows.entries())
      data.set(array.data.subarray(row * length, (row + 1) * length), i * length);
    selected.set(name, { dtype: "float32", shape: [rows.length, ...array.shape.slice(1)], data });
  }
  return selected;
}

function requireDifferent(subject: string, findings: readonly string[]): void {
  const repeated = findings.find((finding, i) => findings.indexOf(finding) !== i);
  if (repeated !== undefined)
    throw new RangeError(`selectHeadRows: ${subject} must differ from each other, got ${repeated} twice`);
}
