/** How a column of a table is set. */
interface Column {
  readonly title: string;
  /** Which end of a cell that is too long is kept. @defaultValue `"start"` */
  readonly keep?: "start" | "end";
  /** Most characters; the last column gets what is left. */
  readonly width?: number;
}

/** Rows as text in aligned columns with two spaces between, no line longer than `width`. */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => row.map(printable))];
  let left = width;
  const widths = columns.map(({ width: most = left }, index) => {
    const longest = Math.max(...cells.map((row) => (row[index] as string).length));
    const taken = Math.max(1, Math.min(longest, most, left));
    left -= taken + 2;
    return taken;
  });
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) =>
        clip(cell, widths[index] as number, columns[index]?.keep ?? "start").padEnd(widths[index] as number),
      )
      .join("  ")
      .trimEnd();
  return cells.map(line).join("\n");
}

/** Words in lines of at most `width` characters, all but the first indented; a longer word has a line of its own. */
export function wrap(text: string, width: number, indent = "  "): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length <= width || line.trim() === "") line = longer;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line].join("\n");
}

/** The text within so many characters, an ellipsis where it is cut. */
function clip(text: string, width: number, keep: "start" | "end"): string {
  if (text.length <= width) return text;
  return keep === "start" ? `${text.slice(0, width - 1)}…` : `…${text.slice(text.length - width + 1)}`;
}

/** Names come from strangers: what would move a terminal's cursor is shown as a code. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
  });
}
