import { markup, nothing } from "./_markup.js";
import { pageScript, pageScriptHash } from "./_pageScript.js";
import { pageStyle } from "./_pageStyle.js";
import { pieceHtml } from "./_piece.js";
import { requireReport } from "./_requireReport.js";
import type { Fact } from "./Fact.js";
import type { Html, Markup, Svg } from "./Html.js";

/** A part of a section with a heading of its own. */
export interface ReportSubsection {
  /** Its address in the page, `^[a-z][a-z0-9-]*$`; unique in the report. */
  readonly id: string;
  /** Its heading. */
  readonly title: string;
  /** A sentence or two in larger letters under the heading. @defaultValue none */
  readonly lead?: string;
  /** Pieces of this package, and plain strings, which become paragraphs. */
  readonly content: readonly (Html | Svg | string)[];
}

/** A part of a report with a heading of its own. */
export interface ReportSection extends ReportSubsection {
  /** Parts under its content, each with a smaller heading. @defaultValue none */
  readonly subsections?: readonly ReportSubsection[];
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
 * A report in one HTML file that needs nothing else: no network, no font, no program. It reads on paper, on a telephone,
 * in light and in dark, and forbids its own page to load anything by a content security policy. Where it has tables to
 * sort it holds one small script, which the policy allows by its hash and nothing besides; without it, or without
 * scripts, everything still reads.
 *
 * @param report - Title, answer, sections and provenance. Every string is shown as it is and never read as markup.
 * @returns The file's text, the same for the same input; write it as UTF-8.
 * @throws RangeError if there is no section or no summary, an id is not of the form or there twice, or a title is blank.
 * @throws TypeError if a piece of content is neither text nor made by this package.
 * @see W3C, Content Security Policy Level 3; W3C, Web Content Accessibility Guidelines 2.2.
 * @example
 * {@includeCode ../example/readme.example.ts}
 */
export function htmlReport(report: HtmlReportInput): string {
  requireReport("htmlReport", report);
  const { title, summary, generated, sections, provenance } = report;
  const content = sections.map(sectionHtml);
  const isSortable = content.some(({ html }) => html.includes(' data-sortable=""'));
  const allowed = isSortable ? `script-src 'sha256-${pageScriptHash}'; ` : "";
  const script = isSortable ? markup`<script>${{ html: pageScript as Markup }}</script>\n` : nothing;
  const { html } = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; ${{ html: allowed as Markup }}style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
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
<nav aria-label="Contents"><h2>Contents</h2><ol>${sections.map(linkHtml)}${provenance.length > 0 ? markup`<li><a href="#_provenance">Provenance</a></li>` : nothing}</ol></nav>
<main id="_content" tabindex="-1">
${content}${provenanceHtml(provenance)}</main>
</div>
${script}</body>
</html>
`;
  return html;
}

function linkHtml({ id, title, subsections = [] }: ReportSection): Html {
  const under =
    subsections.length > 0
      ? markup`<ol>${subsections.map((one) => markup`<li><a href="#${one.id}">${one.title}</a></li>`)}</ol>`
      : nothing;
  return markup`<li><a href="#${id}">${title}</a>${under}</li>`;
}

function sectionHtml({ id, title, lead, content, subsections = [] }: ReportSection): Html {
  return markup`<section id="${id}" aria-labelledby="${id}_title"><h2 id="${id}_title">${title}</h2>
${contentHtml(id, lead, content)}${subsections.map(subsectionHtml)}</section>
`;
}

function subsectionHtml({ id, title, lead, content }: ReportSubsection): Html {
  return markup`<section class="part" id="${id}" aria-labelledby="${id}_title"><h3 id="${id}_title">${title}</h3>
${contentHtml(id, lead, content)}</section>
`;
}

function contentHtml(id: string, lead: string | undefined, content: ReportSubsection["content"]): Html {
  const words = lead === undefined ? nothing : markup`<p class="lead">${lead}</p>\n`;
  return markup`${words}${content.map((piece) => pieceHtml("htmlReport", piece, `section ${id}`))}`;
}

function provenanceHtml(provenance: readonly Fact[]): Html {
  if (provenance.length === 0) return nothing;
  const facts = provenance.map(({ label, value }) => markup`<div><dt>${label}</dt><dd>${value}</dd></div>`);
  return markup`<section id="_provenance" aria-labelledby="_provenance_title"><h2 id="_provenance_title">Provenance</h2>
<dl class="facts provenance">${facts}</dl></section>
`;
}
