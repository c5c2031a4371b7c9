import { printable, textTable, wrap } from "./_textTable.js";
import type { IgnoredTensor } from "./ConvertedCheckpoint.js";
import type { ConversionReport, ConvertedTensor } from "./conversionReport.js";

/** Options of {@link formatConversionReport}. */
export interface FormatConversionReportOptions {
  /** Most characters of a line, at least 60. @defaultValue `100` */
  readonly width?: number;
}

/**
 * A conversion report as a table for people: name, shape, type, the first digits of the hash, and the source.
 *
 * @param report - Report of a conversion.
 * @param options - Width of the lines.
 * @returns Text of several lines, none of which is longer than `width` unless a single name is; without a line
 * end after the last.
 * @throws RangeError if `width` is out of range.
 * @example
 * {@includeCode ../example/nameMaps.example.ts#report}
 */
export function formatConversionReport(
  report: ConversionReport,
  { width = 100 }: FormatConversionReportOptions = {},
): string {
  if (!(width >= 60)) throw new RangeError(`formatConversionReport: width must be at least 60, got ${width}`);
  const { from, to, prefix, tensors, numElements, verified, missing, unexpected, ignored } = report;
  const rows = tensors.map((tensor) => [
    tensor.target,
    `[${tensor.shape.join(", ")}]`,
    tensor.dtype,
    tensor.sha256.slice(0, 8),
    originOf(tensor),
  ]);
  const columns = [
    { title: "tensor", keep: "end", width: 40 },
    { title: "shape" },
    { title: "type" },
    { title: "SHA-256" },
    { title: "from", keep: "end" },
  ] as const;
  const after = prefix === "" ? "" : ` after "${printable(prefix)}"`;
  const checked = verified ? ", written file compared" : "";
  return [
    wrap(
      `${from}${after} to ${to}: ${tensors.length} tensors, ${numElements.toLocaleString("en-GB")} elements${checked}`,
      width,
    ),
    "",
    textTable(columns, rows, width),
    ...reasonsOf(ignored).map((line) => `\n${wrap(line, width)}`),
    ...listOf("missing", missing, width),
    ...listOf("unexpected", unexpected, width),
  ].join("\n");
}

/** Several names as one with braces around what differs; a name that stays the same is not repeated. */
function originOf({ sources, target, transform }: ConvertedTensor): string {
  const [name = ""] = sources;
  if (sources.length === 1 && name === target) return transform === "copy" ? "same" : transform;
  const text = braces(sources);
  if (transform === "copy") return text;
  return text === "" ? transform : `${text}, ${transform}`;
}

function braces(names: readonly string[]): string {
  const [first = ""] = names;
  if (names.length < 2) return first;
  const parts = names.map((name) => name.split(/(?<=[./])/));
  const differing = (parts[0] as string[]).flatMap((part, index) =>
    parts.every((other) => other[index] === part) ? [] : [index],
  );
  const [place] = differing;
  const isAlike = parts.every(({ length }) => length === parts[0]?.length);
  if (!isAlike || differing.length !== 1 || place === undefined) return names.join(" and ");
  const words = parts.map((part) => (part[place] as string).replace(/[./]$/, ""));
  const end = /[./]$/.exec(parts[0]?.[place] as string)?.[0] ?? "";
  const [before, behind] = [parts[0]?.slice(0, place).join(""), parts[0]?.slice(place + 1).join("")];
  return `${before}{${words.join(",")}}${end}${behind}`;
}

/** One line for each reason to leave tensors behind. */
function reasonsOf(ignored: readonly IgnoredTensor[]): string[] {
  const reasons = [...new Set(ignored.map(({ reason }) => reason))];
  return reasons.map((reason) => {
    const names = ignored.filter((tensor) => tensor.reason === reason).map(({ name }) => printable(name));
    return `left behind (${names.length}): ${names.join(", ")}: ${reason}`;
  });
}

function listOf(title: string, names: readonly string[], width: number): string[] {
  if (names.length === 0) return [];
  return [`\n${wrap(`${title} (${names.length}): ${names.map(printable).join(", ")}`, width)}`];
}
