import { betaQuantile } from "./_betaQuantile.js";
import { incompleteBeta } from "./_incompleteBeta.js";

/** Multiples of √df from which on the tail is a power to all digits, and squares might overflow. */
const FAR = 1e50;

/**
 * P(T > t) of Student's distribution, relatively accurate down to 1e-300; the lower tail is that of −t.
 *
 * @param t - Any number, infinities included; NaN gives NaN.
 * @param df - Degrees of freedom, positive.
 * @see Abramowitz & Stegun (1964), 26.7.1 and 26.5.27.
 */
export function studentTail(t: number, df: number): number {
  if (Number.isNaN(t)) return Number.NaN;
  if (t < 0) return 1 - studentTail(-t, df);
  const ratio = t / Math.sqrt(df);
  if (ratio > FAR) return studentTail(FAR * Math.sqrt(df), df) * (FAR / ratio) ** df;
  const odds = (t / df) * t;
  return incompleteBeta(df / 2, 0.5, 1 / (1 + odds), odds / (1 + odds)).lower / 2;
}

/** The t with P(T > t) = tail, for tails in (0, 1) not below 1e-100. */
export function studentQuantile(tail: number, df: number): number {
  if (tail > 0.5) return -studentQuantile(1 - tail, df);
  const { x, y } = betaQuantile(0.5, df / 2, 1 - 2 * tail, 2 * tail);
  return Math.sqrt((df * x) / y);
}
