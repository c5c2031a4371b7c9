import { requireSome, requireText, requireUnique } from "./_check.js";
import { drawSvg } from "./_drawSvg.js";
import { findingName } from "./_format.js";
import { markup, nothing, oneLine } from "./_markup.js";
import { requireBand } from "./_rocBand.js";
import { bandText, type DrawnCurve, rocNumbers, rocPoints } from "./_rocPoints.js";
import { rocLayers } from "./_rocSpec.js";
import { type SeriesStyle, seriesStyles } from "./_theme.js";
import type { Html, Svg } from "./Html.js";
import type { LabelledScores } from "./LabelledScores.js";
import type { RocBand } from "./RocBand.js";

/** One panel of {@link rocGrid}. */
export interface RocPanel {
  /** Name of the finding; `pleural_effusion` is shown as `Pleural effusion`. */
  readonly finding: string;
  /** One curve a model; a model has the same colour in every panel. */
  readonly curves: readonly LabelledScores[];
}

/** Options of {@link rocGrid}. */
export interface RocGridOptions {
  /** What the panels show together. */
  readonly title: string;
  /** A band around each curve, from resamples of the patients. @defaultValue none */
  readonly band?: RocBand;
}

/**
 * Small ROC panels side by side, one a finding, with one legend; as many in a row as the page has room for.
 *
 * @param panels - In the order shown. A curve whose labels have a single class is left out, and its panel says so.
 * @param options - Title.
 * @returns The panels with the area of each curve under them.
 * @throws RangeError if there is no panel, a panel has no curve or two of one name, there are more than 30 names, the
 *   title is blank, or labels, scores or the band are not what they must be.
 * @see Tufte (1983), The Visual Display of Quantitative Information, ch. 8, for small multiples.
 * @example
 * {@includeCode ../example/report.example.ts#rocGrid}
 */
export async function rocGrid(panels: readonly RocPanel[], { title, band }: RocGridOptions): Promise<Html> {
  requireSome("rocGrid", "panels", panels.length);
  requireText("rocGrid", "title", title);
  if (band) requireBand("rocGrid", band);
  for (const { finding, curves } of panels) {
    requireSome("rocGrid", `curves of ${finding}`, curves.length);
    requireUnique(
      "rocGrid",
      `names of the curves of ${finding}`,
      curves.map(({ name }) => oneLine(name)),
    );
  }
  const names = [...new Set(panels.flatMap(({ curves }) => curves.map(({ name }) => oneLine(name))))];
  const styles = seriesStyles("rocGrid", "names of curves", names.length);
  const styleOf = (name: string) => styles[names.indexOf(oneLine(name))] as SeriesStyle;
  const drawn = [];
  for (const panel of panels) drawn.push(await drawPanel(panel, styleOf, band));
  const legend = names.map((name) => markup`<li>${swatch(styleOf(name))}${name}</li>`);
  const { html } = markup`<figure class="multiples"><figcaption>${oneLine(title)}</figcaption>
<ul class="legend">${legend}</ul>
<div class="panels">
${drawn.map(({ panel }) => panel)}</div>
<p class="note">True positive rate (sensitivity) over false positive rate (1 − specificity); thin diagonal: chance. Under each panel: AUROC${names.length > 1 ? ", in the order of the legend" : ""}.${band ? ` ${bandText(band)}` : ""}</p></figure>`;
  return { html, drawings: drawn.map(({ drawing }) => drawing) };
}

const side = 150;

async function drawPanel(
  { finding, curves }: RocPanel,
  styleOf: (name: string) => SeriesStyle,
  band: RocBand | undefined,
): Promise<{ readonly panel: Html; readonly drawing: Svg }> {
  const drawn = curves.map((curve) => rocPoints(curve, side, band));
  const layer = rocLayers(
    drawn,
    curves.map(({ name }) => styleOf(name)),
    { ticks: [0, 0.5, 1], titles: false, legend: null },
  );
  const spec = {
    autosize: { type: "none" },
    width: side,
    height: side,
    padding: { left: 30, right: 10, top: 8, bottom: 24 },
    layer,
  };
  const name = findingName(finding);
  const description = drawn.map((curve) => `${curve.name}: ${valueText(curve)}`).join("; ");
  const title = `ROC curves: ${name}`;
  const drawing = await drawSvg(spec, { title, description, numbers: rocNumbers(title, drawn) });
  const values = drawn.map(
    (curve) =>
      markup`<li>${swatch(styleOf(curve.name))}<span class="unseen">${curve.name}: </span>${valueText(curve)}</li>`,
  );
  const panel = markup`<figure class="panel"><figcaption>${name}</figcaption>${{ html: drawing.svg }}<ul class="values">${values}</ul></figure>
`;
  return { panel, drawing };
}

function valueText({ area, lack }: DrawnCurve): string {
  return lack === undefined ? area : `– ${lack}`;
}

/** A short stroke as the curve has it. */
function swatch({ colour, dash }: SeriesStyle): Html {
  const pattern = dash[1] === 0 ? nothing : markup` stroke-dasharray="${dash.join(" ")}"`;
  return markup`<svg class="swatch" aria-hidden="true" width="28" height="10" viewBox="0 0 28 10"><line x1="1" y1="5" x2="27" y2="5" stroke="${colour}" stroke-width="2.5"${pattern}/></svg>`;
}
