import type { Html, Markup } from "./Html.js";

type Part = string | number | Html | readonly Html[];

/** Template of markup: strings and numbers are escaped, pieces of this package are put in as they are. */
export function markup(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const written = parts.map((part) => {
    if (typeof part === "string" || typeof part === "number") return escapeText(String(part));
    return "html" in part ? part.html : part.map(({ html }) => html).join("");
  });
  return { html: String.raw({ raw: literals }, ...written) as Markup };
}

/** Nothing, for the branch of a template that has nothing to say. */
export const nothing: Html = { html: "" as Markup };

/** Text for between tags and between quotes. */
export function escapeText(text: string): string {
  return legible(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** The text with a replacement character for each one that XML forbids: controls, halves of pairs, non-characters. */
function legible(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to replace
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff\p{Surrogate}]/gu,
    "\ufffd",
  );
}

/** The text on one line: drawings do not wrap. Spaces that do not break stay as they are. */
export function oneLine(text: string): string {
  return legible(text)
    .replace(/[^\S\u00a0\u202f]+/g, " ")
    .trim();
}
