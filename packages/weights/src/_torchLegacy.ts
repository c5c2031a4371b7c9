import { type ByteSource, readBytes, readFresh, viewOf } from "./_byteSource.js";
import type { Contents } from "./_checkpointOfEntries.js";
import { PickleTruncated } from "./_pickleReader.js";
import { describeValue, isKind, type PickleStorage, type PickleValue } from "./_pickleValue.js";
import { torchClasses } from "./_torchClasses.js";
import { type TorchStorages, torchContents } from "./_torchContents.js";
import type { ArchiveOptions } from "./_torchZip.js";
import { unpickle } from "./_unpickle.js";
import { WeightFormatError } from "./WeightFormatError.js";

const magicNumber = 0x1950a86a20f9469cfc6cn;
const protocolVersion = 1001;

/** Bytes that are read at first; most files have all their pickles in them. */
const firstWindow = 2 ** 18;

/** Length of a storage and of its elements, by key. */
type StorageFacts = Map<string, { readonly byteLength: number; readonly elementBytes: number }>;

interface Pickles {
  readonly value: PickleValue;
  readonly keys: readonly string[];
  readonly facts: StorageFacts;
  readonly end: number;
}

/**
 * Reads the pickles at the beginning of a file that PyTorch wrote before 1.6: magic number, protocol, system, object,
 * keys; behind them lie the storages in the order of the keys, each after the number of its elements.
 */
export async function readTorchLegacy(
  source: ByteSource,
  { root, budgets }: ArchiveOptions,
): Promise<Contents> {
  const { path } = source;
  const pickles = await readPickles(source, budgets);
  const positions = await locateStorages(source, pickles);
  const storages: TorchStorages = {
    isBigEndian: false,
    require(storage, tensor) {
      if (pickles.facts.get(storage.key)?.byteLength === storage.byteLength) return;
      throw legacyError(
        path,
        `give one length of storage "${storage.key}"`,
        `another for tensor "${tensor}"`,
      );
    },
    read: ({ key }, begin, end) => readFresh(source, (positions.get(key) as number) + begin, end - begin),
  };
  const contents = torchContents(path, pickles.value, root, storages, budgets);
  return { format: "torch-legacy", ...contents, close: source.close };
}

/** Reads as much of the beginning as the pickles need. */
async function readPickles(source: ByteSource, budgets: ArchiveOptions["budgets"]): Promise<Pickles> {
  const { path, size } = source;
  const most = Math.min(size, budgets.pickleBytes);
  for (let length = Math.min(firstWindow, most); ; length = Math.min(4 * length, most)) {
    const pickles = tryPickles(path, await readBytes(source, 0, length), length === size, budgets);
    if (pickles !== undefined) return pickles;
    if (length === most) {
      throw new WeightFormatError(
        "budget",
        `openCheckpoint: pickles of ${path} must have at most ${budgets.pickleBytes} bytes, got more`,
      );
    }
  }
}

function legacyError(path: string, rule: string, got: unknown): WeightFormatError {
  return new WeightFormatError(
    "pickle",
    `openCheckpoint: PyTorch file ${path} must ${rule}, got ${String(got)}`,
  );
}

/** Reads the five pickles; undefined if they go on behind the bytes. */
function tryPickles(
  path: string,
  bytes: Uint8Array,
  isWhole: boolean,
  budgets: ArchiveOptions["budgets"],
): Pickles | undefined {
  const facts: StorageFacts = new Map();
  const host = torchClasses(({ key, byteLength }: PickleStorage, elementBytes) => {
    if (!facts.has(key)) facts.set(key, { byteLength, elementBytes });
  });
  let end = 0;
  const next = (): PickleValue => {
    const unpickled = unpickle(bytes, { where: path, begin: end, isWhole, host, budgets });
    end = unpickled.end;
    return unpickled.value;
  };
  try {
    const magic = next();
    if (magic !== magicNumber) {
      throw legacyError(
        path,
        "begin with PyTorch's magic number",
        `${describeValue(magic)}; a plain pickle is no checkpoint`,
      );
    }
    const protocol = next();
    if (protocol !== protocolVersion)
      throw legacyError(path, `have protocol ${protocolVersion}`, describeValue(protocol));
    const system = next();
    if (!isKind(system, "dict"))
      throw legacyError(path, "describe its system in a dict", describeValue(system));
    const value = next();
    const keys = next();
    if (!isKind(keys, "list") || !keys.items.every((key) => typeof key === "string")) {
      throw legacyError(path, "list the keys of its storages", describeValue(keys));
    }
    return { value, keys: keys.items as string[], facts, end };
  } catch (cause) {
    if (cause instanceof PickleTruncated) return undefined;
    throw cause;
  }
}

/** First byte of each storage; the file must end with the last one. */
async function locateStorages(
  source: ByteSource,
  { keys, facts, end }: Pickles,
): Promise<ReadonlyMap<string, number>> {
  const { path, size } = source;
  const positions = new Map<string, number>();
  let position = end;
  for (const key of keys) {
    const fact = facts.get(key);
    if (fact === undefined || positions.has(key))
      throw legacyError(path, "list every storage once", `"${key}"`);
    const count = viewOf(await readBytes(source, position, 8)).getBigInt64(0, true);
    if (Number(count) * fact.elementBytes !== fact.byteLength) {
      throw legacyError(
        path,
        `have ${fact.byteLength / fact.elementBytes} elements in storage "${key}"`,
        count,
      );
    }
    positions.set(key, position + 8);
    position += 8 + fact.byteLength;
  }
  if (positions.size !== facts.size) throw legacyError(path, `hold ${facts.size} storages`, positions.size);
  if (position !== size) {
    throw new WeightFormatError(
      "offset",
      `openCheckpoint: ${path} must end with its last storage at byte ${position}, got ${size} bytes`,
    );
  }
  return positions;
}
