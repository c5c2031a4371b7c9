import { requireText } from "./_check.js";
import { markup } from "./_markup.js";
import { pieceHtml } from "./_piece.js";
import type { Fact } from "./Fact.js";
import type { Html, Svg } from "./Html.js";

/** What a part of a {@link modelCard} says: text, which becomes paragraphs, and pieces of this package. */
export type CardPart = readonly (string | Html | Svg)[];

/** What {@link modelCard} shows. A part that is left out or empty is marked as open. */
export interface ModelCardInput {
  /** Name of the model. */
  readonly name: string;
  /** Who made it and when, kind and size of the model, version, licence, how to cite it, whom to ask. */
  readonly details?: readonly Fact[];
  /** What it is for, by whom, and what it is not for. */
  readonly intendedUse?: CardPart;
  /** Groups, instruments and surroundings that may matter. */
  readonly factors?: CardPart;
  /** Measures, thresholds and how their uncertainty was found. */
  readonly metrics?: CardPart;
  /** Images it was tested on, and why those. */
  readonly evaluationData?: CardPart;
  /** Images it was trained on. */
  readonly trainingData?: CardPart;
  /** How well it does, over all and by group. */
  readonly quantitativeAnalyses?: CardPart;
  /** Data of patients, risks, and what was done about them. */
  readonly ethicalConsiderations?: CardPart;
  /** What else a user must know. */
  readonly caveats?: CardPart;
}

/**
 * Card of a model: nine parts, from what it is to what a user must mind. What the caller does not say is marked as open
 * and never filled in.
 *
 * @param card - Name and parts.
 * @returns The card.
 * @throws RangeError if the name is blank.
 * @throws TypeError if a piece of a part is neither text nor made by this package.
 * @see Mitchell et al. (2019), Model cards for model reporting, FAT* '19, section 4.
 * @example
 * {@includeCode ../example/tables.example.ts#modelCard}
 */
export function modelCard(card: ModelCardInput): Html {
  const { name, details = [] } = card;
  requireText("modelCard", "name", name);
  const facts = details.map(({ label, value }) => markup`<div><dt>${label}</dt><dd>${value}</dd></div>`);
  const parts: readonly [title: string, part: CardPart | undefined][] = [
    ["Intended use", card.intendedUse],
    ["Factors", card.factors],
    ["Metrics", card.metrics],
    ["Evaluation data", card.evaluationData],
    ["Training data", card.trainingData],
    ["Quantitative analyses", card.quantitativeAnalyses],
    ["Ethical considerations", card.ethicalConsiderations],
    ["Caveats and recommendations", card.caveats],
  ];
  const { html } = markup`<article class="card model"><h3>${name}</h3>
<h4>Model details</h4>${facts.length > 0 ? markup`<dl class="facts">${facts}</dl>` : open}
${parts.map(([title, part]) => markup`<h4>${title}</h4>${partHtml(part, title)}\n`)}</article>`;
  const pieces = parts.flatMap(([, part = []]) => part.filter((piece) => typeof piece === "object"));
  return {
    html,
    tables: pieces.flatMap((piece) => ("tables" in piece ? (piece.tables ?? []) : [])),
    drawings: pieces.flatMap((piece) => ("svg" in piece ? [piece] : (piece.drawings ?? []))),
    files: pieces.flatMap((piece) => ("files" in piece ? (piece.files ?? []) : [])),
  };
}

const open = markup`<p class="open">Open: not stated.</p>`;

function partHtml(part: CardPart | undefined, title: string): Html {
  if (part === undefined || part.length === 0) return open;
  return markup`${part.map((piece) => pieceHtml("modelCard", piece, title))}`;
}
