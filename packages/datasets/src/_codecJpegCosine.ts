/** Bits after the point of the constants. */
const constantBits = 13;
const one = 2 ** constantBits;

const fixed = (value: number) => Math.round(value * one);
const cosine = (k: number) => Math.SQRT2 * Math.cos((k * Math.PI) / 16);

const [c1, c2, c3, c5, c6, c7] = [1, 2, 3, 5, 6, 7].map(cosine) as [
  number,
  number,
  number,
  number,
  number,
  number,
];

/** Factors of the rotations: of coefficients 2 and 6, and of the odd ones. */
const even = { both: fixed(c6), second: fixed(c2 - c6), sixth: fixed(c2 + c6) };
const odd = {
  all: fixed(c3),
  first: fixed(c1 + c3 - c5 - c7),
  third: fixed(c1 + c3 + c5 - c7),
  fifth: fixed(c1 + c3 - c5 + c7),
  seventh: fixed(-c1 + c3 + c5 - c7),
  oneSeven: fixed(c3 - c7),
  threeFive: fixed(c1 + c3),
  threeSeven: fixed(c3 + c5),
  oneFive: fixed(c3 - c5),
};

/**
 * Inverse discrete cosine transform of a block of 8 × 8 integers, in place, column by column, then row by row.
 *
 * The arithmetic is that of whole numbers, rounded after each pass, after the first to two bits behind the point for
 * samples of 8 bits and to one for those of 12, as in the decoders that nearly everyone uses: so samples agree with
 * theirs to the bit. Numbers stay far below 2⁵³, where doubles are exact.
 *
 * @see Loeffler, Ligtenberg & Moschytz (1989), Practical fast 1-D DCT algorithms with 11 multiplications, figure 1.
 */
export function inverseCosine(block: Float64Array, precision: number): void {
  const middle = precision > 8 ? 2 : 4;
  for (let column = 0; column < 8; column++) transform(block, column, 8, one / middle);
  for (let row = 0; row < 64; row += 8) transform(block, row, 1, one * middle * 8);
}

function transform(block: Float64Array, at: number, step: number, divisor: number): void {
  const s1 = block[at + step] as number;
  const s3 = block[at + 3 * step] as number;
  const s5 = block[at + 5 * step] as number;
  const s7 = block[at + 7 * step] as number;
  const s2 = block[at + 2 * step] as number;
  const s6 = block[at + 6 * step] as number;
  const half = divisor / 2;
  const scale = 1 / divisor;
  if (s1 === 0 && s2 === 0 && s3 === 0 && s5 === 0 && s6 === 0 && s7 === 0 && block[at + 4 * step] === 0) {
    const constant = Math.floor(((block[at] as number) * one + half) * scale);
    for (let k = 0; k < 8; k++) block[at + k * step] = constant;
    return;
  }
  const sum = ((block[at] as number) + (block[at + 4 * step] as number)) * one + half;
  const difference = ((block[at] as number) - (block[at + 4 * step] as number)) * one + half;
  const rotated = (s2 + s6) * even.both;
  const low = rotated + s2 * even.second;
  const high = rotated - s6 * even.sixth;
  const all = (s1 + s3 + s5 + s7) * odd.all;
  const threeSeven = all - (s3 + s7) * odd.threeSeven;
  const oneFive = all - (s1 + s5) * odd.oneFive;
  const oneSeven = (s1 + s7) * odd.oneSeven;
  const threeFive = (s3 + s5) * odd.threeFive;
  const o0 = s1 * odd.first - oneSeven + oneFive;
  const o1 = s3 * odd.third - threeFive + threeSeven;
  const o2 = s5 * odd.fifth - threeFive + oneFive;
  const o3 = s7 * odd.seventh - oneSeven + threeSeven;
  block[at] = Math.floor((sum + low + o0) * scale);
  block[at + step] = Math.floor((difference + high + o1) * scale);
  block[at + 2 * step] = Math.floor((difference - high + o2) * scale);
  block[at + 3 * step] = Math.floor((sum - low + o3) * scale);
  block[at + 4 * step] = Math.floor((sum - low - o3) * scale);
  block[at + 5 * step] = Math.floor((difference - high - o2) * scale);
  block[at + 6 * step] = Math.floor((difference + high - o1) * scale);
  block[at + 7 * step] = Math.floor((sum + low - o0) * scale);
}
