import { expect, test } from "vitest";
import { randomStream } from "./_random.js";
import { type Picture, planPictures } from "./_syntheticCases.js";
import { layouts } from "./_syntheticCollection.js";
import { signsOf } from "./_syntheticLabels.js";
import { balanced, type FindingRate } from "./_syntheticProfile.js";
import type { Finding } from "./findings.js";
import { type DatasetName, datasetNames } from "./Manifest.js";

const plan = (name: DatasetName, images: number, patients = images, isBalanced = false): Picture[] => {
  const { profile } = layouts[name];
  const options = { images, patients, seed: 31, testFraction: 0.2 };
  return planPictures(isBalanced ? balanced(profile) : profile, options);
};
const shareOf = (pictures: readonly Picture[], finding: Finding, label: number) =>
  pictures.filter(({ labels }) => labels.get(finding) === label).length / pictures.length;
/** Five standard deviations of a binomial share. */
const bound = (share: number, count: number) => 5 * Math.sqrt((share * (1 - share)) / count) + 1e-9;

const numImages = 8000;
for (const name of datasetNames)
  test(`${name}: each label has the share of its profile within binomial bounds`, () => {
    const { profile } = layouts[name];
    const pictures = plan(name, numImages);
    const check = (share: number, expected: number, what: string) =>
      expect([what, Math.abs(share - expected) < bound(expected, numImages)]).toEqual([what, true]);
    check(shareOf(pictures, "no_finding", 1), profile.normal, "no_finding");
    const rates: readonly FindingRate[] = [...profile.rates, ...(profile.besides ?? [])];
    for (const { finding, present, uncertain = 0, absent = 0, mild = 0 } of rates) {
      check(shareOf(pictures, finding, 1), present, `${finding} present`);
      check(shareOf(pictures, finding, -1), uncertain, `${finding} uncertain`);
      check(shareOf(pictures, finding, 0), absent, `${finding} absent`);
      check(shareOf(pictures, finding, 0.5), mild, `${finding} slight`);
    }
  });

test("balanced shares leave no finding rare and two fifths without any", () => {
  for (const name of datasetNames) {
    const pictures = plan(name, 2000, 2000, true);
    expect(Math.abs(shareOf(pictures, "no_finding", 1) - 0.4)).toBeLessThan(0.06);
    for (const { finding } of layouts[name].profile.rates)
      expect([name, finding, shareOf(pictures, finding, 1) > 0.06]).toEqual([name, finding, true]);
  }
});

test("a study without findings has no other finding, and where shares allow, every other study has one", () => {
  for (const name of datasetNames) {
    const besides = layouts[name].profile.besides?.map(({ finding }) => finding) ?? [];
    const total = layouts[name].profile.rates.reduce((sum, { present }) => sum + present, 0);
    for (const { labels } of plan(name, 1500)) {
      const present = [...labels].filter(([finding, label]) => label === 1 && !besides.includes(finding));
      const isNormal = labels.has("no_finding");
      if (isNormal) expect(present).toEqual([["no_finding", 1]]);
      else if (total >= 1 - layouts[name].profile.normal) expect(present.length).toBeGreaterThan(0);
    }
  }
});

test("findings of one group come together more often than by chance, and chronic ones stay with the patient", () => {
  const pictures = plan("mimic-cxr", 12_000).filter(({ labels }) => !labels.has("no_finding"));
  const [heart, edema] = [shareOf(pictures, "cardiomegaly", 1), shareOf(pictures, "edema", 1)];
  const both = pictures.filter(({ labels }) => labels.get("cardiomegaly") === 1 && labels.get("edema") === 1);
  expect(both.length / pictures.length).toBeGreaterThan(1.1 * heart * edema);
  const repeated = plan("padchest", 9000, 3000);
  const first = repeated.filter(({ study }) => study === 0);
  const again = new Map(
    repeated.filter(({ study }) => study === 1).map((picture) => [picture.patient, picture]),
  );
  const pairs = first.flatMap((picture) => {
    const next = again.get(picture.patient);
    return next !== undefined && picture.labels.get("cardiomegaly") === 1 ? [next] : [];
  });
  expect(shareOf(repeated, "cardiomegaly", 1)).toBeLessThan(0.12);
  expect(shareOf(pairs, "cardiomegaly", 1)).toBeGreaterThan(0.4);
});

test("pictures add up to the images asked for, patients are kept apart, a study's pictures share labels and signs", () => {
  const pictures = plan("chexpert", 500, 200);
  expect(pictures.map(({ index }) => index)).toEqual(pictures.map((_, i) => i));
  expect(new Set(pictures.map(({ patient }) => patient)).size).toBe(200);
  expect(new Set(pictures.filter(({ isHeldOut }) => isHeldOut).map(({ patient }) => patient)).size).toBe(40);
  for (const picture of pictures.filter(({ inStudy }) => inStudy === 1)) {
    const frontal = pictures[picture.index - 1] as Picture;
    expect([frontal.patient, frontal.study, frontal.isLateral]).toEqual([
      picture.patient,
      picture.study,
      false,
    ]);
    expect(picture.labels).toBe(frontal.labels);
    expect(picture.signs).toBe(frontal.signs);
  }
});

test("what is present is drawn plainly, half of what is uncertain faintly, and what is absent not at all", () => {
  const random = randomStream(3);
  const strength = (label: 1 | 0 | -1 | 0.5) => signsOf(new Map([["hernia", label]]), random).get("hernia");
  expect(strength(1)).toBeGreaterThanOrEqual(0.8);
  expect(strength(0)).toBeUndefined();
  expect(strength(0.5)).toBe(0.3);
  const doubted = Array.from({ length: 1000 }, () => strength(-1));
  const drawn = doubted.filter((value) => value !== undefined);
  expect(new Set(drawn)).toEqual(new Set([0.35]));
  expect(Math.abs(drawn.length / 1000 - 0.5)).toBeLessThan(bound(0.5, 1000));
});
