import { requireSome, requireText } from "./_check.js";
import { markup, nothing } from "./_markup.js";
import type { Fact } from "./Fact.js";
import type { Html } from "./Html.js";

/** A box of {@link studyFlow}: a start, a data set, a model. */
export interface FlowBox {
  /** What the box is. */
  readonly name: string;
  /** A sentence about it. @defaultValue none */
  readonly detail?: string;
  /** Numbers in it, such as images and patients. @defaultValue none */
  readonly counts?: readonly Fact[];
}

/** A step of {@link studyFlow}: boxes side by side. */
export interface FlowStep {
  /** What happens in the step. */
  readonly title: string;
  /** A sentence about it. @defaultValue none */
  readonly detail?: string;
  /** Side by side, in the order shown. */
  readonly boxes: readonly FlowBox[];
  /** What leaves the study here, with its number, such as images without a label. @defaultValue nothing */
  readonly excluded?: readonly Fact[];
}

/** Options of {@link studyFlow}. */
export interface StudyFlowOptions {
  /** What the flow shows. */
  readonly title: string;
}

/**
 * The flow of a study: steps under one another, boxes side by side in each, with what was left out at which step. It is
 * a list of lists, which a screen reader reads in order.
 *
 * @param steps - From the first to the last.
 * @param options - Title.
 * @returns The flow.
 * @throws RangeError if there is no step, a step has no box, or a title or name is blank.
 * @see Bossuyt et al. (2015), STARD 2015, BMJ 351:h5527, item 19, flow of participants.
 * @example
 * {@includeCode ../example/tables.example.ts#studyFlow}
 */
export function studyFlow(steps: readonly FlowStep[], { title }: StudyFlowOptions): Html {
  requireText("studyFlow", "title", title);
  requireSome("studyFlow", "steps", steps.length);
  for (const step of steps) {
    requireText("studyFlow", "title of a step", step.title);
    requireSome("studyFlow", `boxes of ${step.title}`, step.boxes.length);
    for (const { name } of step.boxes) requireText("studyFlow", `name of a box of ${step.title}`, name);
  }
  return markup`<figure class="flow"><figcaption>${title}</figcaption><ol>
${steps.map(stepHtml)}</ol></figure>`;
}

function stepHtml({ title, detail, boxes, excluded = [] }: FlowStep): Html {
  const words = detail === undefined ? nothing : markup`<p>${detail}</p>`;
  const left =
    excluded.length > 0 ? markup`<div class="excluded"><p>Left out</p>${factsHtml(excluded)}</div>` : nothing;
  return markup`<li class="step"><p class="head">${title}</p>${words}<div class="row"><ul class="boxes">${boxes.map(boxHtml)}</ul>${left}</div></li>
`;
}

function boxHtml({ name, detail, counts = [] }: FlowBox): Html {
  const words = detail === undefined ? nothing : markup`<p>${detail}</p>`;
  return markup`<li><p class="name">${name}</p>${words}${counts.length > 0 ? factsHtml(counts) : nothing}</li>`;
}

function factsHtml(facts: readonly Fact[]): Html {
  return markup`<dl>${facts.map(({ label, value }) => markup`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
}
