import { expect, test } from "vitest";
import { drawPicture, sizeOf } from "./_drawPicture.js";
import { type DrawnSign, drawnSigns } from "./_drawSigns.js";
import type { Picture } from "./_syntheticCases.js";

const size = 48;
const basic = (
  patient: number,
  signs: readonly DrawnSign[] = [],
  further: Partial<Picture> = {},
): Picture => ({
  ...{ index: patient, patient, study: 0, inStudy: 0, ofPatient: 0, isHeldOut: false },
  ...{ female: patient % 2 === 0, age: 30 + (patient % 50), view: patient % 3 === 0 ? "AP" : "PA" },
  ...{ isLateral: false, shape: 1, labels: new Map(), seeds: [9, patient] },
  signs: new Map(signs.map((sign) => [sign, 1])),
  ...further,
});
const draw = (picture: Picture) => drawPicture(picture, 5, size).values;

/** Mean brightness of a rectangle given in shares of the picture. */
const brightness = (
  values: Float32Array,
  [left, top, right, bottom]: readonly [number, number, number, number],
) => {
  let [sum, count] = [0, 0];
  for (let y = Math.floor(top * size); y < bottom * size; y++)
    for (let x = Math.floor(left * size); x < right * size; x++, count++)
      sum += values[y * size + x] as number;
  return sum / count;
};

/** Share of pairs in which the score with the sign is the higher one. */
const auroc = (withSign: readonly number[], without: readonly number[]) => {
  let wins = 0;
  for (const a of withSign) for (const b of without) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / (withSign.length * without.length);
};

const numPatients = 60;
const separates = (
  sign: DrawnSign,
  score: (values: Float32Array) => number,
  others: readonly DrawnSign[] = [],
) => {
  const scores = (signs: readonly DrawnSign[], first: number) =>
    Array.from({ length: numPatients }, (_, i) => score(draw(basic(first + i, signs))));
  return auroc(scores([sign, ...others], 0), scores(others, numPatients));
};
/** Right is the patient's, on the viewer's left. */
const upper = (values: Float32Array) => brightness(values, [0.3, 0.06, 0.7, 0.12]);

test("an enlarged heart is wide: the brightness beside the normal heart separates it", () => {
  const beside = (v: Float32Array) =>
    brightness(v, [0.69, 0.62, 0.79, 0.7]) - brightness(v, [0.72, 0.3, 0.85, 0.45]);
  expect(separates("cardiomegaly", beside)).toBeGreaterThan(0.9);
});

test("an effusion fills the corner between ribs and diaphragm, on its own side", () => {
  const right = (v: Float32Array) => brightness(v, [0.16, 0.62, 0.26, 0.74]);
  const left = (v: Float32Array) => brightness(v, [0.76, 0.62, 0.86, 0.74]);
  expect(separates("effusion_right", (v) => right(v) - left(v))).toBeGreaterThan(0.9);
  expect(separates("effusion_left", (v) => left(v) - right(v))).toBeGreaterThan(0.9);
});

test("a pneumothorax leaves a dark apex above the bright line of the pleura; consolidation and infiltrates are bright on their side", () => {
  const right = (v: Float32Array) =>
    brightness(v, [0.25, 0.42, 0.33, 0.58]) - brightness(v, [0.33, 0.17, 0.42, 0.25]);
  const left = (v: Float32Array) =>
    brightness(v, [0.67, 0.42, 0.75, 0.58]) - brightness(v, [0.58, 0.17, 0.67, 0.25]);
  expect(separates("pneumothorax_right", (v) => right(v) - left(v))).toBeGreaterThan(0.9);
  const lungs = (v: Float32Array) =>
    brightness(v, [0.16, 0.25, 0.4, 0.72]) - brightness(v, [0.6, 0.25, 0.84, 0.72]);
  for (const sign of ["consolidation_right", "infiltrate_right", "opacity_right"] as const)
    expect([sign, separates(sign, lungs) > 0.85]).toEqual([sign, true]);
});

test("emphysema darkens and lowers the lungs, edema brightens them around the hila", () => {
  const domes = (v: Float32Array) => brightness(v, [0.2, 0.7, 0.36, 0.76]) / upper(v);
  expect(separates("emphysema", (v) => -domes(v))).toBeGreaterThan(0.9);
  expect(separates("edema", (v) => brightness(v, [0.3, 0.35, 0.42, 0.6]) / upper(v))).toBeGreaterThan(0.85);
});

test("every sign is seen from the front, the same patient with and without it differing in some place", () => {
  for (const sign of drawnSigns) {
    if (sign === "kyphosis") continue;
    const [plain, changed] = [draw(basic(4)), draw(basic(4, [sign]))];
    const most = Math.max(...plain.map((value, i) => Math.abs(value - (changed[i] as number))));
    expect([sign, most > 0.03]).toEqual([sign, true]);
  }
});

test("a bent back, a large heart, fluid and a stomach above the diaphragm are seen from the side", () => {
  const aside = { isLateral: true, view: "L" };
  for (const sign of ["kyphosis", "cardiomegaly", "effusion_left", "hernia", "consolidation_left"] as const) {
    const [plain, changed] = [draw(basic(4, [], aside)), draw(basic(4, [sign], aside))];
    const most = Math.max(...plain.map((value, i) => Math.abs(value - (changed[i] as number))));
    expect([sign, most > 0.1]).toEqual([sign, true]);
  }
});

/** Correlation of two pictures. */
const likeness = (a: Float32Array, b: Float32Array) => {
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    const [u, v] = [value - meanA, (b[i] as number) - meanB];
    ab += u * v;
    aa += u * u;
    bb += v * v;
  });
  return ab / Math.sqrt(aa * bb);
};

test("two pictures of a patient are more alike than pictures of two patients, and never the same", () => {
  let alike = 0;
  for (let patient = 0; patient < 20; patient++) {
    const first = draw(basic(patient, [], { view: "PA" }));
    const second = draw(basic(patient, [], { view: "PA", seeds: [10, patient] }));
    const other = draw(basic(patient + 20, [], { view: "PA", seeds: [10, patient] }));
    expect(second).not.toEqual(first);
    if (likeness(first, second) > likeness(first, other)) alike++;
  }
  expect(alike).toBeGreaterThanOrEqual(14);
});

test("brightness lies in [0, 1], the sides have the shape asked for, and a child's chest is drawn smaller", () => {
  const wide = basic(3, ["devices"], { shape: 1.25 });
  expect(sizeOf(wide, size)).toEqual([48, 38]);
  const { values, width, height } = drawPicture(wide, 5, size);
  expect([width, height, values.length]).toEqual([48, 38, 48 * 38]);
  expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
  const lung = (age: number) => {
    const film = draw(basic(8, [], { age, view: "PA" }));
    return film.filter((value) => value > 0.05 && value < 0.4).length;
  };
  expect(lung(1)).toBeLessThan(0.8 * lung(40));
});
