const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);
/** Below, the power series loses few digits; from here on the continued fraction ends in time. */
const SERIES_BELOW = 1.5;
/** Levels of the continued fraction that leave no error at `SERIES_BELOW`. */
const LEVELS = 150;

/**
 * Standard normal distribution function Φ(x) = P(Z ≤ x), to a relative error of about 1e-14 in the lower tail down to
 * the smallest normal number (x = −37.5); the upper tail is Φ(−x).
 *
 * @see Abramowitz & Stegun (1964), 26.2.11 (series) and 26.2.14 (continued fraction).
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  const distance = Math.abs(x);
  if (distance > 40) return x > 0 ? 1 : 0;
  if (distance < SERIES_BELOW) return 0.5 + normalDensity(x) * centralSeries(x);
  let fraction = distance;
  for (let level = LEVELS; level > 0; level--) fraction = distance + level / fraction;
  const tail = normalDensity(x) / fraction;
  return x > 0 ? 1 - tail : tail;
}

/**
 * Standard normal quantile Φ⁻¹(p): −Infinity at 0, Infinity at 1, NaN outside [0, 1].
 *
 * @see Abramowitz & Stegun (1964), 26.2.23, for the start; two or three steps of Halley's method from there.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  const t = Math.sqrt(-2 * Math.log(p));
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328);
  const denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  let x = p === 0.5 ? 0 : numerator / denominator - t;
  for (let step = 0; step < 3; step++) {
    const error =
      x > -SERIES_BELOW
        ? centralSeries(x) + (0.5 - p) / normalDensity(x)
        : (normalCdf(x) - p) / normalDensity(x);
    x -= error / (1 + (x * error) / 2);
  }
  return x;
}

/** The square is split, so that its rounding does not grow with it: the first factor's exponent is exact. */
function normalDensity(x: number): number {
  const coarse = Math.trunc(x * 16) / 16;
  return (Math.exp((-coarse * coarse) / 2) * Math.exp((-(x - coarse) * (x + coarse)) / 2)) / SQRT_TWO_PI;
}

/** (Φ(x) − 1/2) / φ(x) */
function centralSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > Math.abs(sum) * 1e-17; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return sum;
}
