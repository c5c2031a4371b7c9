/** How well a model does in one group of patients. */
export interface SubgroupRow {
  /** Name of the model, or start. */
  readonly model: string;
  /** What the groups differ in, such as `Sex`. */
  readonly attribute: string;
  /** The group, such as `female`. */
  readonly group: string;
  /** Images of the group with a known label; with several findings, images. */
  readonly n: number;
  /** Those with label 1; with several findings, summed over them. */
  readonly numPositives: number;
  /** The measure in the group; NaN where it is not defined. */
  readonly estimate: number;
  /** Lower end of its interval. */
  readonly lower: number;
  /** Upper end of its interval. */
  readonly upper: number;
}
