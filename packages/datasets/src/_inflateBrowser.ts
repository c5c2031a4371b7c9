/** A browser inflates only in streams, and a DICOM header is read at once. */
export function inflateStart(_deflated: Uint8Array, _limit: number): Uint8Array | undefined {
  throw new RangeError("a file that is deflated as a whole, which is not read in a browser");
}
