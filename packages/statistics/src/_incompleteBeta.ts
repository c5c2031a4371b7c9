/** Both tails of the beta distribution at a point, and its density on the logit scale. */
export interface IncompleteBeta {
  /** I_x(a, b) */
  readonly lower: number;
  /** 1 − I_x(a, b) = I_y(b, a) */
  readonly upper: number;
  /** x^a y^b / B(a, b): the derivative of `lower` by log(x / y). */
  readonly density: number;
}

/** Where neither is larger, powers lose fewer digits than logarithms. */
const POWERS_UP_TO = 100;

/**
 * Regularised incomplete beta function of both sides, to a relative error of about 1e-13 down to 1e-300.
 *
 * @param a - Positive; up to 1e6 at least.
 * @param b - As `a`.
 * @param x - In [0, 1].
 * @param y - 1 − x, handed over as well: near 0 it has digits that 1 − x has lost.
 * @see DiDonato & Morris (1992), Algorithm 708, ACM TOMS 18, eqs. 9 and 10 (continued fraction); Loader (2000), Fast and
 * accurate computation of binomial probabilities (deviance and Stirling's error in the factor before it).
 */
export function incompleteBeta(a: number, b: number, x: number, y: number): IncompleteBeta {
  if (x <= 0) return { lower: 0, upper: 1, density: 0 };
  if (y <= 0) return { lower: 1, upper: 0, density: 0 };
  const excess = x < y ? a - (a + b) * x : (a + b) * y - b;
  const density = logitDensity(a, b, x, y, excess);
  if (excess >= 0) {
    const lower = density / continuedFraction(a, b, x, y, excess);
    return { lower, upper: 1 - lower, density };
  }
  const upper = density / continuedFraction(b, a, y, x, -excess);
  return { lower: 1 - upper, upper, density };
}

/** β₁ + α₂/(β₂ + α₃/(β₃ + …)) by the modified method of Lentz. */
function continuedFraction(a: number, b: number, x: number, y: number, excess: number): number {
  let value = (a / (a + 1)) * (excess + 1);
  let c = value;
  let d = 0;
  for (let n = 1; n < 1e7; n++) {
    const twice = a + 2 * n;
    const alpha = ((a + n - 1) / (twice - 1)) * ((a + b + n - 1) / (twice - 1)) * n * (b - n) * x * x;
    const beta = n + (n * (b - n) * x) / (twice - 1) + ((a + n) / (twice + 1)) * (excess + 1 + n * (1 + y));
    d = 1 / (beta + alpha * d);
    c = beta + alpha / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < 3e-16) break;
  }
  return value;
}

/** x^a y^b / B(a, b) */
function logitDensity(a: number, b: number, x: number, y: number, excess: number): number {
  const sum = a + b;
  const stirling = stirlingError(sum) - stirlingError(a) - stirlingError(b);
  const scale = Math.sqrt((a / sum) * (b / (2 * Math.PI)));
  if (Math.max(a, b) <= POWERS_UP_TO) {
    return scale * Math.exp(stirling) * ((sum * x) / a) ** a * ((sum * y) / b) ** b;
  }
  const u = excess / (sum * x);
  const v = -excess / (sum * y);
  const deviance =
    Math.max(Math.abs(u), Math.abs(v)) > 0.5
      ? a * Math.log1p(u) + b * Math.log1p(v)
      : (excess / (sum * x)) * (excess / y) + a * log1pMinus(u) + b * log1pMinus(v);
  return scale * Math.exp(stirling - deviance);
}

/** log(1 + u) − u, |u| ≤ 1/2 */
function log1pMinus(u: number): number {
  const r = u / (2 + u);
  const square = r * r;
  let power = 1;
  let sum = 0;
  for (let k = 3; power > 1e-18; k += 2) {
    sum += power / k;
    power *= square;
  }
  return r * (2 * square * sum - u);
}

/** log Γ(z) less Stirling's formula (z − 1/2) log z − z + log(2π)/2. */
function stirlingError(z: number): number {
  let shifts = 0;
  let at = z;
  for (; at < 12; at++) shifts += (at + 0.5) * Math.log1p(1 / at) - 1;
  const s = 1 / (at * at);
  const series =
    1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360360)))));
  return shifts + series / at;
}
