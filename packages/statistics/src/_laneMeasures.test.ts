import fc from "fast-check";
import { expect, test } from "vitest";
import { type DecisionRule, laneMeasureNames, laneMeasures } from "./_laneMeasures.js";
import { rankScores } from "./_rankScores.js";
import { LANES, resampledAreas } from "./_resampledAreas.js";

const column = (data: readonly number[]) => ({ data, rows: data.length, columns: 1 });

/** The measures of one resample by their definitions, threshold by threshold. */
function byDefinition(
  labels: readonly number[],
  scores: readonly number[],
  counts: readonly number[],
  { cut, isAsPublished }: DecisionRule,
): number[] {
  const sum = (is: (i: number) => boolean) =>
    counts.reduce((total, count, i) => total + (is(i) ? count : 0), 0);
  const positives = sum((i) => labels[i] === 1);
  const negatives = sum((i) => labels[i] === 0);
  if (positives === 0 || negatives === 0) return laneMeasureNames.map(() => Number.NaN);
  const thresholds = [...new Set(scores)].sort((a, b) => b - a);
  const called = (threshold: number, label: number) =>
    sum((i) => labels[i] === label && scores[i]! >= threshold);
  let precision = 0;
  let best = Number.POSITIVE_INFINITY;
  let index = 0;
  let recall = 0;
  for (const threshold of thresholds) {
    const [tp, fp] = [called(threshold, 1), called(threshold, 0)];
    if (tp > recall) precision += ((tp - recall) * tp) / (tp + fp);
    recall = tp;
    const youden = isAsPublished ? tp / positives - fp / negatives : tp * negatives - fp * positives;
    if (youden > index) [index, best] = [youden, threshold];
  }
  const frozen = cut === undefined ? undefined : [...scores].sort((a, b) => a - b)[cut];
  const threshold = cut === undefined ? best : (frozen ?? Number.POSITIVE_INFINITY);
  const isAbove = (i: number) => (isAsPublished ? scores[i]! > threshold : scores[i]! >= threshold);
  const tp = sum((i) => labels[i] === 1 && isAbove(i));
  const fp = sum((i) => labels[i] === 0 && isAbove(i));
  return [
    precision / positives,
    (tp + negatives - fp) / (positives + negatives),
    tp / positives,
    (negatives - fp) / negatives,
    (2 * tp) / (tp + fp + positives),
  ];
}

const image = (levels: number) =>
  fc.record({
    label: fc.constantFrom(0, 0, 0, 1),
    score: fc.integer({ min: 0, max: levels }),
    counts: fc.array(fc.constantFrom(0, 0, 1, 1, 2, 255), { minLength: LANES, maxLength: LANES }),
  });

test.each([
  ["few scores, many of them equal", 6],
  ["scores that hardly ever meet", 1e9],
])("laneMeasures has the measures of each resample as they are defined, with %s", (_, levels) => {
  const images = fc.array(image(levels), { minLength: 2, maxLength: 900, size: "max" });
  const rules = fc.record({ isAsPublished: fc.boolean(), cutAt: fc.option(fc.double({ min: 0, max: 1 })) });
  fc.assert(
    fc.property(images, rules, (drawn, { isAsPublished, cutAt }) => {
      const labels = drawn.map(({ label }) => label);
      const scores = drawn.map(({ score }) => score);
      const sorted = [...scores].sort((a, b) => a - b);
      const border = sorted[Math.floor((cutAt ?? 0) * sorted.length)] ?? Number.POSITIVE_INFINITY;
      const cut = cutAt === null ? undefined : sorted.filter((score) => score < border).length;
      // The published evaluation has no frozen threshold.
      const rule = { cut, isAsPublished: isAsPublished && cut === undefined };
      const packed = Int32Array.from(drawn, ({ counts }) =>
        counts.reduce<number>((all, count, lane) => all | (count << (8 * lane)), 0),
      );
      const ranked = rankScores(column(labels), column(scores), 0);
      const totals = new Float64Array(2 * LANES);
      const values = new Float64Array(laneMeasureNames.length * LANES);
      resampledAreas(ranked, packed, new Float64Array(LANES), totals);
      laneMeasures(ranked, packed, totals, rule, values);
      for (let lane = 0; lane < LANES; lane++) {
        const counts = drawn.map((one) => one.counts[lane]!);
        const expected = byDefinition(labels, scores, counts, rule);
        expect(laneMeasureNames.map((__, i) => values[i * LANES + lane])).toBeAllclose(expected, {
          rtol: 1e-12,
          atol: 1e-14,
        });
      }
    }),
    { numRuns: 60 },
  );
});
