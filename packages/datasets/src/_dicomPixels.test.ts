import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dataPath } from "../test/tinyDataset.js";
import { type DecodedImage, decodeImage } from "./decodeImage.js";

interface Expected {
  readonly file: string;
  readonly transfer_syntax?: string;
  readonly frames: number;
  readonly rows: number;
  readonly cols: number;
  readonly bits_stored: number;
  readonly photometric: string;
  readonly pixel_representation: number;
  readonly array_shape: readonly number[];
  readonly sha256_pixels: string;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

const manifest = dataPath("dicom/manifest.json");
const isThere = existsSync(manifest);
const reason = isThere ? "" : ` (left out: ${manifest} is not there)`;
const files: readonly Expected[] = isThere ? JSON.parse(readFileSync(manifest, "utf8")).files : [];
const bytesOf = (file: string) => readFileSync(dataPath(`dicom/${file}`));

function sumOf(values: DecodedImage["pixels"]): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum;
}

/** Why each of these is no radiograph that can be decoded. */
const refused: Readonly<Record<string, RegExp>> = {
  "ExplVR_BigEnd.dcm": /colour channels must be equal, got 0 instead of 255 in row 0, column 8/,
  "ExplVR_LitEndNoMeta.dcm": /must hold pixel data/,
  "MR_truncated.dcm": /pixel data must have 8192 bytes for 64 × 64 pixels of 16 bits .*, got 8130/,
  "SC_jpeg_no_color_transform.dcm": /channels must be equal/,
  "SC_jpeg_no_color_transform_2.dcm": /channels must be equal/,
  "SC_rgb_dcmtk_+eb+cr.dcm": /channels must be equal/,
  "SC_rgb_dcmtk_+eb+cy+n1.dcm": /channels must be neutral, got 85 instead of 128/,
  "SC_rgb_dcmtk_+eb+cy+n2.dcm": /channels must be neutral/,
  "SC_rgb_dcmtk_+eb+cy+np.dcm": /channels must be neutral/,
  "SC_rgb_dcmtk_+eb+cy+s2.dcm": /channels must be neutral/,
  "SC_rgb_gdcm_KY.dcm": /channels must be equal/,
  "SC_rgb_jls_lossy_line.dcm": /channels must be equal/,
  "SC_rgb_jls_lossy_sample.dcm": /channels must be equal/,
  "SC_rgb_jpeg.dcm": /channels must be equal/,
  "SC_rgb_jpeg_app14_dcmd.dcm": /channels must be equal/,
  "SC_rgb_jpeg_dcmd.dcm": /channels must be equal/,
  "SC_rgb_jpeg_dcmtk.dcm": /channels must be neutral/,
  "SC_rgb_jpeg_gdcm.dcm": /channels must be equal/,
  "SC_rgb_jpeg_lossy_gdcm.dcm": /channels must be neutral/,
  "SC_rgb_rle.dcm": /channels must be equal/,
  "SC_rgb_rle_16bit.dcm": /channels must be equal, got 0 instead of 65535/,
  "SC_rgb_rle_16bit_2frame.dcm": /channels must be equal/,
  "SC_rgb_rle_2frame.dcm": /channels must be equal/,
  "SC_rgb_rle_32bit.dcm": /bits allocated must be 8 or 16, got 32/,
  "SC_rgb_rle_32bit_2frame.dcm": /bits allocated must be 8 or 16, got 32/,
  "SC_rgb_small_odd.dcm": /channels must be equal/,
  "SC_rgb_small_odd_jpeg.dcm": /channels must be neutral/,
  "SC_ybr_full_422_uncompressed.dcm": /native colour pixels must not be subsampled/,
  "UN_sequence.dcm": /must hold pixel data/,
  "empty_charset_LEI.dcm": /must hold pixel data/,
  "examples_jpeg2k.dcm": /channels must be equal/,
  "examples_palette.dcm": /palette must be grey/,
  "examples_rgb_color.dcm": /channels must be equal, got 44 instead of 45 in row 75, column 15/,
  "examples_ybr_color.dcm": /channels must be neutral/,
  "liver_1frame.dcm": /bits allocated must be 8 or 16, got 1/,
  "no_meta_group_length.dcm": /must hold pixel data/,
  "priv_SQ.dcm": /must hold pixel data/,
  "reportsi.dcm": /must hold pixel data/,
  "rtdose.dcm": /bits allocated must be 8 or 16, got 32/,
  "rtdose_1frame.dcm": /bits allocated must be 8 or 16, got 32/,
  "rtdose_expb.dcm": /bits allocated must be 8 or 16, got 32/,
  "rtdose_expb_1frame.dcm": /bits allocated must be 8 or 16, got 32/,
  "rtdose_rle.dcm": /bits allocated must be 8 or 16, got 32/,
  "rtdose_rle_1frame.dcm": /bits allocated must be 8 or 16, got 32/,
  "rtplan.dcm": /must hold pixel data/,
  "rtstruct.dcm": /must hold pixel data/,
  "test-SR.dcm": /must hold pixel data/,
  "waveform_ecg.dcm": /must hold pixel data/,
};

/**
 * Two files whose lossy coding overshoots what the stored bits can hold. The reference cuts the bits above off, which
 * turns white into black, or leaves values of more bits; ours are clamped.
 */
const overshooting = new Set(["generated/m1_12_j2k_lossy.dcm", "real/WG04_RG3_JPLY.dcm"]);

const nameOf = (file: string) => file.slice(file.indexOf("/") + 1);
const decodable = files.filter(({ file }) => !Object.hasOwn(refused, nameOf(file)));

function hashOf({ pixels }: DecodedImage): string {
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  return createHash("sha256").update(bytes).digest("hex");
}

test
  .skipIf(!isThere)
  .each(
    decodable
      .filter(({ file }) => !overshooting.has(file))
      .map(
        ({ file, ...rest }) => [file, rest.transfer_syntax ?? "unnamed syntax", { file, ...rest }] as const,
      ),
  )(
  `every stored value of %s, %s, is that of the reference, lossy or not${reason}`,
  async (file, _, expected) => {
    const image = await decodeImage(bytesOf(file));
    expect(image).toMatchObject({
      height: expected.rows,
      width: expected.cols,
      bitsStored: expected.bits_stored,
      signed: expected.pixel_representation === 1,
      photometricInterpretation: expected.photometric,
    });
    expect(image.pixels).toHaveLength(expected.rows * expected.cols);
    expect(hashOf(image)).toBe(expected.sha256_pixels);
  },
);

test.skipIf(!isThere)(
  `64 of the 112 files are images, and each of the others is refused for its reason${reason}`,
  () => {
    expect(decodable).toHaveLength(files.length - Object.keys(refused).length);
    expect([files.length, decodable.length]).toEqual([112, 64]);
  },
);

test.skipIf(!isThere).each(
  files.flatMap(({ file, frames }) => {
    const why = refused[nameOf(file)];
    return why === undefined ? [] : [[file, why, frames] as const];
  }),
)(`%s is refused: %s${reason}`, async (file, why, frames) => {
  const decoding = decodeImage(bytesOf(file), frames > 1 ? { frame: 0 } : {});
  await expect(decoding).rejects.toThrow(why);
  await expect(decoding).rejects.toThrow(RangeError);
});

test.skipIf(!isThere)(`values that a lossy coding overshoots are clamped, not wrapped${reason}`, async () => {
  const of = (name: string) => files.find(({ file }) => file === name) as Expected;
  const leg = of("real/WG04_RG3_JPLY.dcm");
  const { pixels } = await decodeImage(bytesOf(leg.file));
  // The reference has 0 in eight places, in which ours is the largest value of 10 bits; all others are equal.
  expect(sumOf(pixels) - Math.round(leg.mean * pixels.length)).toBe(8 * 1023);
  const chest = of("generated/m1_12_j2k_lossy.dcm");
  const clamped = await decodeImage(bytesOf(chest.file));
  expect(Math.min(...clamped.pixels)).toBe(chest.min);
  expect([Math.max(...clamped.pixels), chest.max]).toEqual([4095, 4146]);
  expect([sumOf(clamped.pixels) / clamped.pixels.length]).toBeAllclose([chest.mean], { rtol: 1e-4 });
});

test.skipIf(!isThere)(`one image in four codings is one image${reason}`, async () => {
  const codings = ["J2KR", "JLSL", "JPLL"].map((name) => decodeImage(bytesOf(`real/WG04_RG3_${name}.dcm`)));
  const hashes = (await Promise.all(codings)).map(hashOf);
  expect(new Set(hashes).size).toBe(1);
});

test.skipIf(!isThere)(`an image of several frames needs a frame to be named${reason}`, async () => {
  const file = bytesOf("pydicom_small/examples_ybr_color.dcm");
  await expect(decodeImage(file)).rejects.toThrow(
    "image must have one frame, got 30; name one of 0 to 29 in the option frame",
  );
  await expect(decodeImage(file, { frame: 30 })).rejects.toThrow(
    "frame must be less than the 30 there are, got 30",
  );
});
