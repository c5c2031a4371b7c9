import { decodeGreyJpeg } from "#pictures";
import { reasonOf } from "./_check.js";
import {
  type JpegFrame,
  type JpegScan,
  type JpegState,
  jpegState,
  nextScan,
  refuse,
} from "./_codecJpegHeader.js";
import { decodeLossless } from "./_codecJpegLossless.js";
import { decodeJpegLs } from "./_codecJpegLs.js";
import { decodeSequential, type JpegPlane } from "./_codecJpegSequential.js";
import { type DicomFrame, type FrameShape, requireShape } from "./_dicomFrame.js";

/** Decodes a JPEG frame of any kind; its own header tells the process, whatever the transfer syntax says. */
export async function decodeJpeg(coded: Uint8Array, shape: FrameShape): Promise<DicomFrame> {
  const state = jpegState(coded, shape);
  const scan = nextScan(state, 2);
  const { frame } = state;
  if (scan === undefined || frame === undefined)
    refuse(shape, "have a header and a scan", "an end before them");
  requireShape(shape, { width: frame.width, height: frame.height, channels: frame.components.length });
  if (frame.precision > shape.bitsAllocated)
    refuse(shape, `have a precision of at most the ${shape.bitsAllocated} bits allocated`, frame.precision);
  const { process } = frame;
  if (process === 0x37) return decodeJpegLs(coded, shape, frame);
  if (process === 3) {
    const { samples } = decodeLossless(state, frame, scan);
    return { ...common(frame), samples, interleaved: true };
  }
  if (process <= 2 && frame.precision === 8 && frame.components.length === 1) return decodeGrey(state, frame);
  if (process > 1)
    refuse(shape, "be sequential or lossless and coded by Huffman's method", `process ${process}`);
  return decodeChannels(state, frame, scan);
}

function common({ precision, components }: JpegFrame) {
  return { precision, channels: components.length, signed: false, isRgb: false } as const;
}

/** The ordinary kind, by the image library. */
async function decodeGrey({ bytes, shape }: JpegState, frame: JpegFrame): Promise<DicomFrame> {
  const numPixels = frame.width * frame.height;
  let samples: Uint8Array;
  try {
    samples = await decodeGreyJpeg(bytes, shape.where, numPixels);
  } catch (error) {
    throw new RangeError(
      `${shape.where}: ${shape.syntax} frame must be complete and readable, got ${reasonOf(error)}`,
      { cause: error },
    );
  }
  if (samples.length !== numPixels) refuse(shape, `have ${numPixels} samples`, samples.length);
  return { ...common(frame), samples, interleaved: true };
}

/** Every channel at full size, one after the other. */
function decodeChannels(state: JpegState, frame: JpegFrame, scan: JpegScan): DicomFrame {
  const { width, height, components, precision } = frame;
  const planes = decodeSequential(state, frame, scan);
  const size = width * height;
  const samples =
    precision > 8 ? new Uint16Array(size * planes.length) : new Uint8Array(size * planes.length);
  const maxHorizontal = Math.max(...components.map(({ horizontal }) => horizontal));
  const maxVertical = Math.max(...components.map(({ vertical }) => vertical));
  for (const [i, plane] of planes.entries())
    copyPlane(plane, samples.subarray(i * size, (i + 1) * size), width, [
      plane.horizontal / maxHorizontal,
      plane.vertical / maxVertical,
    ]);
  return { ...common(frame), samples, interleaved: false };
}

/** Copies a channel, repeating samples of smaller ones. */
function copyPlane(
  { samples, stride }: JpegPlane,
  target: Uint8Array | Uint16Array,
  width: number,
  [across, down]: readonly [number, number],
): void {
  for (let y = 0; y * width < target.length; y++) {
    const row = Math.floor(y * down) * stride;
    if (across === 1) target.set(samples.subarray(row, row + width), y * width);
    else
      for (let x = 0; x < width; x++) target[y * width + x] = samples[row + Math.floor(x * across)] as number;
  }
}
