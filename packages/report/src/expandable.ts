import { requireSome, requireText } from "./_check.js";
import { markup } from "./_markup.js";
import { pieceHtml } from "./_piece.js";
import type { Html, Svg } from "./Html.js";

/**
 * Pieces that a reader opens when they are wanted: long tables under a short one, figures of detail. They are in the page
 * from the beginning, so that nothing needs a script, and stand open on paper.
 *
 * @param summary - The line that opens them; it says what is in them.
 * @param content - Pieces of this package, and plain strings, which become paragraphs.
 * @returns The piece; it hands on all tables, drawings and files of its content.
 * @throws RangeError if the summary is blank or there is no content.
 * @throws TypeError if a piece of content is neither text nor made by this package.
 * @see WHATWG, HTML Living Standard, section 4.11.1, the details element.
 * @example
 * {@includeCode ../example/tables.example.ts#expandable}
 */
export function expandable(summary: string, content: readonly (Html | Svg | string)[]): Html {
  requireText("expandable", "summary", summary);
  requireSome("expandable", "content", content.length);
  const pieces = content.filter((piece) => typeof piece !== "string");
  const inside = content.map((piece) => pieceHtml("expandable", piece, summary));
  const { html } = markup`<details class="more"><summary>${summary}</summary>
${inside}</details>`;
  return {
    html,
    tables: pieces.flatMap((piece) => ("tables" in piece ? (piece.tables ?? []) : [])),
    drawings: pieces.flatMap((piece) => ("svg" in piece ? [piece] : (piece.drawings ?? []))),
    files: pieces.flatMap((piece) => ("files" in piece ? (piece.files ?? []) : [])),
  };
}
