import type { ReportFile } from "./ReportFile.js";
import type { Table } from "./Table.js";

declare const safe: unique symbol;

/** Text whose every foreign part was escaped by this package; a plain string cannot stand in for it. */
export type Markup = string & {
  /** Never there at run time: it keeps plain strings out. */
  readonly [safe]: true;
};

/** A piece of a page: a table, a card, images. {@link htmlReport} puts it in its place and gives it its style. */
export interface Html {
  /** The elements, well-formed and self-contained: no script and no address outside the page. */
  readonly html: Markup;
  /** Tables in it, as records; `reportFiles` writes them as files. @defaultValue none */
  readonly tables?: readonly Table[];
  /** Drawings in it. @defaultValue none */
  readonly drawings?: readonly Svg[];
  /** Other files in it, such as images and downloads. @defaultValue none */
  readonly files?: readonly ReportFile[];
}

/** A figure. The string stands alone as an `.svg` file and takes the colours of the page it is put into. */
export interface Svg {
  /** The drawing, one `svg` element with a transparent ground. */
  readonly svg: Markup;
  /** What the figure shows, in a line. */
  readonly title: string;
  /** What the figure shows, in words and numbers, for those who do not see it. */
  readonly description: string;
  /** The numbers drawn, as a record; `reportFiles` writes them beside the drawing. @defaultValue none */
  readonly numbers?: Table;
}
