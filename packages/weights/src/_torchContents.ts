import { basename, extname } from "node:path";
import { byteLengthOf } from "./_byteLengthOf.js";
import type { Entry } from "./_checkpointOfEntries.js";
import { dtypes } from "./_dtypes.js";
import {
  describeValue,
  isKind,
  type PickleStorage,
  type PickleTensor,
  type PickleValue,
} from "./_pickleValue.js";
import { isRowMajor, type StridedView, spanOf, swapBytes, toRowMajor } from "./_stridedView.js";
import { chooseGroup, follow, listGroups, type Survey, survey } from "./_torchRoot.js";
import type { CheckpointBudgets } from "./CheckpointBudgets.js";
import type { WeightDType } from "./NamedArray.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** Where the bytes of a storage come from. */
export interface TorchStorages {
  /** Refuses a storage that is not in the file or not as long as the pickle says. */
  readonly require: (storage: PickleStorage, tensor: string) => void;
  /** Bytes of a storage from `begin` to before `end`. */
  readonly read: (storage: PickleStorage, begin: number, end: number) => Promise<Uint8Array<ArrayBuffer>>;
  readonly isBigEndian: boolean;
}

/** What both PyTorch formats share: from the pickled object to tensors with names. */
export interface TorchContents {
  readonly metadata: Map<string, string>;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly unreadable: ReadonlyMap<string, string>;
}

/** Finds the state dict in a checkpoint and checks every tensor of it against its storage. */
export function torchContents(
  path: string,
  value: PickleValue,
  root: string | undefined,
  storages: TorchStorages,
  budgets: Required<CheckpointBudgets>,
): TorchContents {
  const { tensors, found, chosen } = selectTensors(path, value, root, budgets.depth);
  const entries = new Map<string, Entry>();
  const unreadable = new Map<string, string>();
  for (const [name, tensor] of tensors) {
    if (!(tensor.dtype in dtypes)) {
      unreadable.set(name, tensor.dtype);
      continue;
    }
    const view = viewOf(path, name, tensor, budgets.expandedBytes);
    storages.require(tensor.storage, name);
    const read = () => readView(view, tensor.storage, storages);
    entries.set(name, { dtype: view.dtype, shape: view.shape, read });
  }
  const metadata = new Map(found.leaves);
  if (chosen !== "") metadata.set("cxrkit.root", chosen);
  const taken = new Set(tensors.values());
  const others = found.groups.filter(
    (group) => ![...group.tensors.values()].some((tensor) => taken.has(tensor)),
  );
  const ignored = [...found.ignored, ...others.map((group) => group.path)].filter((name) => name !== "");
  if (ignored.length > 0) metadata.set("cxrkit.ignored", ignored.slice(0, 1000).join(", "));
  return { metadata, entries, unreadable };
}

interface Selection {
  readonly tensors: ReadonlyMap<string, PickleTensor>;
  readonly found: Survey;
  readonly chosen: string;
}

function selectTensors(path: string, value: PickleValue, root: string | undefined, depth: number): Selection {
  const found = survey(path, value, depth);
  if (isKind(value, "tensor")) {
    return { tensors: new Map([[basename(path, extname(path)), value]]), found, chosen: "" };
  }
  if (root === undefined) {
    const group = chooseGroup(path, found);
    const isEmpty = isKind(value, "dict") && value.entries.size === 0;
    if (group === undefined && !isEmpty) throw noTensors(path, "", describeValue(value), found);
    return { tensors: group?.tensors ?? new Map(), found, chosen: group?.path ?? "" };
  }
  const start = follow(value, root);
  const below = start === undefined ? undefined : survey(path, start, depth);
  if (below === undefined || below.groups.length === 0)
    throw noTensors(path, root, describeValue(start), found);
  const tensors = new Map<string, PickleTensor>();
  for (const group of below.groups) {
    for (const [key, tensor] of group.tensors) {
      const name = group.path === "" ? key : `${group.path}.${key}`;
      if (tensors.has(name)) {
        throw new WeightFormatError(
          "unexpected",
          `openCheckpoint: ${path} must have one tensor "${name}" below "${root}", got two`,
          { tensor: name },
        );
      }
      tensors.set(name, tensor);
    }
  }
  return { tensors, found, chosen: root };
}

function noTensors(path: string, root: string, got: string, { groups }: Survey): WeightFormatError {
  const where = root === "" ? "" : ` below its root "${root}"`;
  const known = groups.length > 0 ? `; tensors are in ${listGroups(groups)}` : "";
  return new WeightFormatError(
    "missing",
    `openCheckpoint: ${path} must hold a dict of tensors${where}, got ${got}${known}`,
  );
}

function viewOf(path: string, name: string, tensor: PickleTensor, expandedBytes: number): StridedView {
  const fail = (code: "shape" | "offset" | "budget", rule: string, got: string) =>
    new WeightFormatError(code, `openCheckpoint: tensor "${name}" of ${path} must ${rule}, got ${got}`, {
      tensor: name,
    });
  const dtype = tensor.dtype as WeightDType;
  const shape = countsOf(tensor.shape);
  const stride = countsOf(tensor.stride);
  if (shape === undefined)
    throw fail("shape", "have a shape of integers of at least 0", describeValue(tensor.shape));
  if (stride?.length !== shape.length || !isCount(tensor.offset)) {
    throw fail(
      "offset",
      "have an offset and a stride for each axis, of at least 0",
      `${describeValue(tensor.offset)} and ${stride?.length ?? "other"} strides for ${shape.length} axes`,
    );
  }
  const view = { dtype, shape, stride, offset: tensor.offset };
  const { bytes } = dtypes[dtype];
  const end = (tensor.offset + spanOf(view)) * bytes;
  if (!(end <= tensor.storage.byteLength)) {
    throw fail(
      "offset",
      `lie in the ${tensor.storage.byteLength} bytes of its storage`,
      `a last byte ${end}`,
    );
  }
  const byteLength = byteLengthOf(shape, bytes);
  if (byteLength > Math.max(tensor.storage.byteLength, expandedBytes)) {
    throw fail(
      "budget",
      `have at most ${expandedBytes} bytes where it repeats elements`,
      `[${shape.join(", ")}] from ${tensor.storage.byteLength} bytes`,
    );
  }
  return view;
}

/** More axes than any tensor has. */
const maxAxes = 64;

function countsOf(value: PickleValue): number[] | undefined {
  const isSequence = isKind(value, "tuple") || isKind(value, "list");
  return isSequence && value.items.length <= maxAxes && value.items.every(isCount)
    ? ([...value.items] as number[])
    : undefined;
}

function isCount(value: PickleValue): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

async function readView(
  view: StridedView,
  storage: PickleStorage,
  storages: TorchStorages,
): Promise<ArrayBuffer> {
  const { bytes } = dtypes[view.dtype];
  const begin = view.offset * bytes;
  const span = spanOf(view) * bytes;
  if (span === 0) return new ArrayBuffer(0);
  const content = await storages.read(storage, begin, begin + span);
  if (storages.isBigEndian) swapBytes(content.buffer, view.dtype);
  return isRowMajor(view) ? content.buffer : toRowMajor(content, view);
}
