import { areaText, countText, dash, decimal, differenceText, pValueText, shareText } from "./_format.js";
import { oneLine } from "./_markup.js";
import type { IntervalCell, NumberStyle, TableCell } from "./Table.js";

/** A cell as people read it, on one line. */
export function cellText(cell: TableCell, style: NumberStyle = "decimal"): string {
  if (cell === null) return dash;
  if (typeof cell === "string") return oneLine(cell);
  if (typeof cell === "number") return numberText(cell, style);
  const text = intervalText(cell, style);
  const bracket = text.indexOf(" (");
  const at = bracket < 0 ? text.length : bracket;
  return `${text.slice(0, at)}${oneLine(cell.mark ?? "")}${text.slice(at)}`;
}

function intervalText({ estimate, lower, upper }: IntervalCell, style: NumberStyle): string {
  if (style === "signed") return differenceText(estimate, lower, upper);
  if (style === "decimal") return areaText(estimate, lower, upper);
  const isBounded = Number.isFinite(lower) && Number.isFinite(upper);
  const write = (value: number) => numberText(value, style);
  return isBounded ? `${write(estimate)} (${write(lower)} to ${write(upper)})` : write(estimate);
}

/** The cell as a number to sort by, NaN if it is none. */
export function cellNumber(cell: TableCell): number {
  if (typeof cell === "number") return cell;
  return cell === null || typeof cell === "string" ? Number.NaN : cell.estimate;
}

function numberText(value: number, style: NumberStyle): string {
  if (!Number.isFinite(value)) return dash;
  if (style === "count") return countText(value);
  if (style === "percent") return shareText(value);
  if (style === "pValue") return pValueText(value);
  return style === "signed" && value > 0 ? `+${decimal(value)}` : decimal(value);
}
