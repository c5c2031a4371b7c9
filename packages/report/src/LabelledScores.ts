/** An area under the curve with its interval; an `AucEstimate` of `@cxrkit/statistics` is one. */
export interface AreaEstimate {
  /** Area; NaN where it is not defined. */
  readonly estimate: number;
  /** Lower end of the interval. */
  readonly lower: number;
  /** Upper end of the interval. */
  readonly upper: number;
}

/** What one model says of one finding, and what is true: one ROC curve. */
export interface LabelledScores {
  /** Name of the curve in the legend; unique in its figure. */
  readonly name: string;
  /** 1 present, 0 absent, NaN missing; pairs with a missing label are left out. `[N]` */
  readonly labels: ArrayLike<number>;
  /** Higher means more likely present; finite. `[N]` */
  readonly scores: ArrayLike<number>;
  /** Area to state beside the name. @defaultValue the area of these scores, with no interval */
  readonly estimate?: AreaEstimate;
}
