import { decodeRle } from "./_codecRle.js";
import type { DicomFrame, FrameShape } from "./_dicomFrame.js";

/** Decodes a coded frame; the decoder is loaded when it is first needed. */
export async function decodeCoded(
  coded: Uint8Array,
  coding: "rle" | "jpeg" | "jpeg-ls" | "jpeg-2000",
  shape: FrameShape,
): Promise<DicomFrame> {
  if (coding === "rle") return decodeRle(coded, shape);
  if (coding === "jpeg-2000") return (await import("./_codecJpeg2000.js")).decodeJpeg2000(coded, shape);
  return (await import("./_codecJpeg.js")).decodeJpeg(coded, shape);
}
