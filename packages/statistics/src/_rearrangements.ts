/** The ways in which values could have fallen to two groups had the groups no meaning. */
export interface Rearrangements {
  /** How many there are, the one at hand among them; equal values are told apart. Infinity if beyond all numbers. */
  readonly count: number;
  /** Each once. */
  all(): Iterable<Arrangement>;
  /** One at random, all being equally likely. */
  draw(random: () => number): Arrangement;
}

/** Two groups of the sizes of those at hand. */
type Arrangement = readonly [a: Float64Array, b: Float64Array];

/** Each pair keeps or swaps its two values. */
export function pairedRearrangements(a: Float64Array, b: Float64Array): Rearrangements {
  const swapped = (isSwapped: (i: number) => boolean): Arrangement => {
    const arrangement = [a.slice(), b.slice()] as const;
    for (let i = 0; i < a.length; i++) {
      if (isSwapped(i)) [arrangement[0][i], arrangement[1][i]] = [b[i]!, a[i]!];
    }
    return arrangement;
  };
  const count = 2 ** a.length;
  return {
    count,
    *all() {
      for (let bits = 0; bits < count; bits++) yield swapped((i) => Math.floor(bits / 2 ** i) % 2 === 1);
    },
    draw: (random) => swapped(() => random() < 0.5),
  };
}

/** The values of both groups are pooled, and as many as the first has are taken for it. */
export function pooledRearrangements(a: Float64Array, b: Float64Array): Rearrangements {
  const pooled = new Float64Array(a.length + b.length);
  pooled.set(a);
  pooled.set(b, a.length);
  return {
    count: binomialCoefficient(pooled.length, a.length),
    *all() {
      const chosen = Array.from(a, (_, i) => i);
      do {
        const isChosen = new Uint8Array(pooled.length);
        for (const i of chosen) isChosen[i] = 1;
        yield [pooled.filter((_, i) => isChosen[i] === 1), pooled.filter((_, i) => isChosen[i] === 0)];
      } while (advance(chosen, pooled.length));
    },
    draw(random) {
      const values = pooled.slice();
      for (let i = 0; i < a.length; i++) {
        const other = i + Math.floor(random() * (values.length - i));
        [values[i], values[other]] = [values[other]!, values[i]!];
      }
      return [values.slice(0, a.length), values.slice(a.length)];
    },
  };
}

/** Moves on to the next choice in lexicographic order; false after the last. */
function advance(chosen: number[], size: number): boolean {
  let at = chosen.length - 1;
  while (at >= 0 && chosen[at] === size - chosen.length + at) at--;
  if (at < 0) return false;
  const next = chosen[at]! + 1;
  for (let i = at; i < chosen.length; i++) chosen[i] = next + i - at;
  return true;
}

function binomialCoefficient(n: number, k: number): number {
  let product = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) product *= (n - i + 1) / i;
  return Math.round(product);
}
