import { createHash } from "node:crypto";
import { bytesOf } from "./_arrayOperations.js";
import type { ConvertedCheckpoint, IgnoredTensor } from "./ConvertedCheckpoint.js";
import type { NamedArray, WeightDType } from "./NamedArray.js";
import type { CheckpointLayout } from "./nameMaps/NameMap.js";
import type { TensorSource } from "./TensorSource.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** One tensor of a {@link ConversionReport}. */
export interface ConvertedTensor {
  /** Names in the file that was read; none for a tensor that was made up. */
  readonly sources: readonly string[];
  /** Name after the conversion. */
  readonly target: string;
  /** What was done, such as `copy` or `transpose`. */
  readonly transform: string;
  /** Size of each axis. */
  readonly shape: readonly number[];
  /** Element type. */
  readonly dtype: WeightDType;
  /** SHA-256 of the row-major little-endian elements, in hexadecimal digits. */
  readonly sha256: string;
}

/** What a conversion did, tensor by tensor; plain data that can be kept as JSON beside the weights. */
export interface ConversionReport {
  /** Layout that was read. */
  readonly from: CheckpointLayout;
  /** Layout that was made. */
  readonly to: CheckpointLayout;
  /** What stood before the names of the trunk. */
  readonly prefix: string;
  /** Number of elements of all tensors. */
  readonly numElements: number;
  /** Whether the bytes of a written file were compared. */
  readonly verified: boolean;
  /** Every tensor, in the order of the forward pass. */
  readonly tensors: readonly ConvertedTensor[];
  /** Names under the new layout of tensors that were not there and were excepted. */
  readonly missing: readonly string[];
  /** Names of tensors in the file that have no place in the new layout and were excepted. */
  readonly unexpected: readonly string[];
  /** Tensors that were left behind on purpose. */
  readonly ignored: readonly IgnoredTensor[];
}

/** Options of {@link conversionReport}. */
export interface ConversionReportOptions {
  /** What was written, opened again: each tensor of it must have the bytes of the conversion, and there are no others. */
  readonly written?: TensorSource;
  /** Ends the work between two tensors. */
  readonly signal?: AbortSignal;
}

/**
 * Converts every tensor of a checkpoint and says of each where it comes from, what was done and what its bytes are.
 *
 * @param converted - What {@link toTimm} or {@link fromTimm} gave; its source is still open.
 * @param options - A written file to compare, and a signal.
 * @returns The report; two conversions with equal hashes gave the same weights.
 * @throws WeightFormatError if the written file has other tensors or other bytes; the signal's reason if it is aborted.
 * @example
 * {@includeCode ../example/nameMaps.example.ts#report}
 */
export async function conversionReport(
  converted: ConvertedCheckpoint,
  { written, signal }: ConversionReportOptions = {},
): Promise<ConversionReport> {
  const { from, to, prefix, entries, missing, unexpected, ignored } = converted;
  const extra = written?.names.find((name) => !converted.names.includes(name));
  if (extra !== undefined) throw different(extra, "be one of the conversion's", "another");
  const tensors: ConvertedTensor[] = [];
  let numElements = 0;
  for (const { sources, target, transform } of entries) {
    signal?.throwIfAborted();
    // Two tensors are in memory: what the conversion makes, and what was written.
    const readAgain = async () => written?.get(target);
    const [array, again] = await Promise.all([converted.get(target), readAgain()]);
    const { dtype, shape } = array;
    const sha256 = hashOf(array);
    if (again !== undefined) requireSame(target, array, again, sha256);
    numElements += array.data.length;
    tensors.push({ sources, target, transform, shape, dtype, sha256 });
  }
  const verified = written !== undefined;
  return { from, to, prefix, numElements, verified, tensors, missing, unexpected, ignored };
}

/** Equal bytes have one hash, so that only the first is hashed: comparing takes far less time. */
function requireSame(name: string, array: NamedArray, again: NamedArray, sha256: string): void {
  const text = ({ dtype, shape }: NamedArray) => `${dtype} [${shape.join(", ")}]`;
  if (text(again) !== text(array)) throw different(name, `be ${text(array)}`, text(again));
  if (Buffer.compare(bytesOf(array), bytesOf(again)) !== 0) {
    throw different(name, `have SHA-256 ${sha256}`, hashOf(again));
  }
}

function different(tensor: string, rule: string, got: string): WeightFormatError {
  return new WeightFormatError(
    "unexpected",
    `conversionReport: written tensor "${tensor}" must ${rule}, got ${got}; the file is damaged or of another conversion`,
    { tensor },
  );
}

function hashOf(array: NamedArray): string {
  return createHash("sha256").update(bytesOf(array)).digest("hex");
}
