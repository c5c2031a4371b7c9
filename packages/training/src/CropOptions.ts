/** How the views of an image are cut out in {@link pretrainDino}; ranges are drawn from uniformly. */
export interface CropOptions {
  /** Side of the two large views in pixels, an integer of at least 1. */
  readonly globalSize: number;
  /** Side of the small views in pixels, an integer of at least 1. @defaultValue half of `globalSize`, rounded */
  readonly localSize?: number;
  /** Number of small views, an integer of at least 0. @defaultValue `8` */
  readonly numLocal?: number;
  /** Share of the image's area in a large view, in (0, 1]. @defaultValue `[0.4, 1]` */
  readonly globalScale?: readonly [least: number, most: number];
  /** Share of the image's area in a small view, in (0, 1]. @defaultValue `[0.05, 0.4]` */
  readonly localScale?: readonly [least: number, most: number];
  /** Width of the cut-out divided by its height, above 0, uniform in its logarithm. @defaultValue `[3/4, 4/3]` */
  readonly ratio?: readonly [least: number, most: number];
  /** Whether left and right change places with probability 0.5. @defaultValue `true` */
  readonly flip?: boolean;
  /** Grey values are multiplied by a factor of 1 ± this, in [0, 1]. @defaultValue `0.4` */
  readonly brightness?: number;
  /** The distance from the view's mean is multiplied by a factor of 1 ± this, in [0, 1]. @defaultValue `0.4` */
  readonly contrast?: number;
  /** Probability that a view is blurred, in [0, 1]. @defaultValue `0.5` */
  readonly blur?: number;
  /** Standard deviation of the blur in pixels of the view, above 0. @defaultValue `[0.1, 2]`, in views of 224 px as published */
  readonly blurSigma?: readonly [least: number, most: number];
}
