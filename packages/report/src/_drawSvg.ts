import type { TopLevelSpec } from "vega-lite";
import { escapeText, oneLine } from "./_markup.js";
import { config } from "./_theme.js";
import type { Markup, Svg } from "./Html.js";

/**
 * Draws a Vega-Lite specification; the figure takes the colours of its surroundings. A figure of several views, to which
 * Vega-Lite gives whatever room it measures, is held to `size`.
 */
export async function drawSvg(
  spec: object,
  words: Omit<Svg, "svg">,
  size?: { readonly width: number; readonly height: number },
): Promise<Svg> {
  const [{ compile }, vega] = await Promise.all([import("vega-lite"), import("vega")]);
  const logger = vega.logger(vega.Error, "error", throwErrors);
  const { spec: compiled } = compile({ background: null, ...spec, config } as unknown as TopLevelSpec, {
    logger,
  });
  const held = size ? { ...compiled, ...size, autosize: { type: "none" as const } } : compiled;
  const view = new vega.View(vega.parse(held), { renderer: "none", logger });
  try {
    const title = oneLine(words.title);
    const description = oneLine(words.description);
    const { numbers } = words;
    return {
      svg: entitle(await view.toSVG(), title, description),
      title,
      description,
      ...(numbers === undefined ? {} : { numbers }),
    };
  } finally {
    view.finalize();
  }
}

/** A figure scales with its page down to this share of its own width; below that it scrolls. */
const leastScale = 0.8;

/** Vega gives the parts of a drawing roles without names; the drawing itself has role, name and description. */
const role = / (?:role|aria-[a-z]+)="[^"]*"/g;

function entitle(svg: string, title: string, description: string): Markup {
  const [, width, height] = /^<svg [^>]*? width="([\d.]+)" height="([\d.]+)"/.exec(
    svg,
  ) as unknown as string[];
  const least = Math.round(leastScale * Number(width));
  const open =
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-label="${escapeText(title)}" ` +
    `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" style="min-width:${least}px">` +
    `<title>${escapeText(title)}</title><desc>${escapeText(description)}</desc>`;
  const inside = svg.replace(/^<svg [^>]*>/, "").replace(/<[^>]*>/g, (tag) => tag.replace(role, ""));
  return (open + inside) as Markup;
}

/** Vega prints warnings and swallows errors; here warnings are not printed and errors are thrown. */
function throwErrors(_method: string, _level: string, reasons: readonly unknown[]): never {
  throw reasons[0] instanceof Error ? reasons[0] : new Error(reasons.map(String).join(" "));
}
