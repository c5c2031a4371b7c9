import { randomStream, shuffleInPlace } from "./_random.js";
import type { Finding } from "./findings.js";

/** One image that is to be drawn. */
export interface SyntheticImage {
  /** File name, as `00000001_000.png`. */
  readonly imageId: string;
  /** Number of the patient, from 1. */
  readonly patient: number;
  /** Number of the picture among the patient's, from 0. */
  readonly followUp: number;
  readonly split: "train" | "test";
  readonly age: number;
  readonly sex: "F" | "M";
  readonly view: "PA" | "AP";
  readonly findings: ReadonlySet<Finding>;
}

/** Chance of each finding in a picture that has any. */
const chances: readonly (readonly [Finding, number])[] = [
  ["cardiomegaly", 0.3],
  ["pleural_effusion", 0.3],
  ["nodule", 0.28],
  ["mass", 0.26],
  ["consolidation", 0.28],
  ["pneumothorax", 0.26],
  ["atelectasis", 0.06],
  ["edema", 0.05],
  ["infiltration", 0.05],
];
const noFindingChance = 0.4;

/** Plans patients, splits and findings; patient by patient, picture by picture. */
export function planCollection(options: {
  readonly images: number;
  readonly patients: number;
  readonly seed: number;
  readonly testFraction: number;
}): SyntheticImage[] {
  const { images, patients, seed, testFraction } = options;
  const random = randomStream(seed, 12);
  const numPictures = Array.from({ length: patients }, () => 1);
  for (let extra = patients; extra < images; extra++) {
    const patient = Math.floor(random() * patients);
    numPictures[patient] = (numPictures[patient] as number) + 1;
  }
  const numTest = Math.min(patients - 1, Math.max(1, Math.round(patients * testFraction)));
  const order = shuffleInPlace(Array.from(numPictures.keys()), random);
  const testPatients = new Set(order.slice(0, numTest));
  return numPictures.flatMap((count, index) => {
    const own = randomStream(seed, 13, index);
    const age = 18 + Math.floor(own() * 70);
    const sex = own() < 0.45 ? "F" : "M";
    return Array.from({ length: count }, (_, followUp): SyntheticImage => {
      const name = `${String(index + 1).padStart(8, "0")}_${String(followUp).padStart(3, "0")}.png`;
      return {
        imageId: name,
        patient: index + 1,
        followUp,
        split: testPatients.has(index) ? "test" : "train",
        age: Math.min(95, age + Math.floor(followUp / 2)),
        sex,
        view: own() < 0.6 ? "PA" : "AP",
        findings: drawFindings(own),
      };
    });
  });
}

function drawFindings(random: () => number): Set<Finding> {
  if (random() < noFindingChance) return new Set();
  for (;;) {
    const drawn = chances.filter(([, chance]) => random() < chance).map(([finding]) => finding);
    if (drawn.length > 0) return new Set(drawn);
  }
}
