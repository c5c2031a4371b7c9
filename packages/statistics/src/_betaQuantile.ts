import { incompleteBeta } from "./_incompleteBeta.js";

/** A tail below has lost its digits, and the step from it would lead anywhere: half the way back instead. */
const UNDERFLOW = 1e-290;

/**
 * Quantile of the beta distribution, as x and y = 1 − x, each with its own digits.
 *
 * Newton's method for the logarithm of the smaller tail on the scale log(x / y): concave there (the logit of a beta
 * variate has a log-concave density), so that every step but the first comes from one side and none passes the root.
 *
 * @param a - Positive.
 * @param b - Positive.
 * @param p - Probability below x, in [0, 1].
 * @param q - 1 − p, handed over as well: near 0 it has digits that 1 − p has lost. Not both below 1e-200.
 */
export function betaQuantile(
  a: number,
  b: number,
  p: number,
  q: number,
): { readonly x: number; readonly y: number } {
  if (p === 0) return { x: 0, y: 1 };
  if (q === 0) return { x: 1, y: 0 };
  const sign = p <= q ? 1 : -1;
  const target = Math.min(p, q);
  let logit = Math.log(a / b);
  let last = logit;
  for (let i = 0; i < 200; i++) {
    const { lower, upper, density } = incompleteBeta(a, b, expit(logit), expit(-logit));
    const tail = sign > 0 ? lower : upper;
    if (tail < UNDERFLOW || density < UNDERFLOW) {
      logit = (logit + last) / 2;
      continue;
    }
    const step = (sign * Math.log(target / tail) * tail) / density;
    last = logit;
    logit += step;
    if (Math.abs(step) < 1e-10) break;
  }
  return { x: expit(logit), y: expit(-logit) };
}

function expit(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
