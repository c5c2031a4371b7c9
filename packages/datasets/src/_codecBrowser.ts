import { reasonOf } from "./_check.js";
import { decodePng } from "./_codecPng.js";
import { oneChannel } from "./_oneChannel.js";
import { isPng } from "./_pngChunks.js";
import type { DecodedImage } from "./decodeImage.js";

/** Stored values of a PNG or JPEG file, in a browser: PNG to the bit, JPEG as the browser decodes it. */
export async function decodePngOrJpeg(
  bytes: Uint8Array,
  where: string,
  maxPixels: number,
): Promise<DecodedImage> {
  if (isPng(bytes)) return decodePng(bytes, where, maxPixels);
  const size = jpegSize(bytes);
  if (size === undefined)
    throw new RangeError(
      `${where}: image must be a PNG, JPEG or DICOM file, got ${bytes.length} other bytes`,
    );
  const { width, height } = size;
  if (width * height > maxPixels)
    throw new RangeError(`${where}: image must have at most ${maxPixels} pixels, got ${width} × ${height}`);
  const pixels = await decodeJpeg(bytes, where);
  return { width, height, bitsStored: 8, signed: false, photometricInterpretation: "MONOCHROME2", pixels };
}

/** Samples of a grey JPEG of 8 bits whose header has been read. */
export function decodeGreyJpeg(bytes: Uint8Array, where: string, _numPixels: number): Promise<Uint8Array> {
  return decodeJpeg(bytes, where);
}

/** A browser's JPEG encoder is not the study's, so its pixels would not be either. */
export function throughJpeg(_pixels: Uint8Array, _size: number): Promise<Uint8Array> {
  throw new RangeError("prepareImage: jpeg of the recipe must be false in a browser, got true");
}

async function decodeJpeg(bytes: Uint8Array, where: string): Promise<Uint8Array> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>]), {
      colorSpaceConversion: "none",
      imageOrientation: "none" as ImageOrientation,
      premultiplyAlpha: "none",
    });
  } catch (cause) {
    throw new RangeError(`${where}: image must be complete and readable, got ${reasonOf(cause)}`, { cause });
  }
  try {
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error(`${where}: canvas must have a 2d context, got none`);
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return oneChannel(new Uint8Array(data.buffer), 4, width, where);
  } finally {
    bitmap.close();
  }
}

/** Size by the frame header of a JPEG stream; undefined if there is none. */
function jpegSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 <= bytes.length; ) {
    const marker = view.getUint16(at);
    if (marker < 0xff01) return undefined;
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += marker === 0xffff ? 1 : 2 + view.getUint16(at + 2);
  }
  return undefined;
}
