/** A number with its interval, in one cell; NaN where it is not defined. */
export interface IntervalCell {
  /** The number. */
  readonly estimate: number;
  /** Lower end of its interval; NaN if there is none. */
  readonly lower: number;
  /** Upper end of its interval; NaN if there is none. */
  readonly upper: number;
  /** A sign after the number, such as `*`, which a note explains; files for machines do not have it. @defaultValue none */
  readonly mark?: string;
}

/** A cell: text, a number, a number with its interval, or null where there is nothing to say. */
export type TableCell = string | number | IntervalCell | null;

/**
 * How the numbers of a column are written where people read them: three decimals, the same with a sign, whole with groups
 * of three, per cent, or as a p value. Files for machines have them in full.
 */
export type NumberStyle = "decimal" | "signed" | "count" | "percent" | "pValue";

/** A column of a {@link Table}. */
export interface TableColumn {
  /** Its heading; unique in its table. */
  readonly label: string;
  /** How its numbers are written. @defaultValue `"decimal"` */
  readonly numbers?: NumberStyle;
}

/** A table as a record, from which its page, its files and its text for a paper are made. */
export interface Table {
  /** What the table shows. */
  readonly title: string;
  /** From left to right; the first names the rows. */
  readonly columns: readonly TableColumn[];
  /** From top to bottom, a cell a column. */
  readonly rows: readonly (readonly TableCell[])[];
  /** What a reader must know of it, a sentence each. @defaultValue none */
  readonly notes?: readonly string[];
}
