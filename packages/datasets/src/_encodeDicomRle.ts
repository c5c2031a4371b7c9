/**
 * One frame of 16-bit values, run-length coded: a header of 64 bytes, then the high bytes and the low bytes, each
 * packed by PackBits (DICOM PS3.5 annex G).
 */
export function packFrame(pixels: Uint16Array): Uint8Array {
  const high = packBits(Uint8Array.from(pixels, (value) => value >>> 8));
  const low = packBits(Uint8Array.from(pixels, (value) => value & 0xff));
  const frame = Buffer.alloc(64 + high.length + low.length);
  frame.writeUInt32LE(2, 0);
  frame.writeUInt32LE(64, 4);
  frame.writeUInt32LE(64 + high.length, 8);
  frame.set(high, 64);
  frame.set(low, 64 + high.length);
  return frame;
}

/** Runs of equal bytes and stretches of unequal ones, padded to an even length. */
function packBits(bytes: Uint8Array): Uint8Array {
  const packed = new Uint8Array(bytes.length + Math.ceil(bytes.length / 128) + 2);
  let length = 0;
  let at = 0;
  while (at < bytes.length) {
    const run = runAt(bytes, at);
    if (run > 1) {
      packed[length++] = 257 - run;
      packed[length++] = bytes[at] as number;
      at += run;
      continue;
    }
    const start = at;
    while (at < bytes.length && at - start < 128 && runAt(bytes, at) < 3) at++;
    packed[length++] = at - start - 1;
    packed.set(bytes.subarray(start, at), length);
    length += at - start;
  }
  return packed.subarray(0, length + (length % 2));
}

/** Number of equal bytes from a place on, at most 128. */
function runAt(bytes: Uint8Array, at: number): number {
  let end = at + 1;
  while (end < bytes.length && end - at < 128 && bytes[end] === bytes[at]) end++;
  return end - at;
}
