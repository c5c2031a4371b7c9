import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decodeImage } from "./decodeImage.js";
import { readDicomHeader } from "./readDicomHeader.js";

const fixture = JSON.parse(
  readFileSync(new URL("../fixtures/pydicom/decode.json", import.meta.url), "utf8"),
) as {
  width: number;
  height: number;
  cases: {
    name: string;
    file: string;
    options: { frame?: number };
    signed: boolean;
    bitsStored: number;
    photometricInterpretation: string;
    bytesPerValue: number;
    sha256: string;
  }[];
};

test.each(fixture.cases.map((one) => [one.name, one] as const))(
  "stored values agree with pydicom: %s",
  async (_, { file, options, sha256, bytesPerValue, name: __, ...expected }) => {
    const { pixels, dicom, ...rest } = await decodeImage(Buffer.from(file, "base64"), options);
    expect(rest).toEqual({ width: fixture.width, height: fixture.height, ...expected });
    const kind = bytesPerValue === 1 ? Uint8Array : expected.signed ? Int16Array : Uint16Array;
    expect(pixels.constructor).toBe(kind);
    const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
    expect(dicom).toEqual(readDicomHeader(Buffer.from(file, "base64")));
  },
);

test("decoding does not change the file's bytes, nor share them", async () => {
  for (const { file, options } of fixture.cases) {
    const bytes = Buffer.from(file, "base64");
    const { pixels } = await decodeImage(bytes, options);
    pixels.fill(1);
    expect(bytes.equals(Buffer.from(file, "base64"))).toBe(true);
  }
});
