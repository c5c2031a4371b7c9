/** What stands where there is no number. */
export const dash = "–";

/** A number with three decimals and a true minus sign; a dash for NaN. */
export function decimal(value: number): string {
  if (!Number.isFinite(value)) return dash;
  return `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(3)}`;
}

/** A number with its sign, kept where only zeros are left: `−0.000` is below zero, `0.000` is zero. */
function signed(value: number): string {
  return value > 0 ? `+${decimal(value)}` : decimal(value);
}

/** `0.812 (0.790–0.834)`; without the bracket if the interval is not defined, a dash if nothing is. */
export function areaText(estimate: number, lower: number, upper: number): string {
  if (!Number.isFinite(estimate)) return dash;
  const isBounded = Number.isFinite(lower) && Number.isFinite(upper);
  return isBounded ? `${decimal(estimate)} (${decimal(lower)}${dash}${decimal(upper)})` : decimal(estimate);
}

/** `+0.012 (−0.003 to +0.027)`, likewise. */
export function differenceText(difference: number, lower: number, upper: number): string {
  if (!Number.isFinite(difference)) return dash;
  const isBounded = Number.isFinite(lower) && Number.isFinite(upper);
  return isBounded ? `${signed(difference)} (${signed(lower)} to ${signed(upper)})` : signed(difference);
}

/** A p value with three decimals; `<0.001` below that. */
export function pValueText(pValue: number): string {
  return pValue < 0.001 ? "<0.001" : decimal(pValue);
}

/** A count with groups of three, `12,345`, whatever the locale. */
export function countText(count: number): string {
  return Number.isFinite(count) ? String(count).replace(/\B(?=(\d{3})+$)/g, ",") : dash;
}

/** A fraction in per cent, `95 %`, with no more decimals than it needs. */
export function percentText(fraction: number): string {
  return `${Number((fraction * 100).toFixed(3))}\u202f%`;
}

/** A share in per cent with one decimal, `12.0 %`, to stand in a column. */
export function shareText(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)}\u202f%` : dash;
}

/** A finding as people write it: `pleural_effusion` is `Pleural effusion`, `macro` is `Macro mean`. */
export function findingName(finding: string): string {
  if (finding === "macro") return "Macro mean";
  const words = finding.replaceAll("_", " ").trim();
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
