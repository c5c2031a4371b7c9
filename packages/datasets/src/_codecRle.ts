import type { DicomFrame, FrameShape } from "./_dicomFrame.js";

/**
 * Decodes an RLE frame: a header of 64 bytes, then for each channel its bytes, the most significant ones first, each
 * stretch of them packed (PackBits).
 *
 * @see DICOM PS3.5 annex G.
 */
export function decodeRle(coded: Uint8Array, shape: FrameShape): DicomFrame {
  const { where, syntax, rows, columns, channels, bitsAllocated } = shape;
  const bytesPerSample = bitsAllocated / 8;
  const expected = channels * bytesPerSample;
  const offsets = segmentOffsets(coded, shape, expected);
  const numPixels = rows * columns;
  const samples =
    bytesPerSample === 2 ? new Uint16Array(numPixels * channels) : new Uint8Array(numPixels * channels);
  const target = new Uint8Array(samples.buffer);
  for (let segment = 0; segment < expected; segment++) {
    const channel = Math.floor(segment / bytesPerSample);
    const significance = bytesPerSample - 1 - (segment % bytesPerSample);
    const from = offsets[segment] as number;
    const written = unpack(
      coded.subarray(from, offsets[segment + 1]),
      target,
      channel * numPixels * bytesPerSample + significance,
      bytesPerSample,
      numPixels,
    );
    if (written < numPixels)
      throw new RangeError(
        `${where}: ${syntax} segment ${segment} must hold ${numPixels} bytes, got ${written}`,
      );
  }
  return { samples, channels, interleaved: false, precision: bitsAllocated, signed: false, isRgb: false };
}

/** Beginnings of the segments, and the end of the last one. */
function segmentOffsets(coded: Uint8Array, { where, syntax }: FrameShape, expected: number): number[] {
  const view = new DataView(coded.buffer, coded.byteOffset, coded.byteLength);
  const count = coded.length < 64 ? 0 : view.getUint32(0, true);
  if (count !== expected)
    throw new RangeError(`${where}: ${syntax} frame must have ${expected} segments, got ${count}`);
  const offsets = Array.from({ length: count }, (_, i) => view.getUint32(4 + 4 * i, true));
  offsets.push(coded.length);
  for (let i = 0; i < count; i++)
    if ((offsets[i] as number) < 64 || (offsets[i] as number) > (offsets[i + 1] as number))
      throw new RangeError(
        `${where}: ${syntax} segments must follow each other in ${coded.length} bytes, got segment ${i} at ${offsets[i]}`,
      );
  return offsets;
}

/** Writes the unpacked bytes `step` apart from `at` on, at most `limit`; gives how many. */
function unpack(packed: Uint8Array, target: Uint8Array, at: number, step: number, limit: number): number {
  let written = 0;
  let i = 0;
  while (i < packed.length && written < limit) {
    const control = packed[i++] as number;
    if (control === 128) continue;
    const isRun = control > 128;
    const count = Math.min(isRun ? 257 - control : control + 1, limit - written);
    if (i >= packed.length) break;
    if (isRun) {
      const value = packed[i++] as number;
      for (let k = 0; k < count; k++) target[at + (written + k) * step] = value;
      written += count;
    } else {
      const available = Math.min(count, packed.length - i);
      for (let k = 0; k < available; k++) target[at + (written + k) * step] = packed[i + k] as number;
      i += control + 1;
      written += available;
    }
  }
  return written;
}
