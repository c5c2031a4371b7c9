import type { NamedArray } from "@cxrkit/runtime";
import { hashTensors } from "./_hashTensors.js";
import type { Identity } from "./_identity.js";
import type { LossScale } from "./_lossScale.js";
import type { EpochSums } from "./_trainEpoch.js";
import type { EpochRecord, ValidationRecord } from "./FitResult.js";
import type { StoredTensor, TensorFile } from "./TensorFile.js";

const metadataKey = "cxrkit.training";
const version = 1;

/** Where a run stands, as its checkpoints tell it beside the tensors. */
export interface RunRecord {
  /** What the run is. */
  readonly identity: Identity;
  /** Engine that made the last update. */
  readonly runtime: string;
  /** Number of whole epochs done. */
  readonly epoch: number;
  /** Number of updates made. */
  readonly step: number;
  /** One record an epoch. */
  readonly history: readonly EpochRecord[];
  /** One record a validation. */
  readonly validations: readonly ValidationRecord[];
  /** Number of updates left out. */
  readonly numSkipped: number;
  /** Factor on the next loss; absent when it is not scaled. */
  readonly lossScale?: LossScale | undefined;
  /** What was done of the epoch that is not whole; null at the end of an epoch. */
  readonly partial: EpochSums | null;
  /** The best validations so far, the best first, its parameters in a file of their own. */
  readonly bests: readonly BestRecord[];
}

/** A validation whose parameters are kept. */
export interface BestRecord {
  readonly epoch: number;
  readonly step: number;
  readonly value: number;
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
  const content = { format: "checkpoint", version, sha256: await hashTensors(tensors), ...record };
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
  if ((await hashTensors(tensors)) !== sha256)
    throw new DamagedCheckpoint(`${path} must have the SHA-256 written in it, got another one`);
  return {
    record: completed(record),
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

/** What older files of this version lack follows from what they have. */
function completed(record: StoredRecord): RunRecord {
  const history = record.history.map(revive);
  const { best, bests, validations, numSkipped = 0, partial = null, ...rest } = record;
  const stepOf = (epoch: number) => history[epoch - 1]?.step ?? 0;
  return {
    ...rest,
    history,
    validations: (validations ?? history.flatMap(validationOf)).map(reviveValidation),
    numSkipped,
    partial,
    bests: bests ?? (best == null ? [] : [{ ...best, step: stepOf(best.epoch) }]),
  };
}

function validationOf({
  epoch,
  step,
  validationLoss,
  validationScore,
  isBest,
}: EpochRecord): ValidationRecord[] {
  if (validationLoss === undefined) return [];
  return [{ epoch, step, loss: validationLoss, score: validationScore, isBest }];
}

type StoredRecord = Partial<RunRecord> &
  Pick<RunRecord, "identity" | "runtime" | "epoch" | "step" | "history"> & {
    readonly best?: { readonly epoch: number; readonly value: number } | null;
  };

interface Content extends StoredRecord {
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
function number(value: number | null | undefined): number | undefined {
  return value === null ? Number.NaN : value;
}

function reviveValidation(record: ValidationRecord): ValidationRecord {
  return { ...record, loss: number(record.loss) ?? Number.NaN, score: number(record.score) };
}

function revive(record: EpochRecord): EpochRecord {
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
