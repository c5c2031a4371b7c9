/**
 * Learning rate of an update.
 *
 * @param step - Number of updates made before this one: 0 at the first.
 * @returns The learning rate, finite and at least 0. The same step must always give the same number, or a resumed
 * run would not repeat the uninterrupted one.
 */
export type Schedule = (step: number) => number;
