/**
 * How the band around ROC curves is made: the curve of each resample is read at the same false positive rates, and the
 * band spans the quantiles at each of them. It holds points of a curve, not whole curves.
 *
 * @see Fawcett (2006), An introduction to ROC analysis, algorithm 3, vertical averaging.
 * @example
 * {@includeCode ../example/figures.example.ts#rocBand}
 */
export interface RocBand {
  /** Seed of the resamples: the same on every machine, and so the same band. */
  readonly seed: number;
  /** Number of resamples, an integer in [20, 10000]. @defaultValue `200` */
  readonly replicates?: number;
  /** Pointwise coverage, a fraction in (0, 1). @defaultValue `0.95` */
  readonly coverage?: number;
  /**
   * Patient of each image; whole patients are resampled, the same for all curves. Left out, each image counts as a
   * patient of its own. `[N]`
   */
  readonly patients?: ArrayLike<string | number>;
}
