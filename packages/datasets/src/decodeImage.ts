import { decodePngOrJpeg } from "#pictures";
import { requireInteger } from "./_check.js";
import { isDicom } from "./_dicomFile.js";
import { decodeDicom } from "./_dicomPixels.js";
import { defaultMaxPixels } from "./_maxPixels.js";
import type { DicomHeader } from "./readDicomHeader.js";

/** Options of {@link decodeImage}. */
export interface DecodeImageOptions {
  /** Largest number of pixels to take memory for, an integer ≥ 1. @defaultValue `67108864` */
  readonly maxPixels?: number;
  /** Which frame of a DICOM file to decode, from 0. Where there are several, one must be named. */
  readonly frame?: number;
}

/** A radiograph's stored values, before any window or rescaling. */
export interface DecodedImage {
  /** Number of columns. */
  readonly width: number;
  /** Number of rows. */
  readonly height: number;
  /** Bits of a stored value: 8 or 16 in PNG and JPEG files, 1 to 16 in DICOM files. */
  readonly bitsStored: number;
  /** Whether stored values may be negative. */
  readonly signed: boolean;
  /** `MONOCHROME2`: the smallest value is black; `MONOCHROME1`: it is white. */
  readonly photometricInterpretation: string;
  /** Stored values, row by row, shape `[height, width]`. */
  readonly pixels: Uint8Array | Uint16Array | Int16Array;
  /** What the file says of the image, if it is a DICOM file. */
  readonly dicom?: DicomHeader;
}

const where = "decodeImage";

/**
 * Stored values of a PNG, JPEG or DICOM radiograph.
 *
 * PNG and JPEG: 8 and 16 bit grey as they are, grey of fewer bits stretched to 8, RGB, RGBA and palette images whose
 * channels are equal as one channel. Embedded colour profiles are not applied.
 *
 * DICOM: 8 or 16 bits allocated, signed or not, in the transfer syntaxes implicit and explicit little endian, explicit
 * big endian, deflated, RLE, JPEG (baseline, extended, lossless), JPEG-LS, JPEG 2000 and HTJ2K. Values are those before
 * rescaling, window and inversion; {@link presentGrey} applies these. Colour images whose pixels are grey give one channel.
 *
 * @param bytes - The whole file.
 * @returns One channel of stored values with its width and height, and the header of a DICOM file.
 * @throws RangeError if the bytes are no complete PNG, JPEG or DICOM image, have more pixels than `maxPixels`, colour
 *   channels that differ, transparent pixels, several frames of which none is named, or a coding that is not decoded.
 * @see ISO/IEC 15948 (PNG), ISO/IEC 10918-1 (JPEG), DICOM PS3.5 sections 8 and 10, annexes A, F and G.
 * @example
 * {@includeCode ../example/decodeImage.example.ts}
 */
export async function decodeImage(
  bytes: Uint8Array,
  { maxPixels = defaultMaxPixels, frame }: DecodeImageOptions = {},
): Promise<DecodedImage> {
  requireInteger(where, "maxPixels", maxPixels, 1);
  if (frame !== undefined) requireInteger(where, "frame", frame, 0);
  return isDicom(bytes)
    ? decodeDicom(bytes, where, maxPixels, frame)
    : decodePngOrJpeg(bytes, where, maxPixels);
}
