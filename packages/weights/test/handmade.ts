import { crc32, deflateRawSync } from "node:zlib";

/** A member of a hand-made archive; what is left out is as it should be. */
export interface HandmadeMember {
  readonly name: string | Uint8Array;
  readonly content: Uint8Array;
  readonly deflate?: boolean;
  /** Fields that lie. */
  readonly lie?: {
    readonly crc32?: number;
    readonly length?: number;
    readonly packedLength?: number;
    readonly localLength?: number;
    readonly begin?: number;
    readonly flags?: number;
    readonly method?: number;
    readonly localName?: string;
    readonly zip64?: readonly bigint[];
  };
}

/** Fields that lie in the record at the end. */
export interface HandmadeEnd {
  readonly count?: number;
  readonly offset?: number;
  readonly length?: number;
  readonly comment?: Uint8Array;
  readonly disk?: number;
}

const u16 = (...values: number[]) => values.flatMap((value) => [value & 255, (value >> 8) & 255]);
const u32 = (...values: number[]) =>
  values.flatMap((value) => [...u16(value & 0xffff), ...u16(value >>> 16)]);

/** A zip archive, field by field. */
export function zipOf(members: readonly HandmadeMember[], end: HandmadeEnd = {}): Buffer {
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let position = 0;
  for (const { name, content, deflate = false, lie = {} } of members) {
    const packed = deflate ? deflateRawSync(content) : content;
    const nameBytes = typeof name === "string" ? Buffer.from(name) : name;
    const localName = lie.localName === undefined ? nameBytes : Buffer.from(lie.localName);
    const method = lie.method ?? (deflate ? 8 : 0);
    const checksum = lie.crc32 ?? crc32(content);
    const flags = lie.flags ?? 0x800;
    const local = [
      ...u32(0x04034b50),
      ...u16(20, flags, method, 0, 0x21),
      ...u32(checksum, packed.length, lie.localLength ?? content.length),
      ...u16(localName.length, 0),
    ];
    const zip64 = Buffer.concat(
      (lie.zip64 ?? []).map((value) => {
        const bytes = Buffer.alloc(8);
        bytes.writeBigUInt64LE(value);
        return bytes;
      }),
    );
    const extra = lie.zip64 === undefined ? [] : [...u16(1, zip64.length), ...zip64];
    const entry = [
      ...u32(0x02014b50),
      ...u16(20, 20, flags, method, 0, 0x21),
      ...u32(checksum, lie.packedLength ?? packed.length, lie.length ?? content.length),
      ...u16(nameBytes.length, extra.length, 0, 0, 0),
      ...u32(0, lie.begin ?? position),
    ];
    directory.push(Buffer.from(entry), nameBytes, Buffer.from(extra));
    const whole = Buffer.concat([Buffer.from(local), localName, packed]);
    pieces.push(whole);
    position += whole.length;
  }
  const index = Buffer.concat(directory);
  const { comment = Buffer.alloc(0), count = members.length, disk = 0 } = end;
  const last = [
    ...u32(0x06054b50),
    ...u16(disk, disk, count, count),
    ...u32(end.length ?? index.length, end.offset ?? position),
    ...u16(comment.length),
  ];
  return Buffer.concat([...pieces, index, Buffer.from(last), comment]);
}

/** Operations of a pickle, by the names that Python's pickletools gives them. */
export const op = {
  proto: (version: number) => Buffer.from([0x80, version]),
  stop: Buffer.from("."),
  mark: Buffer.from("("),
  emptyDict: Buffer.from("}"),
  emptyList: Buffer.from("]"),
  emptyTuple: Buffer.from(")"),
  tuple: Buffer.from("t"),
  tuple1: Buffer.from([0x85]),
  tuple2: Buffer.from([0x86]),
  tuple3: Buffer.from([0x87]),
  setItem: Buffer.from("s"),
  setItems: Buffer.from("u"),
  append: Buffer.from("a"),
  appends: Buffer.from("e"),
  reduce: Buffer.from("R"),
  build: Buffer.from("b"),
  newObject: Buffer.from([0x81]),
  stackGlobal: Buffer.from([0x93]),
  memoize: Buffer.from([0x94]),
  persistent: Buffer.from("Q"),
  no: Buffer.from([0x89]),
  none: Buffer.from("N"),
  int: (value: number) => {
    const bytes = Buffer.alloc(5, "J");
    bytes.writeInt32LE(value, 1);
    return bytes;
  },
  put: (index: number) => Buffer.from([0x71, index]),
  get: (index: number) => Buffer.from([0x68, index]),
  text: (value: string) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(Buffer.byteLength(value));
    return Buffer.concat([Buffer.from("X"), length, Buffer.from(value)]);
  },
  global: (module: string, name: string) => Buffer.from(`c${module}\n${name}\n`),
};

/** A pickle of protocol 2 with these operations. */
export function pickleOf(...operations: readonly Uint8Array[]): Buffer {
  return Buffer.concat([op.proto(2), ...operations, op.stop]);
}

/** Facts of a tensor that a pickle rebuilds. */
export interface HandmadeTensor {
  readonly key?: string;
  readonly count?: number;
  readonly offset?: number;
  readonly shape?: readonly number[];
  readonly stride?: readonly number[];
  readonly storage?: string;
}

/** The operations that rebuild a tensor of 6 float32 in storage 0. */
export function tensorOperations(facts: HandmadeTensor = {}): Buffer {
  const {
    key = "0",
    count = 6,
    offset = 0,
    shape = [2, 3],
    stride = [3, 1],
    storage = "FloatStorage",
  } = facts;
  const tuple = (values: readonly number[]) => [op.mark, ...values.map(op.int), op.tuple];
  return Buffer.concat([
    ...[op.global("torch._utils", "_rebuild_tensor_v2"), op.mark],
    ...[
      op.mark,
      op.text("storage"),
      op.global("torch", storage),
      op.text(key),
      op.text("cpu"),
      op.int(count),
    ],
    ...[op.tuple, op.persistent, op.int(offset), ...tuple(shape), ...tuple(stride), op.no],
    ...[op.global("collections", "OrderedDict"), op.emptyTuple, op.reduce, op.tuple, op.reduce],
  ]);
}

/** The pickle of a dict of tensors. */
export function stateDictOf(tensors: Readonly<Record<string, HandmadeTensor>>): Buffer {
  const items = Object.entries(tensors).flatMap(([name, facts]) => [op.text(name), tensorOperations(facts)]);
  return pickleOf(op.emptyDict, op.mark, ...items, op.setItems);
}

/** A PyTorch archive of a pickle and one storage of six float32, 0 to 5. */
export function torchZipOf(pickle: Uint8Array, more: readonly HandmadeMember[] = []): Buffer {
  const storage = Buffer.from(Float32Array.of(0, 1, 2, 3, 4, 5).buffer);
  return zipOf([
    { name: "archive/data.pkl", content: pickle },
    { name: "archive/data/0", content: storage },
    ...more,
  ]);
}
