import { constants as bufferConstants } from "node:buffer";
import { constants, inflateRawSync } from "node:zlib";

/** Bytes that are inflated at a time. */
const inflatedChunk = 2 ** 18;

/** Undefined where the result is longer than `limit`. A stream that is cut off gives what is there. */
export function inflateStart(deflated: Uint8Array, limit: number): Uint8Array | undefined {
  const maxOutputLength = Math.min(limit, bufferConstants.MAX_LENGTH);
  const chunkSize = Math.min(maxOutputLength, inflatedChunk);
  try {
    return inflateRawSync(deflated, { maxOutputLength, chunkSize, finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") return undefined;
    throw error;
  }
}
