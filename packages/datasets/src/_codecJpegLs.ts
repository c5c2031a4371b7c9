import type { JpegFrame } from "./_codecJpegHeader.js";
import { decodeByWasm } from "./_codecWasm.js";
import type { DicomFrame, FrameShape } from "./_dicomFrame.js";

/** Decodes a JPEG-LS frame, whose header has been read. */
export async function decodeJpegLs(
  coded: Uint8Array,
  shape: FrameShape,
  frame: JpegFrame,
): Promise<DicomFrame> {
  const { samples, interleaveMode } = await decodeByWasm("charls", coded, shape);
  return {
    samples,
    channels: frame.components.length,
    interleaved: interleaveMode !== 0,
    precision: frame.precision,
    signed: false,
    isRgb: false,
  };
}
