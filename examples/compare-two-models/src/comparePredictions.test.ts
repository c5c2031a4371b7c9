import { tableFromArrays, tableToIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { comparePredictions } from "./comparePredictions.js";
import { drawComparison } from "./drawComparison.js";
import { readPredictionFile } from "./readPredictionFile.js";

const header = "imageId,patientId,label:mass,score:mass";
const a = `${header}\ni1,p1,0,0.1\ni2,p1,0,0.4\ni3,p2,1,0.35\ni4,p3,1,0.8\ni5,p4,,0.9\n`;
const b = `${header}\ni4,p3,1,0.9\ni3,p2,1,0.7\ni2,p1,0,0.2\ni1,p1,0,0.1\ni5,p4,,0.9\n`;
const read = (name: string, text: string) => readPredictionFile(name, new TextEncoder().encode(text));
const compare = (first: string, second: string) =>
  comparePredictions({ a: read("a", first), b: read("b", second) }, { seed: 1, replicates: 100 });

test("two files are matched by image and compared by patient", () => {
  const { comparison, workingPoints } = compare(a, b);
  expect(comparison.models.a?.perFinding[0]?.estimate).toBe(0.75);
  expect(comparison.models.b?.perFinding[0]?.estimate).toBe(1);
  expect(comparison.models.a?.perFinding[0]?.numMissing).toBe(1);
  expect(comparison.method.numResampled).toBe(4);
  expect(workingPoints.b?.[0]).toEqual({ threshold: 0.7, sensitivity: 1, specificity: 1 });
});

test("an Arrow file says the same as the CSV it stands for", () => {
  const table = tableFromArrays({
    imageId: ["i1", "i2", "i3", "i4", "i5"],
    patientId: ["p1", "p1", "p2", "p3", "p4"],
    "label:mass": [0, 0, 1, 1, null],
    "score:mass": Float64Array.of(0.1, 0.4, 0.35, 0.8, 0.9),
  });
  expect(readPredictionFile("a", tableToIPC(table, "file"))).toEqual(read("a", a));
});

test("the comparison is drawn as one page without a script", async () => {
  const html = await drawComparison(compare(a, b), "Made today");
  expect(html).toContain("a and b on 5 images");
  expect(html).toContain("Mass");
  expect(html).not.toContain("<script");
});

test.each([
  ["an image that is not there", b.replace("i2,", "i9,"), "b must have a row of image i2, got none"],
  [
    "another label",
    b.replace("i2,p1,0", "i2,p1,1"),
    "b must have the labels of a, got 1 for mass of image i2",
  ],
  [
    "no such column",
    b.replaceAll("score:mass", "score:other"),
    "b must have the column score:mass, got none",
  ],
  ["no rows", `${header}\n`, "b must have rows, got none"],
  ["an image twice", `${b}i1,p1,0,0.2\n`, "b must have each image once, got i1 again"],
  [
    "a word for a score",
    b.replace("0.9\n", "high\n"),
    'b must have numbers, got "high" in score:mass of image i4',
  ],
  ["no score", b.replace("0.9\n", "\n"), 'b must have numbers, got "" in score:mass of image i4'],
  [
    "no imageId",
    b.replace("imageId", "id"),
    "b must have the column imageId, got id, patientId, label:mass, score:mass",
  ],
])("a file with %s is refused", (_, broken, message) => {
  expect(() => compare(a, broken)).toThrow(message);
});
