/** Result of comparing two sequences of numbers elementwise. */
export interface AllcloseResult {
  readonly pass: boolean;
  readonly message: string;
}

/** Compares elementwise: `|actual − expected| ≤ atol + rtol·|expected|`; NaN equals NaN, lengths must agree. */
export function allclose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { rtol = 1e-6, atol = 0 }: { readonly rtol?: number; readonly atol?: number } = {},
): AllcloseResult {
  if (actual.length !== expected.length) {
    return { pass: false, message: `lengths differ: ${actual.length}, expected ${expected.length}` };
  }
  let worst = -1;
  let worstExcess = 0;
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i] as number;
    const e = expected[i] as number;
    if (Object.is(a, e) || a === e) continue;
    const excess = Math.abs(a - e) - (atol + rtol * Math.abs(e));
    if (!(excess <= 0) && !(excess <= worstExcess)) {
      worst = i;
      worstExcess = excess;
      if (Number.isNaN(excess)) break;
    }
  }
  const pass = worst < 0;
  return {
    pass,
    message: pass
      ? "all elements are close"
      : `element ${worst} is ${actual[worst]}, expected ${expected[worst]} (rtol ${rtol}, atol ${atol})`,
  };
}
