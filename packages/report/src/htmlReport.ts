import { requireSome, requireText, requireUnique } from "./_check.js";
import { markup, nothing } from "./_markup.js";
import { pageStyle } from "./_pageStyle.js";
import type { Fact } from "./Fact.js";
import type { Html, Markup, Svg } from "./Html.js";

/** A part of a report with a heading of its own. */
export interface ReportSection {
  /** Its address in the page, `^[a-z][a-z0-9-]*$`; unique in the report. */
  readonly id: string;
  /** Its heading. */
  readonly title: string;
  /** A sentence or two in larger letters under the heading. @defaultValue none */
  readonly lead?: string;
  /** Pieces of this package, and plain strings, which become paragraphs. */
  readonly content: readonly (Html | Svg | string)[];
}

/** What {@link htmlReport} shows. */
export interface HtmlReportInput {
  /** Title of the page. */
  readonly title: string;
  /** The answer, a statement each; the first thing a reader sees. */
  readonly summary: readonly string[];
  /** When the report was made, as it is to be read; the caller's clock. */
  readonly generated: string;
  /** In the order shown. */
  readonly sections: readonly ReportSection[];
  /** What the numbers rest on: versions, seeds, commands, hashes. */
  readonly provenance: readonly Fact[];
}

/**
 * A report in one HTML file that needs nothing else: no script, no network, no font. It reads on paper, on a telephone,
 * in light and in dark, and forbids its own page to load anything by a content security policy.
 *
 * @param report - Title, answer, sections and provenance. Every string is shown as it is and never read as markup.
 * @returns The file's text, the same for the same input; write it as UTF-8.
 * @throws RangeError if there is no section or no summary, an id is not of the form or there twice, or a title is blank.
 * @throws TypeError if a piece of content is neither text nor made by this package.
 * @see W3C, Content Security Policy Level 3; W3C, Web Content Accessibility Guidelines 2.2.
 * @example {@includeCode ../example/readme.example.ts}
 */
export function htmlReport({ title, summary, generated, sections, provenance }: HtmlReportInput): string {
  requireText("htmlReport", "title", title);
  requireSome("htmlReport", "summary", summary.length);
  requireSome("htmlReport", "sections", sections.length);
  for (const { id, title } of sections) {
    requireId(id);
    requireText("htmlReport", `title of section ${id}`, title);
  }
  requireUnique(
    "htmlReport",
    "ids of sections",
    sections.map(({ id }) => id),
  );
  const links = sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`);
  const { html } = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${{ html: pageStyle as Markup }}</style>
</head>
<body>
<a class="skip" href="#_content">Skip to the content</a>
<header><h1>${title}</h1><p class="generated">${generated}</p>
<div class="summary" role="region" aria-label="Summary"><ul>${summary.map((line) => markup`<li>${line}</li>`)}</ul></div></header>
<div class="columns">
<nav aria-label="Contents"><h2>Contents</h2><ol>${links}${provenance.length > 0 ? markup`<li><a href="#_provenance">Provenance</a></li>` : nothing}</ol></nav>
<main id="_content" tabindex="-1">
${sections.map(sectionHtml)}${provenanceHtml(provenance)}</main>
</div>
</body>
</html>
`;
  return html;
}

function requireId(id: string): void {
  if (!/^[a-z][a-z0-9-]*$/.test(id)) {
    throw new RangeError(
      `htmlReport: id of a section must match ^[a-z][a-z0-9-]*$, got ${JSON.stringify(id)}`,
    );
  }
}

function sectionHtml({ id, title, lead, content }: ReportSection): Html {
  return markup`<section id="${id}" aria-labelledby="${id}_title"><h2 id="${id}_title">${title}</h2>
${lead === undefined ? nothing : markup`<p class="lead">${lead}</p>\n`}${content.map((piece) => pieceHtml(piece, id))}</section>
`;
}

function pieceHtml(piece: Html | Svg | string, id: string): Html {
  if (typeof piece === "string") return markup`<p>${piece}</p>\n`;
  if (typeof piece !== "object" || piece === null) throw new TypeError(kindError(piece, id));
  if ("svg" in piece && typeof piece.svg === "string") {
    return markup`<figure class="drawing"><div class="scroll" role="region" aria-label="${piece.title}" tabindex="0">${{ html: piece.svg }}</div><figcaption>${piece.title}</figcaption></figure>\n`;
  }
  if ("html" in piece && typeof piece.html === "string") return markup`${piece}\n`;
  throw new TypeError(kindError(piece, id));
}

function kindError(piece: unknown, id: string): string {
  return `htmlReport: content of section ${id} must be text, Html or Svg, got ${typeof piece}`;
}

function provenanceHtml(provenance: readonly Fact[]): Html {
  if (provenance.length === 0) return nothing;
  const facts = provenance.map(({ label, value }) => markup`<div><dt>${label}</dt><dd>${value}</dd></div>`);
  return markup`<section id="_provenance" aria-labelledby="_provenance_title"><h2 id="_provenance_title">Provenance</h2>
<dl class="facts provenance">${facts}</dl></section>
`;
}
