import {
  dictOf,
  isKind,
  type PickleHost,
  type PickleStorage,
  type PickleTensor,
  type PickleValue,
  sequenceOf,
} from "./_pickleValue.js";

/** Element type, in PyTorch's words, and bytes of an element by class of storage. */
const storageClasses: Readonly<Record<string, readonly [dtype: string | undefined, bytes: number]>> = {
  DoubleStorage: ["float64", 8],
  FloatStorage: ["float32", 4],
  HalfStorage: ["float16", 2],
  BFloat16Storage: ["bfloat16", 2],
  LongStorage: ["int64", 8],
  IntStorage: ["int32", 4],
  ShortStorage: ["int16", 2],
  CharStorage: ["int8", 1],
  ByteStorage: ["uint8", 1],
  BoolStorage: ["bool", 1],
  ComplexDoubleStorage: ["complex128", 16],
  ComplexFloatStorage: ["complex64", 8],
  QInt8Storage: ["qint8", 1],
  QUInt8Storage: ["quint8", 1],
  QInt32Storage: ["qint32", 4],
  UntypedStorage: [undefined, 1],
  _UntypedStorage: [undefined, 1],
};

const storages = new Map(
  Object.entries(storageClasses).flatMap(([name, facts]) => [
    [`torch.${name}`, facts],
    [`torch.storage.${name}`, facts],
  ]) as [string, readonly [string | undefined, number]][],
);

/** Element types that a checkpoint may name; most of them no tensor of ours can have. */
const dtypeNames = [
  ..."float64 float32 float16 bfloat16 int64 int32 int16 int8 uint64 uint32 uint16 uint8 bool".split(" "),
  ..."complex32 complex64 complex128 qint8 quint8 qint32 quint4x2 quint2x4 bits8 bits16".split(" "),
  ..."float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz float8_e8m0fnu float4_e2m1fn_x2".split(" "),
];

const tensorClasses = new Set([
  "torch.Tensor",
  "torch._tensor.Tensor",
  "torch.nn.parameter.Parameter",
  "torch.nn.parameter.Buffer",
]);

const other = (what: string) => () => ({ kind: "other", what }) as const;

/** What a call stands for; undefined where it is no way to rebuild data. */
type Rebuild = (args: readonly PickleValue[]) => PickleValue | undefined;

const rebuildTensor: Rebuild = ([storage, offset, shape, stride, ...rest]) => {
  if (!isKind(storage, "storage") || offset === undefined || shape === undefined || stride === undefined) {
    return undefined;
  }
  const named = rest.find((value) => isKind(value, "global"));
  const dtype = isKind(named, "global") ? named.name.replace(/^torch\./, "") : storage.dtype;
  if (dtype === undefined || !dtypeNames.includes(dtype)) return undefined;
  return { kind: "tensor", storage, dtype, offset, shape, stride } satisfies PickleTensor;
};

const firstTensor: Rebuild = ([tensor]) => (isKind(tensor, "tensor") ? tensor : undefined);

const rebuildFromType: Rebuild = ([rebuild, type, args]) => {
  if (!isKind(rebuild, "global") || !isKind(type, "global") || !isKind(args, "tuple")) return undefined;
  return tensorClasses.has(type.name) ? rebuilds.get(rebuild.name)?.(args.items) : undefined;
};

/** A dict from nothing, from a dict, or from pairs, as Python 2 kept an OrderedDict. */
const rebuildDict: Rebuild = ([content]) => {
  if (content === undefined || isKind(content, "global") || content === null) return dictOf(new Map());
  if (isKind(content, "dict")) return dictOf(new Map(content.entries));
  if (!isKind(content, "list")) return undefined;
  const pairs = content.items.map((pair) =>
    isKind(pair, "tuple") || isKind(pair, "list") ? pair.items : [],
  );
  return pairs.every((pair) => pair.length === 2)
    ? dictOf(new Map(pairs as unknown as [PickleValue, PickleValue][]))
    : undefined;
};

const rebuildSet: Rebuild = ([items]) =>
  isKind(items, "list") || isKind(items, "tuple") ? sequenceOf("set", [...items.items]) : undefined;

/** Every function that a checkpoint may call, which is to say: every word that stands for data. */
const rebuilds: ReadonlyMap<string, Rebuild> = new Map<string, Rebuild>([
  ["torch._utils._rebuild_tensor", rebuildTensor],
  ["torch._utils._rebuild_tensor_v2", rebuildTensor],
  ["torch._utils._rebuild_tensor_v3", rebuildTensor],
  ["torch._utils._rebuild_parameter", firstTensor],
  ["torch._utils._rebuild_parameter_with_state", firstTensor],
  ["torch._tensor._rebuild_from_type_v2", rebuildFromType],
  ["torch.Size", ([items]) => (isKind(items, "tuple") ? items : undefined)],
  ["torch.device", other("a device")],
  ["collections.OrderedDict", rebuildDict],
  ["collections.Counter", rebuildDict],
  ["collections.defaultdict", rebuildDict],
  ["argparse.Namespace", (args) => (args.length === 0 ? dictOf(new Map(), true) : undefined)],
  ...["builtins", "__builtin__"].flatMap((module): [string, Rebuild][] => [
    [`${module}.set`, rebuildSet],
    [`${module}.frozenset`, rebuildSet],
    [`${module}.bytearray`, other("bytes")],
    [`${module}.complex`, other("a complex number")],
  ]),
  [
    "_codecs.encode",
    ([text]) => (typeof text === "string" ? { kind: "bytes", length: text.length } : undefined),
  ],
  ["numpy.dtype", other("a NumPy dtype")],
  ...["numpy.core", "numpy._core"].flatMap((module): [string, Rebuild][] => [
    [`${module}.multiarray._reconstruct`, other("a NumPy array")],
    [`${module}.multiarray.scalar`, other("a NumPy number")],
    [`${module}.numeric._frombuffer`, other("a NumPy array")],
  ]),
]);

/** Classes that are only named: types of arguments and of default values. */
const named = new Set([
  ...storages.keys(),
  ...dtypeNames.map((name) => `torch.${name}`),
  ...tensorClasses,
  "numpy.ndarray",
  ...["builtins", "__builtin__"].flatMap((module) =>
    "bool int float str list dict tuple".split(" ").map((name) => `${module}.${name}`),
  ),
]);

/** The closed list of what a PyTorch checkpoint may name; `onStorage` sees every storage that it refers to. */
export function torchClasses(
  onStorage: (storage: PickleStorage, elementBytes: number) => void = () => undefined,
): PickleHost {
  return {
    knows: (name) => rebuilds.has(name) || named.has(name),
    call: (name, args) => rebuilds.get(name)?.(args),
    load(id) {
      if (!isKind(id, "tuple")) return undefined;
      const [tag, type, key, , count, view = null] = id.items;
      const facts = isKind(type, "global") ? storages.get(type.name) : undefined;
      // A view inside a storage is of the time before PyTorch 1.0 and no file that is around has one.
      const isPlain = tag === "storage" && view === null;
      if (!isPlain || facts === undefined || typeof key !== "string") return undefined;
      const byteLength = Number(count) * facts[1];
      if (typeof count !== "number" || count < 0 || !Number.isSafeInteger(byteLength)) return undefined;
      const storage: PickleStorage = { kind: "storage", key, dtype: facts[0], byteLength };
      onStorage(storage, facts[1]);
      return storage;
    },
  };
}
