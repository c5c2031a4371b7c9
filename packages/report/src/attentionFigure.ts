import { base64 } from "./_bytes.js";
import { requireSome, requireText, requireWithin } from "./_check.js";
import { encodePng } from "./_encodePng.js";
import { markup, nothing } from "./_markup.js";
import { checkExample, overlay, strongestPlace, tinted } from "./_overlay.js";
import type { Html } from "./Html.js";
import type { ReportFile } from "./ReportFile.js";

/** Where one model looks, on a raster coarser than the image or as fine. */
export interface AttentionMap {
  /** Name of the start, or model; the heading of its column. */
  readonly start: string;
  /** Attention, ≥ 0, row by row from the top left; NaN is drawn as none. `[height · width]` */
  readonly values: ArrayLike<number>;
  /** Number of columns of the map. */
  readonly width: number;
  /** Number of rows of the map. */
  readonly height: number;
  /** What stands under it, such as the score given. @defaultValue nothing */
  readonly caption?: string;
}

/** One radiograph of {@link attentionFigure} with a map for each start. */
export interface AttentionExample {
  /** What the radiograph is: a row's heading. */
  readonly caption: string;
  /** What it shows, for those who do not see it, such as `Frontal chest radiograph, labelled pleural effusion`. */
  readonly alt: string;
  /** Grey values, row by row from the top left. `[height · width]` */
  readonly pixels: ArrayLike<number>;
  /** Width in pixels, at most 1024. */
  readonly width: number;
  /** Height in pixels, at most 1024. */
  readonly height: number;
  /** One a start, in the same order in every example. */
  readonly maps: readonly AttentionMap[];
}

/** Options of {@link attentionFigure}. */
export interface AttentionFigureOptions {
  /** What the images show together. */
  readonly title: string;
  /** Greatest opacity of the colour, in (0, 1]. @defaultValue `0.65` */
  readonly opacity?: number;
  /**
   * What full colour means: the greatest value of each map (`map`), or of all maps of an example (`example`), so that
   * starts can be compared. @defaultValue `"map"`
   */
  readonly scale?: "map" | "example";
  /** Most bytes that all images may have together, before they are written as text. @defaultValue `8388608`, 8 MiB */
  readonly maxBytes?: number;
}

/**
 * Attention over example radiographs: a row an example with the radiograph as it is and a column a start. One hue is laid
 * over the grey, the more opaque the more attention, so that the radiograph stays readable and light does not stand for
 * anything else; the map is interpolated linearly to the image's size.
 *
 * A report that is handed on hands its images on: put no radiograph in it whose terms of use forbid that.
 *
 * @param examples - In the order shown, all with the same starts.
 * @param options - Title, opacity, scale and bound of size.
 * @returns The images as PNG files inside the page; the text of each says where the attention is strongest.
 * @throws RangeError if there is no example or map, starts differ between examples, a size is not that of its values or
 *   out of range, a pixel is not in [0, 255], a value is negative, the images are too large together, or a text is blank.
 * @see Abnar & Zuidema (2020), Quantifying attention flow in transformers, for such maps; Borland & Taylor (2007), Rainbow
 *   color map (still) considered harmful, for the one hue.
 * @example
 * {@includeCode ../example/figures.example.ts#attentionFigure}
 */
export async function attentionFigure(
  examples: readonly AttentionExample[],
  { title, opacity = 0.65, scale = "map", maxBytes = 8 * 1024 * 1024 }: AttentionFigureOptions,
): Promise<Html> {
  requireText("attentionFigure", "title", title);
  requireSome("attentionFigure", "examples", examples.length);
  requireWithin("attentionFigure", "opacity", opacity, Number.MIN_VALUE, 1);
  requireWithin("attentionFigure", "maxBytes", maxBytes, 1, Number.MAX_SAFE_INTEGER);
  for (const [i, example] of examples.entries()) checkExample(example, i, examples[0]!);
  const files: ReportFile[] = [];
  const rows: Html[] = [];
  let total = 0;
  for (const [i, example] of examples.entries()) {
    const { width, height, maps } = example;
    const greatest = Math.max(...maps.map(({ values }) => greatestOf(values)));
    const cells: Html[] = [];
    for (const map of [undefined, ...maps]) {
      const top = map && scale === "map" ? greatestOf(map.values) : greatest;
      const png = await encodePng(overlay(example, map, { opacity, top }), width, height);
      total += png.length;
      if (total > maxBytes) {
        throw new RangeError(
          `attentionFigure: images must have at most ${maxBytes} bytes together, got ${total} at example ${i}`,
        );
      }
      files.push({
        name: `example-${i + 1}-${cells.length === 0 ? "image" : `map-${cells.length}`}.png`,
        content: png,
      });
      cells.push(cellHtml(example, map, png));
    }
    rows.push(markup`<li><p class="head">${example.caption}</p><div class="row">
${cells}</div></li>
`);
  }
  const { html } = markup`<figure class="attention"><figcaption>${title}</figcaption><ol>
${rows}</ol>
<p class="ramp"><span>No attention</span><span class="scale" aria-hidden="true" style="background:linear-gradient(90deg,#808080,${tinted(128, opacity)})"></span><span>Strongest ${scale === "map" ? "of the map" : "of the example"}</span></p></figure>`;
  return { html, files };
}

function greatestOf(values: ArrayLike<number>): number {
  let greatest = 0;
  for (let i = 0; i < values.length; i++)
    if ((values[i] as number) > greatest) greatest = values[i] as number;
  return greatest;
}

function cellHtml(example: AttentionExample, map: AttentionMap | undefined, png: Uint8Array): Html {
  const { alt, width, height } = example;
  const name = map ? map.start : "Image";
  const words = map ? `${alt}. Attention of ${map.start}: ${strongestPlace(map)}` : alt;
  const under = map?.caption === undefined ? nothing : markup`<span class="words">${map.caption}</span>`;
  return markup`<figure><img src="data:image/png;base64,${base64(png)}" width="${width}" height="${height}" alt="${words}"><figcaption>${name}${under}</figcaption></figure>
`;
}
