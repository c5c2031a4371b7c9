import type { NamedArray } from "@cxrkit/runtime";
import { hashTensors } from "./_hashTensors.js";
import type { Identity } from "./_identity.js";
import type { EpochRecord } from "./FitResult.js";
import type { StoredTensor, TensorFile } from "./TensorFile.js";

const metadataKey = "cxrkit.training";
const version = 1;

/** Where a run stands, as its checkpoints tell it beside the tensors. */
export interface RunRecord {
  /** What the run is. */
  readonly identity: Identity;
  /** Engine that made the last epoch. */
  readonly runtime: string;
  /** Number of epochs done. */
  readonly epoch: number;
  /** Number of updates made. */
  readonly step: number;
  /** One record an epoch. */
  readonly history: readonly EpochRecord[];
  /** The best epoch so far, its parameters in a file of their own. */
  readonly best: { readonly epoch: number; readonly value: number } | null;
}

/** A checkpoint that was read whole. */
export interface Checkpoint {
  readonly record: RunRecord;
  readonly tensors: Map<string, NamedArray>;
}

/** Says that a file is not a whole checkpoint, as opposed to one of another run or a disk that cannot be read. */
export class DamagedCheckpoint extends Error {}

/** Writes tensors and record into one file. */
export async function writeCheckpoint(
  tensorFile: TensorFile,
  path: string,
  tensors: ReadonlyMap<string, NamedArray>,
  record: RunRecord,
): Promise<void> {
  const content = { format: "checkpoint", version, sha256: hashTensors(tensors), ...record };
  await tensorFile.write(path, tensors, { [metadataKey]: JSON.stringify(content) });
}

/**
 * Reads a checkpoint and proves it whole.
 *
 * @throws DamagedCheckpoint if the file is not a whole checkpoint; RangeError if a newer version wrote it.
 */
export async function readCheckpoint(tensorFile: TensorFile, path: string): Promise<Checkpoint> {
  const { metadata, tensors } = await readWhole(tensorFile, path);
  const { format, version: written, sha256, ...record } = parseContent(path, metadata[metadataKey]);
  if (format !== "checkpoint")
    throw new DamagedCheckpoint(`${path} must be a checkpoint of fit, got ${format}`);
  if (written !== version)
    throw new RangeError(
      `fit: ${path} must have version ${version}, got ${written}; use the package version that wrote it or choose another folder`,
    );
  if (hashTensors(tensors) !== sha256)
    throw new DamagedCheckpoint(`${path} must have the SHA-256 written in it, got another one`);
  return {
    record: { ...record, history: record.history.map(revive) },
    tensors: tensors as Map<string, NamedArray>,
  };
}

/** What these codes say concerns the machine, and the file may be whole. */
const machineCodes: readonly unknown[] = ["EACCES", "EPERM", "EMFILE", "ENFILE", "ENOMEM"];

async function readWhole(tensorFile: TensorFile, path: string) {
  try {
    return await tensorFile.read(path);
  } catch (cause) {
    if (machineCodes.includes((cause as NodeJS.ErrnoException | undefined)?.code)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DamagedCheckpoint(`${path} must be readable, got: ${reason}`, { cause });
  }
}

interface Content extends RunRecord {
  readonly format: string;
  readonly version: number;
  readonly sha256: string;
}

function parseContent(path: string, text: string | undefined): Content {
  if (text === undefined)
    throw new DamagedCheckpoint(`${path} must hold the metadata ${metadataKey}, got none`);
  try {
    return JSON.parse(text) as Content;
  } catch (cause) {
    throw new DamagedCheckpoint(`${path} must hold the metadata ${metadataKey} as JSON`, { cause });
  }
}

/** JSON leaves undefined out and writes NaN as null. */
function revive(record: EpochRecord): EpochRecord {
  const number = (value: number | null | undefined) => (value === null ? Number.NaN : value);
  return {
    ...record,
    trainLoss: number(record.trainLoss) ?? Number.NaN,
    validationLoss: number(record.validationLoss),
    validationScore: number(record.validationScore),
  };
}

/** Proves that the tensors of a checkpoint are those a run needs. */
export function requireTensors(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  needed: ReadonlyMap<string, NamedArray>,
): void {
  for (const [name, { shape }] of needed) {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new DamagedCheckpoint(`${path} must hold the tensor ${name}, got none`);
    if (!(tensor.data instanceof Float32Array) || String(tensor.shape) !== String(shape))
      throw new DamagedCheckpoint(
        `${path}: tensor ${name} must be float32 of shape [${shape}], got ${tensor.dtype} of [${tensor.shape}]`,
      );
  }
}
