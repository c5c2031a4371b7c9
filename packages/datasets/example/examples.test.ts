import { expect, test } from "vitest";
import { labels, weights } from "./applyLabelPolicy.example.js";
import { report } from "./checkImageFiles.example.js";
import { card } from "./datasetCard.example.js";
import { bitsStored, height, pixels, width } from "./decodeImage.example.js";
import { images, overlaps, splits } from "./describeDataset.example.js";
import { pixels as greyPixels, maximum, wholeRange } from "./presentGrey.example.js";
import {
  columns,
  patientAgeYears,
  patientSex,
  photometricInterpretation,
  rows,
  windows,
} from "./readDicomHeader.example.js";
import { full, pretraining, reduced } from "./studyFindings.example.js";
import { manifest, written } from "./writeSyntheticDataset.example.js";

test("the example of decodeImage gives two 16-bit values", () => {
  expect([width, height, bitsStored]).toEqual([2, 1, 16]);
  expect([...pixels]).toEqual([1000, 65535]);
});

test("the example of readDicomHeader gives a woman of 63 years", () => {
  expect([rows, columns, photometricInterpretation]).toEqual([1, 3, "MONOCHROME1"]);
  expect([patientSex, patientAgeYears]).toEqual(["F", 63]);
  expect(windows).toEqual([{ center: 2048, width: 4096, function: "LINEAR" }]);
});

test("the example of presentGrey gives the largest stored value as black", () => {
  expect([[...greyPixels], maximum]).toEqual([[65535, 43690, 0], 65535]);
  expect(wholeRange.pixels).toEqual(greyPixels);
});

test("the example of applyLabelPolicy gives labels and weights", () => {
  expect([...labels.data]).toEqual([1, 0, 0, 1, 0, 1, Number.NaN, 0]);
  expect([...weights]).toEqual([2, 1]);
});

test("the example of splitByPatient gives three disjoint parts", () => {
  expect(overlaps).toEqual([]);
  expect(images).toBe(20);
  expect([splits.train?.patients, splits.valid?.patients, splits.test?.patients]).toEqual([7, 2, 3]);
});

test("the example of studyFindings gives lists that fit together", () => {
  expect([full.length, reduced.length, pretraining.length]).toEqual([9, 5, 5]);
  expect(pretraining[2]).toBe("pneumonia");
});

test("the example of checkImageFiles finds the image that is gone", () => {
  expect([report.absent.length, report.readable, report.duplicates.length]).toEqual([1, 5, 0]);
});

test("the example of writeSyntheticDataset gives a collection that its reader understands", () => {
  expect([written.numImages, written.numPatients]).toEqual([24, 12]);
  expect(manifest.table.numRows).toBe(24);
  expect(manifest.warnings).toEqual([]);
});

test("the example of the guide counts a collection", () => {
  expect(card.dataset).toBe("padchest");
  expect(card.read.images).toBe(40);
});
