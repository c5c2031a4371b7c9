/** Random changes of training images; each part is off unless it is asked for. */
export interface Augmentation {
  /** Left and right change places with probability 0.5. @defaultValue `false` */
  readonly flip?: boolean;
  /**
   * Whether a flip exchanges the labels of findings that end in `_left` and `_right` too. The study does not do it.
   * @defaultValue `true`
   */
  readonly swapSides?: boolean;
  /**
   * Rotation about the centre by an angle uniform in ± this many degrees; nearest neighbour, corners black.
   * The study has 7. @defaultValue `0`
   */
  readonly rotationDegrees?: number;
  /** Shift in each direction, uniform in ± this fraction of the side, in whole pixels. @defaultValue `0` */
  readonly shift?: number;
  /** Magnification uniform in 1 ± this fraction. @defaultValue `0` */
  readonly scale?: number;
  /** Number added to all grey values of [0, 1], uniform in ± this. @defaultValue `0` */
  readonly brightness?: number;
  /** Factor on the distance from mid-grey, uniform in 1 ± this. @defaultValue `0` */
  readonly contrast?: number;
}
