import { markup } from "./_markup.js";
import type { Html, Svg } from "./Html.js";

/** A piece of content as it stands in the page; a plain string becomes a paragraph. */
export function pieceHtml(where: string, piece: Html | Svg | string, place: string): Html {
  if (typeof piece === "string") return markup`<p>${piece}</p>\n`;
  if (typeof piece === "object" && piece !== null) {
    if ("svg" in piece && typeof piece.svg === "string") {
      return markup`<figure class="drawing"><div class="scroll" role="region" aria-label="${piece.title}" tabindex="0">${{ html: piece.svg }}</div><figcaption>${piece.title}</figcaption></figure>\n`;
    }
    if ("html" in piece && typeof piece.html === "string") return markup`${piece}\n`;
  }
  throw new TypeError(`${where}: content of ${place} must be text, Html or Svg, got ${typeof piece}`);
}
