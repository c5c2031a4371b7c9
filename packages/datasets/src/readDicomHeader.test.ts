import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dataPath } from "../test/tinyDataset.js";
import { readDicomHeader } from "./readDicomHeader.js";

/** DICOM JSON (PS3.18 annex F): tags to values. */
type Json = Readonly<Record<string, { readonly Value?: readonly unknown[] }>>;

const { cases } = JSON.parse(
  readFileSync(new URL("../fixtures/pydicom/header.json", import.meta.url), "utf8"),
) as { cases: { name: string; file: string; expected: Json }[] };

const first = (json: Json, tag: string) => json[tag]?.Value?.[0] ?? null;
const all = (json: Json, tag: string) =>
  (json[tag]?.Value ?? []).filter((value) => value !== null) as number[];
const unitsPerYear = { Y: 1, M: 12, W: 365.25 / 7, D: 365.25 };

test.each(cases.map((one) => [one.name, one] as const))(
  "header agrees with pydicom: %s",
  (_, { file, expected }) => {
    const header = readDicomHeader(Buffer.from(file, "base64"));
    const widths = all(expected, "00281051");
    const sex = first(expected, "00100040");
    const age = first(expected, "00101010") as string | null;
    const unit = (age ?? "").at(-1) as keyof typeof unitsPerYear;
    const spacing = [all(expected, "00280030"), all(expected, "00181164")].find(({ length }) => length > 0);
    expect(header).toMatchObject({
      modality: first(expected, "00080060"),
      rows: first(expected, "00280010"),
      columns: first(expected, "00280011"),
      frames: 1,
      samplesPerPixel: first(expected, "00280002"),
      photometricInterpretation: first(expected, "00280004"),
      bitsAllocated: first(expected, "00280100"),
      bitsStored: first(expected, "00280101"),
      highBit: first(expected, "00280102"),
      pixelRepresentation: first(expected, "00280103"),
      rescaleSlope: first(expected, "00281053"),
      rescaleIntercept: first(expected, "00281052"),
      windows: all(expected, "00281050").map((center, i) => ({
        center,
        width: widths[i],
        function: first(expected, "00281056") ?? "LINEAR",
      })),
      pixelPaddingValue: first(expected, "00280120"),
      pixelPaddingRangeLimit: first(expected, "00280121"),
      presentationLutShape: first(expected, "20500020"),
      pixelSpacing: spacing ?? null,
      patientSex: sex === "O" ? null : sex,
      patientAgeYears: age === null ? null : Number.parseInt(age, 10) / unitsPerYear[unit],
      viewPosition: first(expected, "00185101"),
      modalityLut: null,
      voiLut: null,
    });
  },
);

test("the header is the same without pixel data, wherever in these the file breaks off", () => {
  for (const { file } of cases.filter(({ name }) => !name.includes("Deflated"))) {
    const bytes = Buffer.from(file, "base64");
    const whole = readDicomHeader(bytes);
    for (const spared of [1, 6, 11, 12]) expect(readDicomHeader(bytes.subarray(0, -spared))).toEqual(whole);
  }
});

test("of a header that breaks off, what is there is read", () => {
  const { file } = cases.find(({ name }) => name.startsWith("every field, Explicit")) as { file: string };
  const bytes = Buffer.from(file, "base64");
  const header = readDicomHeader(bytes.subarray(0, bytes.indexOf("INVERSE") - 60));
  expect(header).toMatchObject({
    patientSex: "F",
    patientAgeYears: 63,
    viewPosition: "PA",
    rows: 2,
    columns: 3,
  });
  expect(header.presentationLutShape).toBeNull();
});

test("no word of the file other than those of the header comes out", () => {
  for (const { file } of cases)
    expect(JSON.stringify(readDicomHeader(Buffer.from(file, "base64")))).not.toContain("Nobody");
});

test("what is no DICOM file is refused", () => {
  expect(() => readDicomHeader(Buffer.from("Image Index,Finding Labels"))).toThrow(
    "readDicomHeader: file must begin as a DICOM file, got 26 other bytes",
  );
  expect(() => readDicomHeader(new Uint8Array(0))).toThrow(RangeError);
});

const folder = dataPath("dicom");
const reason = existsSync(folder) ? "" : ` (left out: ${folder} is not there)`;
test.skipIf(reason !== "")(
  `every file of the collection has a header that agrees with its list${reason}`,
  () => {
    const { files } = JSON.parse(readFileSync(dataPath("dicom/manifest.json"), "utf8"));
    expect(files).toHaveLength(112);
    for (const { file, ...expected } of files) {
      const header = readDicomHeader(readFileSync(dataPath(`dicom/${file}`)));
      expect([file, header.modality, header.rows, header.columns, header.frames]).toEqual([
        file,
        expected.modality ?? null,
        expected.rows ?? null,
        expected.cols ?? null,
        expected.frames,
      ]);
      expect([file, header.photometricInterpretation, header.bitsStored, header.highBit]).toEqual([
        file,
        expected.photometric ?? null,
        expected.bits_stored ?? null,
        expected.high_bit ?? null,
      ]);
      if (expected.transfer_syntax) expect(header.transferSyntaxUid).toBe(expected.transfer_syntax);
    }
  },
);
