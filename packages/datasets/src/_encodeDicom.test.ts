import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { encodeDicom, randomUid } from "./_encodeDicom.js";
import type { DicomPicture } from "./_encodeDicomElements.js";
import { randomStream } from "./_random.js";
import { decodeImage } from "./decodeImage.js";
import { readDicomHeader } from "./readDicomHeader.js";

const folder = new URL("../fixtures/pydicom-reads/", import.meta.url);

/** A small picture with runs and noise, so that run-length coding meets both. */
const picture = (given: Partial<DicomPicture> = {}): DicomPicture => {
  const random = randomStream(8);
  const uid = () => randomUid(random);
  return {
    width: 9,
    height: 7,
    pixels: Uint16Array.from({ length: 63 }, (_, i) => (i % 9 < 4 ? 300 : (i * 577) % 4096)),
    ...{
      bitsStored: 12,
      photometricInterpretation: "MONOCHROME2",
      modality: "CR",
      transferSyntax: "explicit",
    },
    ...{ window: { center: 2048, width: 4096 }, rescale: { slope: 1, intercept: 0 }, pixelSpacingMm: 0.139 },
    ...{ viewPosition: "PA", patientId: "0123abc", uids: { study: uid(), series: uid(), image: uid() } },
    ...given,
  };
};

/** The files that pydicom has read: what is in them stands in pydicom.json. */
const cases: Readonly<Record<string, DicomPicture>> = {
  "explicit-cr.dcm": picture({ patientSex: "F", patientAge: "063Y" }),
  "implicit-dx.dcm": picture({
    transferSyntax: "implicit",
    modality: "DX",
    photometricInterpretation: "MONOCHROME1",
  }),
  "rle-cr.dcm": picture({ transferSyntax: "rle", bitsStored: 14, date: "20140211" }),
  "deflated-dx.dcm": picture({ transferSyntax: "deflated", modality: "DX", viewPosition: "AP" }),
};

interface Reading {
  readonly version: string;
  readonly files: Readonly<
    Record<string, { readonly pixels: number[]; readonly elements: Record<string, string> }>
  >;
}
const reading = JSON.parse(readFileSync(new URL("pydicom.json", folder), "utf8")) as Reading;

test("files are byte for byte those that pydicom has read, but for the deflated one, which depends on zlib", () => {
  for (const [name, given] of Object.entries(cases)) {
    if (name.startsWith("deflated")) continue;
    expect([name, Buffer.from(encodeDicom(given)).equals(readFileSync(new URL(name, folder)))]).toEqual([
      name,
      true,
    ]);
  }
});

test("pydicom has read the pixels and the elements that were written, warnings counting as errors", () => {
  for (const [name, given] of Object.entries(cases)) {
    const { pixels, elements } = reading.files[name] as Reading["files"][string];
    expect(pixels).toEqual([...given.pixels]);
    expect(elements).toMatchObject({
      Modality: given.modality,
      PhotometricInterpretation: given.photometricInterpretation,
      BitsStored: String(given.bitsStored),
      PatientSex: given.patientSex ?? "",
      SOPInstanceUID: given.uids.image,
      ViewPosition: given.viewPosition,
      WindowCenter: "2048",
    });
  }
});

test("every transfer syntax gives back its pixels and header", async () => {
  for (const given of Object.values(cases)) {
    const bytes = encodeDicom(given);
    const image = await decodeImage(bytes);
    expect([...image.pixels]).toEqual([...given.pixels]);
    expect([image.width, image.height, image.bitsStored]).toEqual([9, 7, given.bitsStored]);
    const header = readDicomHeader(bytes);
    expect(header.patientSex).toBe(given.patientSex ?? null);
    expect(header.patientAgeYears).toBe(given.patientAge === undefined ? null : 63);
    expect(header.modality).toBe(given.modality);
  }
});

test("run-length coding gives back long runs, long stretches without one, and what mixes both", async () => {
  const random = randomStream(5);
  for (const pixels of [
    new Uint16Array(1000).fill(700),
    Uint16Array.from({ length: 1000 }, (_, i) => (i * 7919) % 4096),
    Uint16Array.from({ length: 1000 }, () => (random() < 0.7 ? 5 : Math.floor(random() * 4096))),
  ]) {
    const image = await decodeImage(
      encodeDicom(picture({ width: 40, height: 25, pixels, transferSyntax: "rle" })),
    );
    expect([...image.pixels]).toEqual([...pixels]);
  }
});

test("identifiers are under 2.25, of at most 64 characters, and differ", () => {
  const random = randomStream(2);
  const uids = Array.from({ length: 200 }, () => randomUid(random));
  for (const uid of uids) expect(uid).toMatch(/^2\.25\.[1-9]\d{30,38}$/);
  expect(new Set(uids).size).toBe(200);
});
