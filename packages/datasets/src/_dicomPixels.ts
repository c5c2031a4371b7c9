import { requireInteger } from "./_check.js";
import { decodeCoded } from "./_codec.js";
import { oneChannelOf } from "./_dicomColour.js";
import { type DicomElement, pixelDataTag, tagName, undefinedLength } from "./_dicomElements.js";
import { type DicomFile, openDicom } from "./_dicomFile.js";
import { codedFrame } from "./_dicomFragments.js";
import type { DicomFrame, FrameShape } from "./_dicomFrame.js";
import { storedValues } from "./_dicomStored.js";
import { type TransferSyntax, transferSyntax } from "./_dicomSyntax.js";
import type { DecodedImage } from "./decodeImage.js";
import { type DicomHeader, headerOf } from "./readDicomHeader.js";

/** Stored values of a frame of a DICOM file. */
export async function decodeDicom(
  bytes: Uint8Array,
  where: string,
  maxPixels: number,
  frame: number | undefined,
): Promise<DecodedImage> {
  const file = openDicom(bytes, where, maxPixels);
  const dicom = headerOf(file);
  const pixels = file.elements.get(pixelDataTag);
  if (pixels === undefined) throw new RangeError(`${where}: file must hold pixel data, got ${whyNot(file)}`);
  const syntax = transferSyntax(where, dicom.transferSyntaxUid);
  const shape = requireImage(dicom, where, syntax, maxPixels);
  const index = frameIndex(dicom, where, frame);
  const decoded = await decodeFrame(file, pixels, { shape, syntax, index, dicom });
  const { samples, photometricInterpretation, bitsStored } = oneChannelOf(decoded, shape, dicom, file);
  const signed = dicom.pixelRepresentation === 1 && bitsStored === undefined;
  const stored = {
    bitsStored: bitsStored ?? (dicom.bitsStored as number),
    highBit: dicom.highBit ?? (dicom.bitsStored as number) - 1,
    signed,
    lossless: syntax.lossless,
  };
  return {
    width: shape.columns,
    height: shape.rows,
    bitsStored: stored.bitsStored,
    signed,
    photometricInterpretation,
    pixels: bitsStored === undefined ? storedValues(samples, decoded, stored) : samples,
    dicom,
  };
}

function whyNot({ cut, source }: DicomFile): string {
  return cut === undefined
    ? `none in ${source.view.byteLength} bytes`
    : `a file that breaks off in element ${tagName(cut)} after ${source.view.byteLength} bytes`;
}

/** Size and bits of the image after checking that they are ones that we decode, and not too large. */
function requireImage(
  { rows, columns, samplesPerPixel: channels, bitsAllocated, bitsStored, highBit, ...rest }: DicomHeader,
  where: string,
  syntax: TransferSyntax,
  maxPixels: number,
): FrameShape {
  if (rows === null || columns === null || rows < 1 || columns < 1)
    throw new RangeError(`${where}: image must have rows and columns, got ${rows} and ${columns}`);
  if (rows * columns > maxPixels)
    throw new RangeError(`${where}: image must have at most ${maxPixels} pixels, got ${columns} × ${rows}`);
  if (bitsAllocated !== 8 && bitsAllocated !== 16)
    throw new RangeError(`${where}: bits allocated must be 8 or 16, got ${bitsAllocated}`);
  if (bitsStored === null || bitsStored < 1 || bitsStored > bitsAllocated)
    throw new RangeError(
      `${where}: bits stored must lie in [1, ${bitsAllocated}] as many are allocated, got ${bitsStored}`,
    );
  if (highBit !== null && (highBit < bitsStored - 1 || highBit >= bitsAllocated))
    throw new RangeError(
      `${where}: high bit must lie in [${bitsStored - 1}, ${bitsAllocated - 1}], got ${highBit}`,
    );
  if (rest.pixelRepresentation !== 0 && rest.pixelRepresentation !== 1)
    throw new RangeError(`${where}: pixel representation must be 0 or 1, got ${rest.pixelRepresentation}`);
  if (channels !== 1 && channels !== 3)
    throw new RangeError(`${where}: samples of a pixel must be 1 or 3, got ${channels}`);
  if (rest.photometricInterpretation === "YBR_FULL_422" && syntax.coding === "native")
    throw new RangeError(
      `${where}: native colour pixels must not be subsampled, got photometric interpretation YBR_FULL_422`,
    );
  return { where, syntax: syntax.name, rows, columns, channels, bitsAllocated };
}

function frameIndex({ frames }: DicomHeader, where: string, frame: number | undefined): number {
  if (frames < 1) throw new RangeError(`${where}: number of frames must be at least 1, got ${frames}`);
  if (frame === undefined && frames > 1)
    throw new RangeError(
      `${where}: image must have one frame, got ${frames}; name one of 0 to ${frames - 1} in the option frame`,
    );
  const index = frame ?? 0;
  requireInteger(where, "frame", index, 0);
  if (index >= frames)
    throw new RangeError(`${where}: frame must be less than the ${frames} there are, got ${index}`);
  return index;
}

interface FrameRequest {
  readonly shape: FrameShape;
  readonly syntax: TransferSyntax;
  readonly index: number;
  readonly dicom: DicomHeader;
}

async function decodeFrame(
  file: DicomFile,
  pixels: DicomElement,
  request: FrameRequest,
): Promise<DicomFrame> {
  const { shape, syntax, index, dicom } = request;
  const isEncapsulated = pixels.declared === undefinedLength;
  if (syntax.coding !== "native") {
    if (!isEncapsulated)
      throw new RangeError(
        `${shape.where}: ${shape.syntax} pixel data must be a sequence of fragments, got ${pixels.declared} bytes in one piece`,
      );
    return decodeCoded(codedFrame(file, pixels, shape, index, dicom.frames), syntax.coding, shape);
  }
  if (isEncapsulated)
    throw new RangeError(
      `${shape.where}: ${shape.syntax} pixel data must have a length, got a sequence of fragments`,
    );
  return nativeFrame(file, pixels, shape, index, dicom.planarConfiguration);
}

function nativeFrame(
  { bytes, source }: DicomFile,
  pixels: DicomElement,
  { where, syntax, rows, columns, channels, bitsAllocated }: FrameShape,
  index: number,
  planarConfiguration: number,
): DicomFrame {
  const size = rows * columns * channels * (bitsAllocated / 8);
  const begin = index * size;
  if (begin + size > pixels.length)
    throw new RangeError(
      `${where}: ${syntax} pixel data must have ${begin + size} bytes for ${columns} × ${rows} pixels of ${bitsAllocated} bits up to frame ${index}, got ${pixels.length}`,
    );
  const isSwapped = !source.littleEndian && (bitsAllocated === 16 || pixels.vr === "OW");
  const skipped = isSwapped ? begin % 2 : 0;
  const copied = isSwapped ? skipped + size + ((skipped + size) % 2) : size;
  const from = pixels.offset + begin - skipped;
  const copy = new Uint8Array(copied);
  copy.set(bytes.subarray(from, Math.min(from + copied, bytes.length)));
  if (isSwapped) swapBytes(new Uint16Array(copy.buffer));
  const samples =
    bitsAllocated === 16 ? new Uint16Array(copy.buffer) : copy.subarray(skipped, skipped + size);
  return {
    samples,
    channels,
    interleaved: planarConfiguration !== 1,
    precision: bitsAllocated,
    signed: false,
    isRgb: false,
  };
}

function swapBytes(words: Uint16Array): void {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    words[i] = ((word & 0xff) << 8) | (word >> 8);
  }
}
