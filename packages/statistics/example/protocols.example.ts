import { compareModels, seededRandom } from "@cxrkit/statistics";

// Thirty patients with four images each: the images of a patient are nearly the same, so there are thirty
// observations, not a hundred and twenty.
const random = seededRandom(26);
const rows = Array.from({ length: 30 }, (_, patient) => {
  const label = patient % 3 === 0 ? 1 : 0;
  const [first, second] = [random() + 0.25 * label, random() + 0.25 * label];
  const images = Array.from(
    { length: 4 },
    () => [first + 0.05 * random(), second + 0.05 * random()] as const,
  );
  return images.map(([a, b]) => ({ patient, label, a, b }));
}).flat();

const column = (values: number[]) => ({ data: values, rows: values.length, columns: 1 });
const input = {
  labels: column(rows.map(({ label }) => label)),
  models: { first: column(rows.map(({ a }) => a)), second: column(rows.map(({ b }) => b)) },
  findings: ["cardiomegaly"],
  patients: rows.map(({ patient }) => patient),
};

export const published = compareModels(input, { seed: 1, protocol: "as-published" }).pairs[0]?.macro;
export const corrected = compareModels(input, { seed: 1 }).pairs[0]?.macro;
// The same difference, −0.163: published p 0.001, interval −0.288 to −0.051; corrected p 0.13, −0.399 to +0.047.
