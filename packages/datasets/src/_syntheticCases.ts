import type { SignStrengths } from "./_drawSigns.js";
import { randomStream, shuffleInPlace } from "./_random.js";
import { drawLabels, type StudyLabels, signsOf } from "./_syntheticLabels.js";
import type { Profile } from "./_syntheticProfile.js";

/** One picture that is to be drawn. Patients, their studies and the pictures of a study are numbered from 0. */
export interface Picture {
  /** Number of the picture in the collection. */
  readonly index: number;
  readonly patient: number;
  readonly study: number;
  /** Number of the picture in its study. */
  readonly inStudy: number;
  /** Number of the picture among the patient's. */
  readonly ofPatient: number;
  /** Whether the patient is kept from training. */
  readonly isHeldOut: boolean;
  readonly female: boolean;
  /** Age at the study, in years. */
  readonly age: number;
  readonly view: string;
  readonly isLateral: boolean;
  /** Width over height. */
  readonly shape: number;
  readonly labels: StudyLabels;
  readonly signs: SignStrengths;
  /** Keys of the picture's random streams. */
  readonly seeds: readonly number[];
}

/** Keys of the random streams, so that no two of them meet. */
const keys = { counts: 40, patient: 41, study: 42, picture: 43, body: 44, shared: 45, table: 46 } as const;

/** Random stream for the details of a picture in the tables, as its identifiers. */
export function tableStream(seed: number, ...further: readonly number[]): () => number {
  return randomStream(seed, keys.table, ...further);
}

/** Keys of a patient's body. */
export function bodySeeds(seed: number, patient: number): readonly number[] {
  return [seed, keys.body, patient];
}

/** Plans the pictures of a collection: patient by patient, study by study. */
export function planPictures(
  profile: Profile,
  {
    images,
    patients,
    seed,
    testFraction,
  }: Readonly<Record<"images" | "patients" | "seed" | "testFraction", number>>,
): Picture[] {
  const random = randomStream(seed, keys.counts);
  const counts = new Int32Array(patients).fill(1);
  for (let extra = patients; extra < images; extra++) {
    let patient = Math.floor(random() * patients);
    while ((counts[patient] as number) >= (profile.mostImages ?? Number.POSITIVE_INFINITY))
      patient = (patient + 1) % patients;
    counts[patient] = (counts[patient] as number) + 1;
  }
  const numHeldOut = Math.min(patients - 1, Math.max(1, Math.round(patients * testFraction)));
  const order = shuffleInPlace(Array.from(counts.keys()), random);
  const heldOut = new Set(order.slice(0, numHeldOut));
  const pictures: Picture[] = [];
  counts.forEach((count, patient) => {
    for (const picture of planPatient(profile, seed, patient, count, heldOut.has(patient)))
      pictures.push({ ...picture, index: pictures.length });
  });
  return pictures;
}

/** Plans the pictures of one patient. */
function planPatient(
  profile: Profile,
  seed: number,
  patient: number,
  count: number,
  isHeldOut: boolean,
): Omit<Picture, "index">[] {
  const random = randomStream(seed, keys.patient, patient);
  const [mean, deviation, least, greatest] = profile.age;
  const spread = random() + random() + random() + random() - 2;
  const firstAge = Math.min(greatest, Math.max(least, mean + spread * deviation * Math.sqrt(3)));
  const female = random() < profile.femaleShare;
  const pictures: Omit<Picture, "index">[] = [];
  for (let study = 0; pictures.length < count; study++) {
    const own = randomStream(seed, keys.study, patient, study);
    const shared = (key: number) => randomStream(seed, keys.shared, patient, key)();
    const labels = drawLabels(profile, { own, patient: shared });
    const signs = signsOf(labels, own);
    const hasLateral = own() < (profile.lateral?.[1] ?? 0) && pictures.length + 2 <= count;
    const frontal = viewOf(profile, own());
    const shape = profile.shapes[Math.floor(own() * profile.shapes.length)] as number;
    const views = hasLateral ? [frontal, profile.lateral?.[0] as string] : [frontal];
    views.forEach((view, inStudy) => {
      pictures.push({
        ...{ patient, study, inStudy, ofPatient: pictures.length, isHeldOut, female, labels, signs, view },
        age: Math.min(greatest, firstAge + 0.4 * study),
        isLateral: inStudy === 1,
        shape: inStudy === 1 ? Math.min(shape, 1 / shape) : shape,
        seeds: [seed, keys.picture, patient, study, inStudy],
      });
    });
  }
  return pictures;
}

function viewOf({ views }: Profile, uniform: number): string {
  let rest = uniform * views.reduce((sum, [, share]) => sum + share, 0);
  for (const [view, share] of views) {
    rest -= share;
    if (rest < 0) return view;
  }
  return (views.at(-1) as readonly [string, number])[0];
}
