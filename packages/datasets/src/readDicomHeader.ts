import { type DicomFile, openDicom } from "./_dicomFile.js";
import { tags } from "./_dicomTags.js";
import { lutOf, valuesOf } from "./_dicomValues.js";

/** How a window maps values to grey (DICOM PS3.3 C.11.2.1.3). */
export type WindowFunction = "LINEAR" | "LINEAR_EXACT" | "SIGMOID";

/** A range of values that is shown from black to white. */
export interface DicomWindow {
  /** Middle of the range, in units of the rescaled values. */
  readonly center: number;
  /** Width of the range, > 0. */
  readonly width: number;
  /** Shape of the map; `LINEAR` where the file does not say. */
  readonly function: WindowFunction;
}

/** A lookup table of a DICOM file. */
export interface DicomLut {
  /** Value that the first entry belongs to; smaller ones take the first entry too, too large ones the last. */
  readonly firstValue: number;
  /** Bits of an entry, 1 to 16. */
  readonly bits: number;
  /** The entries. */
  readonly values: Uint16Array;
}

/** What a DICOM file says of its image; null where it says nothing. Names and dates of people are not read. */
export interface DicomHeader {
  /** Unique identifier of the transfer syntax; of the one found by looking where the file does not say. */
  readonly transferSyntaxUid: string;
  /** Kind of device, such as `CR` or `DX`. */
  readonly modality: string | null;
  /** Number of rows. */
  readonly rows: number | null;
  /** Number of columns. */
  readonly columns: number | null;
  /** Number of frames, 1 where the file does not say. */
  readonly frames: number;
  /** Channels of a pixel, 1 where the file does not say. */
  readonly samplesPerPixel: number;
  /** How the channels of native pixels lie: 0 pixel by pixel, 1 channel by channel. */
  readonly planarConfiguration: number;
  /** What a value means, such as `MONOCHROME1` (the smallest is white) and `MONOCHROME2` (it is black). */
  readonly photometricInterpretation: string | null;
  /** Bits that a value takes. */
  readonly bitsAllocated: number | null;
  /** Bits of these that are used. */
  readonly bitsStored: number | null;
  /** Place of the highest used bit, from 0. */
  readonly highBit: number | null;
  /** 0: values are ≥ 0, 1: two's complement. */
  readonly pixelRepresentation: number | null;
  /** Factor from stored to rescaled values. */
  readonly rescaleSlope: number | null;
  /** Summand from stored to rescaled values. */
  readonly rescaleIntercept: number | null;
  /** Table from stored to rescaled values, instead of slope and intercept. */
  readonly modalityLut: DicomLut | null;
  /** Windows in the order of the file. */
  readonly windows: readonly DicomWindow[];
  /** First table from rescaled values to grey. */
  readonly voiLut: DicomLut | null;
  /** Stored value of pixels that were not measured. */
  readonly pixelPaddingValue: number | null;
  /** Other end of a range of such values, which begins at `pixelPaddingValue`. */
  readonly pixelPaddingRangeLimit: number | null;
  /** `IDENTITY`, or `INVERSE` where the smallest value is white. */
  readonly presentationLutShape: string | null;
  /** Distance in mm between the centres of neighbouring rows, and of columns; at the detector if only that is known. */
  readonly pixelSpacing: readonly [rowSpacing: number, columnSpacing: number] | null;
  /** Sex of the patient; null for other words too. */
  readonly patientSex: "F" | "M" | null;
  /** Age of the patient in years, a fraction below one year. */
  readonly patientAgeYears: number | null;
  /** Direction of the beam, such as `PA`, `AP` or `LL`. */
  readonly viewPosition: string | null;
}

/**
 * What a DICOM file says of its image, whether its pixel data are there, cut off or absent.
 *
 * @param bytes - The file, or its beginning as far as the pixel data.
 * @returns The header; fields that the file does not have, or that are unreadable, are null.
 * @throws RangeError if the bytes are no DICOM file, or one whose elements cannot be followed.
 * @see DICOM PS3.10 section 7 (file), PS3.5 section 7 (elements), PS3.3 C.7.6.3, C.11.1, C.11.2 (attributes).
 * @example
 * {@includeCode ../example/readDicomHeader.example.ts}
 */
export function readDicomHeader(bytes: Uint8Array): DicomHeader {
  return headerOf(openDicom(bytes, "readDicomHeader", 0));
}

/** The header of a file that is already taken apart. */
export function headerOf({ elements, source, transferSyntaxUid }: DicomFile): DicomHeader {
  const { text, decimals, decimal, integer } = valuesOf(elements, source);
  const pixelRepresentation = integer(tags.pixelRepresentation);
  const signed = pixelRepresentation === 1;
  const lutIn = (sequence: number, isSigned: boolean) => {
    const item = elements.get(sequence)?.items?.[0];
    return item === undefined ? null : lutOf(item, source, isSigned);
  };
  const rescaleIntercept = decimal(tags.rescaleIntercept);
  const spacing = [tags.pixelSpacing, tags.imagerPixelSpacing]
    .map(decimals)
    .find(({ length }) => length === 2);
  const sex = text(tags.patientSex);
  return {
    transferSyntaxUid,
    modality: text(tags.modality),
    rows: integer(tags.rows),
    columns: integer(tags.columns),
    frames: integer(tags.numberOfFrames) ?? 1,
    samplesPerPixel: integer(tags.samplesPerPixel) ?? 1,
    planarConfiguration: integer(tags.planarConfiguration) ?? 0,
    photometricInterpretation: text(tags.photometricInterpretation),
    bitsAllocated: integer(tags.bitsAllocated),
    bitsStored: integer(tags.bitsStored),
    highBit: integer(tags.highBit),
    pixelRepresentation,
    rescaleSlope: decimal(tags.rescaleSlope),
    rescaleIntercept,
    modalityLut: lutIn(tags.modalityLutSequence, signed),
    windows: windowsOf(decimals(tags.windowCenter), decimals(tags.windowWidth), text(tags.voiLutFunction)),
    voiLut: lutIn(tags.voiLutSequence, signed || (rescaleIntercept ?? 0) < 0),
    pixelPaddingValue: integer(tags.pixelPaddingValue, signed),
    pixelPaddingRangeLimit: integer(tags.pixelPaddingRangeLimit, signed),
    presentationLutShape: text(tags.presentationLutShape),
    pixelSpacing: spacing === undefined ? null : [spacing[0] as number, spacing[1] as number],
    patientSex: sex === "F" || sex === "M" ? sex : null,
    patientAgeYears: yearsOf(text(tags.patientAge)),
    viewPosition: text(tags.viewPosition),
  };
}

function windowsOf(
  centers: readonly number[],
  widths: readonly number[],
  shape: string | null,
): DicomWindow[] {
  const isKnown = shape === "LINEAR_EXACT" || shape === "SIGMOID";
  return centers.slice(0, widths.length).map((center, i) => ({
    center,
    width: widths[i] as number,
    function: isKnown ? shape : "LINEAR",
  }));
}

const daysPerYear = 365.25;
const unitsPerYear: Readonly<Record<string, number>> = { Y: 1, M: 12, W: daysPerYear / 7, D: daysPerYear };

/** Years of an age string such as `063Y` or `011M`; some files leave the unit out and mean years. */
function yearsOf(age: string | null): number | null {
  const [, number, unit] = /^(\d{1,3})([YMWD]?)$/.exec(age ?? "") ?? [];
  return number === undefined ? null : Number(number) / (unitsPerYear[unit || "Y"] as number);
}
