import { expect, test } from "vitest";
import { comparePredictions } from "./comparePredictions.js";

const header = "imageId,patientId,label:mass,score:mass";
const a = `${header}\ni1,p1,0,0.1\ni2,p1,0,0.4\ni3,p2,1,0.35\ni4,p3,1,0.8\ni5,p4,,0.9\n`;
const b = `${header}\ni4,p3,1,0.9\ni3,p2,1,0.7\ni2,p1,0,0.2\ni1,p1,0,0.1\ni5,p4,,0.9\n`;

test("two files are matched by image and compared by patient", () => {
  const { comparison, workingPoints } = comparePredictions({ a, b }, { seed: 1, replicates: 100 });
  expect(comparison.models.a?.perFinding[0]?.estimate).toBe(0.75);
  expect(comparison.models.b?.perFinding[0]?.estimate).toBe(1);
  expect(comparison.models.a?.perFinding[0]?.numMissing).toBe(1);
  expect(comparison.method.numResampled).toBe(4);
  expect(workingPoints.b?.[0]).toEqual({ threshold: 0.7, sensitivity: 1, specificity: 1 });
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
  [
    "no imageId",
    b.replace("imageId", "id"),
    "b must have the column imageId, got id, patientId, label:mass, score:mass",
  ],
])("a file with %s is refused", (_, broken, message) => {
  expect(() => comparePredictions({ a, b: broken }, { seed: 1 })).toThrow(`comparePredictions: ${message}`);
});
