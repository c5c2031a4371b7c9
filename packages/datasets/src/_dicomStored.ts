import type { DicomFrame } from "./_dicomFrame.js";

type Stored = Uint8Array | Uint16Array | Int16Array;

/** What of a sample's bits is the stored value. */
export interface StoredBits {
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  /** Whether the coding gives back every bit. Bits outside a stored value are cut off then, and values clamped if not. */
  readonly lossless: boolean;
}

/**
 * Stored values of one channel of samples, in place where the type allows. Bits above and below the stored ones
 * belong to others, such as overlays, and are left out.
 *
 * @see DICOM PS3.5 section 8.1.1.
 */
export function storedValues(
  samples: Uint8Array | Uint16Array,
  frame: DicomFrame,
  { bitsStored, highBit, signed, lossless }: StoredBits,
): Stored {
  const shift = Math.max(0, Math.min(highBit + 1, frame.precision) - bitsStored);
  if (!lossless) return clamped(samples, frame, bitsStored, signed, shift);
  const container = samples.BYTES_PER_ELEMENT * 8;
  if (!signed) return bitsStored === container ? samples : masked(samples, shift, 2 ** bitsStored - 1);
  if (container === 16 && bitsStored === 16)
    return new Int16Array(samples.buffer, samples.byteOffset, samples.length);
  return extended(samples, shift, 32 - bitsStored);
}

function masked<T extends Uint8Array | Uint16Array>(samples: T, shift: number, mask: number): T {
  if (shift === 0 && (usedBits(samples) & ~mask) === 0) return samples;
  for (let i = 0; i < samples.length; i++) samples[i] = ((samples[i] as number) >> shift) & mask;
  return samples;
}

/** Every bit that is set in some sample: nearly always there are none to cut off, and reading is faster than writing. */
function usedBits({ buffer, byteOffset, byteLength, BYTES_PER_ELEMENT }: Uint8Array | Uint16Array): number {
  const isAligned = byteOffset % 4 === 0;
  const words = new Uint32Array(buffer, isAligned ? byteOffset : 0, isAligned ? byteLength >> 2 : 0);
  let bits = 0;
  for (let i = 0; i < words.length; i++) bits |= words[i] as number;
  const rest = new Uint8Array(buffer, byteOffset + 4 * words.length, byteLength - 4 * words.length);
  for (let i = 0; i < rest.length; i++) bits |= (rest[i] as number) << (8 * (i % BYTES_PER_ELEMENT));
  return BYTES_PER_ELEMENT === 2
    ? (bits | (bits >>> 16)) & 0xffff
    : (bits | (bits >>> 8) | (bits >>> 16) | (bits >>> 24)) & 0xff;
}

function extended(samples: Uint8Array | Uint16Array, shift: number, spare: number): Int16Array {
  const values =
    samples instanceof Uint16Array
      ? new Int16Array(samples.buffer, samples.byteOffset, samples.length)
      : new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i++)
    values[i] = ((((samples[i] as number) >> shift) << spare) & 0xffffffff) >> spare;
  return values;
}

/** A lossy coding may overshoot what the bits can hold. */
function clamped(
  samples: Uint8Array | Uint16Array,
  { precision, signed: codedSigned }: DicomFrame,
  bitsStored: number,
  signed: boolean,
  shift: number,
): Stored {
  const signBits = codedSigned ? samples.BYTES_PER_ELEMENT * 8 : signed ? precision : 32;
  const spare = 32 - signBits;
  const lowest = signed ? -(2 ** (bitsStored - 1)) : 0;
  const highest = lowest + 2 ** bitsStored - 1;
  const values = signed ? new Int16Array(samples.length) : samples;
  for (let i = 0; i < samples.length; i++) {
    const value = (((samples[i] as number) << spare) >> spare) >> shift;
    values[i] = Math.min(highest, Math.max(lowest, value));
  }
  return values;
}
