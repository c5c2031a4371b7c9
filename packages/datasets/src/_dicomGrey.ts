import type { DecodedImage } from "./decodeImage.js";
import type { DicomHeader, DicomLut, DicomWindow } from "./readDicomHeader.js";

const where = "presentGrey";

/** The grey value of every possible stored value; of a signed image the entry of zero is in the middle. */
export interface GreyTable {
  readonly table: Uint8Array | Uint16Array;
  readonly maximum: 255 | 65535;
}

/** One entry for each stored value: pixels are many, stored values at most 65,536. */
export function greyTable(image: DecodedImage, window: number | "none" | undefined): GreyTable {
  const { bitsStored, signed, dicom } = image;
  const length = 2 ** bitsStored;
  const lowest = signed ? -length / 2 : 0;
  const rescaled = rescale(dicom);
  const isPadding = paddingTest(dicom);
  const voi = voiOf(dicom, window);
  const toShare = voi ?? wholeRange(image, rescaled, isPadding);
  const hasWideLut =
    voi !== undefined && dicom?.voiLut != null && window === undefined && dicom.voiLut.bits > 8;
  const maximum = bitsStored <= 8 && !hasWideLut ? 255 : 65535;
  const isInverted =
    image.photometricInterpretation === "MONOCHROME1" || dicom?.presentationLutShape === "INVERSE";
  const table = maximum === 255 ? new Uint8Array(length) : new Uint16Array(length);
  if (toShare === undefined) return { table, maximum };
  for (let i = 0; i < length; i++) {
    const stored = lowest + i;
    if (isPadding(stored)) continue;
    const share = toShare(rescaled(stored));
    table[i] = Math.round((isInverted ? 1 - share : share) * maximum);
  }
  return { table, maximum };
}

/** From stored values to those that the windows are given in. */
function rescale(dicom: DicomHeader | undefined): (stored: number) => number {
  if (dicom?.modalityLut != null) {
    const lut = dicom.modalityLut;
    return (stored) => entry(lut, stored);
  }
  const slope = dicom?.rescaleSlope ?? 1;
  const intercept = dicom?.rescaleIntercept ?? 0;
  return (stored) => stored * slope + intercept;
}

function entry({ firstValue, values }: DicomLut, value: number): number {
  const i = Math.floor(value) - firstValue;
  return values[i < 0 ? 0 : i >= values.length ? values.length - 1 : i] as number;
}

function paddingTest(dicom: DicomHeader | undefined): (stored: number) => boolean {
  const value = dicom?.pixelPaddingValue ?? null;
  if (value === null) return () => false;
  const limit = dicom?.pixelPaddingRangeLimit ?? value;
  const [lower, upper] = value < limit ? [value, limit] : [limit, value];
  return (stored) => stored >= lower && stored <= upper;
}

/** From rescaled values to shares of white in [0, 1], by the file's table or window; undefined if it has none. */
function voiOf(
  dicom: DicomHeader | undefined,
  window: number | "none" | undefined,
): ((value: number) => number) | undefined {
  if (window === "none") return undefined;
  if (window === undefined && dicom?.voiLut != null) {
    const lut = dicom.voiLut;
    const scale = 1 / (2 ** lut.bits - 1);
    return (value) => Math.min(1, entry(lut, value) * scale);
  }
  const windows = dicom?.windows ?? [];
  const chosen = windows[window ?? 0];
  if (chosen !== undefined) return windowed(chosen);
  if (window === undefined) return undefined;
  throw new RangeError(
    `${where}: window must be one of the file's ${windows.length}, counted from 0, got ${window}`,
  );
}

/** The three functions of PS3.3 C.11.2.1.2 and C.11.2.1.3, with an output range of [0, 1]. */
function windowed({ center, width, function: shape }: DicomWindow): (value: number) => number {
  const isTooNarrow = shape === "LINEAR" ? !(width >= 1) : !(width > 0);
  if (isTooNarrow)
    throw new RangeError(
      `${where}: width of a ${shape} window must be ${shape === "LINEAR" ? "at least 1" : "above 0"}, got ${width}; pass window "none" for the whole range`,
    );
  if (shape === "SIGMOID") return (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width));
  const middle = shape === "LINEAR" ? center - 0.5 : center;
  const extent = shape === "LINEAR" ? width - 1 : width;
  return (value) => {
    if (value <= middle - extent / 2) return 0;
    if (value > middle + extent / 2) return 1;
    return (value - middle) / extent + 0.5;
  };
}

/** From rescaled values to shares of the range that the image takes; undefined if it is of one value. */
function wholeRange(
  { pixels }: DecodedImage,
  rescaled: (stored: number) => number,
  isPadding: (stored: number) => boolean,
): ((value: number) => number) | undefined {
  const seen = new Uint8Array(65536);
  for (let i = 0; i < pixels.length; i++) seen[(pixels[i] as number) & 0xffff] = 1;
  const isSigned = pixels instanceof Int16Array;
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let bits = 0; bits < 65536; bits++) {
    const stored = isSigned ? (bits << 16) >> 16 : bits;
    if (seen[bits] === 0 || isPadding(stored)) continue;
    const value = rescaled(stored);
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  const extent = highest - lowest;
  return extent > 0 ? (value) => Math.max(0, Math.min(1, (value - lowest) / extent)) : undefined;
}
