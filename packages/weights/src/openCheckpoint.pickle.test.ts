import { expect, test } from "vitest";
import { temporaryFiles } from "../test/files.js";
import { op, pickleOf, stateDictOf, tensorOperations, torchZipOf } from "../test/handmade.js";
import { type CheckpointBudgets, openCheckpoint } from "./index.js";

const files = temporaryFiles();
let number = 0;

const opened = async (pickle: Uint8Array, budgets: CheckpointBudgets = {}) => {
  const path = await files.write(`${number++}.pth`, torchZipOf(pickle));
  const checkpoint = await openCheckpoint(path, { budgets });
  await checkpoint.close();
  return checkpoint;
};

/** A dict with a tensor and one more value, which is not part of the state dict. */
const beside = (...operations: readonly Uint8Array[]) =>
  pickleOf(op.emptyDict, op.mark, op.text("w"), tensorOperations(), op.text("x"), ...operations, op.setItems);

test.each<[string, string, string]>([
  ["the system's shell", "posix", "system"],
  ["the shell of Windows", "nt", "system"],
  ["a process", "subprocess", "Popen"],
  ["an evaluation", "builtins", "eval"],
  ["an execution", "builtins", "exec"],
  ["an import", "builtins", "__import__"],
  ["an attribute", "builtins", "getattr"],
  ["printing", "builtins", "print"],
  ["PyTorch's own loader", "torch", "load"],
  ["a TorchScript loader", "torch.jit", "load"],
  ["a partial function", "functools", "partial"],
  ["an unpickler", "pickle", "loads"],
  ["a code object", "types", "CodeType"],
  ["a method behind an allowed class", "collections", "OrderedDict.__init__"],
  ["a module in the name", "torch._utils", "_rebuild_tensor_v2.__globals__"],
  ["what every object of JavaScript has", "constructor", "constructor"],
  ["a sparse tensor", "torch._utils", "_rebuild_sparse_tensor"],
])("openCheckpoint refuses %s by name, whether it is called or only named", async (_, module, name) => {
  const refusal = expect.objectContaining({ name: "WeightFormatError", code: "pickle" });
  const named = op.global(module, name);
  const byStack = Buffer.concat([op.text(module), op.text(name), op.stackGlobal]);
  for (const global of [named, byStack]) {
    const called = opened(beside(global, op.text("EXECUTED"), op.tuple1, op.reduce));
    await expect(called).rejects.toThrow(`got ${module}.${name} before`);
    await expect(called).rejects.toEqual(refusal);
    await expect(opened(beside(global))).rejects.toEqual(refusal);
    await expect(opened(beside(global, op.emptyTuple, op.newObject))).rejects.toEqual(refusal);
  }
});

test("openCheckpoint reads nothing else where a class is allowed: it cannot be called into something", async () => {
  const storage = op.global("torch", "FloatStorage");
  await expect(opened(beside(storage, op.int(9), op.tuple1, op.reduce))).rejects.toThrow(
    "must rebuild data only, got torch.FloatStorage(9)",
  );
  const list = op.global("builtins", "list");
  await expect(opened(beside(list, op.emptyTuple, op.reduce))).rejects.toThrow(
    "must rebuild data only, got builtins.list()",
  );
  const other = Buffer.concat([
    op.global("torch._tensor", "_rebuild_from_type_v2"),
    op.mark,
    op.global("builtins", "set"),
    op.global("builtins", "int"),
    op.emptyTuple,
    op.none,
    op.tuple,
    op.reduce,
  ]);
  await expect(opened(beside(other))).rejects.toThrow("must rebuild data only");
  await expect(opened(beside(op.text("text"), op.emptyTuple, op.reduce))).rejects.toThrow(
    'must call a function with a tuple, got "text" with a tuple',
  );
});

test.each<[string, Uint8Array, string]>([
  ["an operation of protocol 0", Buffer.from("I1\n"), "must have operations of data only, got 0x49"],
  [
    "an instance of protocol 0",
    Buffer.from("(iposix\nsystem\n"),
    "must have operations of data only, got 0x69",
  ],
  ["an extension", Buffer.from([0x82, 1]), "must have operations of data only, got 0x82"],
  ["a buffer elsewhere", Buffer.from([0x97]), "must have operations of data only, got 0x97"],
  ["keyword arguments", Buffer.from([0x92]), "must have operations of data only, got 0x92"],
  ["an unknown operation", Buffer.from([0xff]), "must have operations of data only, got 0xff"],
  ["a mark that is not there", op.tuple, "must set a mark before it takes up to it, got none"],
  [
    "a value behind a mark",
    Buffer.concat([op.int(1), op.mark, op.tuple1]),
    "must take only values that it put, got an empty stack",
  ],
  ["a memo that was not kept", op.get(7), "must recall only what it kept, got number 7"],
  [
    "an item of a list that is none",
    Buffer.concat([op.int(1), op.int(2), op.append]),
    "must append to lists and sets only, got 1",
  ],
  [
    "an item of a dict that is none",
    Buffer.concat([op.int(1), op.int(2), op.int(3), op.setItem]),
    "must set items of dicts only, got 1",
  ],
  [
    "a key without value",
    Buffer.concat([op.emptyDict, op.mark, op.int(1), op.setItems]),
    "must set a value for every key, got 1 values",
  ],
  [
    "a key that does not hash",
    Buffer.concat([op.emptyDict, op.emptyList, op.int(1), op.setItem]),
    "must have keys that hash, got a list",
  ],
  ["two values", Buffer.concat([op.int(1), op.int(2)]), "must leave one value, got 2 and 0 marks"],
  ["a mark that is left", Buffer.concat([op.int(1), op.mark]), "must leave one value, got 1 and 1 marks"],
  ["no value", Buffer.alloc(0), "must leave one value, got 0 and 0 marks"],
  [
    "a persistent id that is none",
    Buffer.concat([op.int(1), op.persistent]),
    "must refer to storages only, got 1",
  ],
  [
    "a state where none can be",
    Buffer.concat([op.int(1), op.emptyDict, op.build]),
    "must set the state of what has one, got 1",
  ],
  [
    "a name that is no text",
    Buffer.concat([op.int(1), op.int(2), op.stackGlobal]),
    "must name a class in text, got 1 and 2",
  ],
  [
    "text that is not UTF-8",
    Buffer.from([0x58, 1, 0, 0, 0, 0xff]),
    "must have text in UTF-8, got other bytes",
  ],
  [
    "text that is longer than the file",
    Buffer.from([0x58, 0, 1, 0, 0, 0x61]),
    "must end with its last operation, got the end",
  ],
  ["a class without end", Buffer.from("cposix"), "must end with its last operation, got the end"],
  [
    "a class with a very long name",
    Buffer.from(`c${"a".repeat(2000)}`),
    "must name classes in at most 1000 bytes, got more",
  ],
])("openCheckpoint refuses a pickle with %s", async (_, operations, message) => {
  const opening = opened(pickleOf(operations));
  await expect(opening).rejects.toThrow(message);
  await expect(opening).rejects.toMatchObject({ name: "WeightFormatError", code: "pickle" });
});

test.each([0, 1, 6, 255])("openCheckpoint refuses protocol %i", async (protocol) => {
  const pickle = Buffer.concat([op.proto(protocol), op.emptyDict, op.stop]);
  await expect(opened(pickle)).rejects.toThrow(`must have protocol 2 to 5, got ${protocol}`);
});

test("openCheckpoint refuses a pickle that does not begin with its protocol", async () => {
  await expect(opened(Buffer.from("(dp0\n."))).rejects.toThrow(
    "must begin with its protocol, got another byte",
  );
});

test.each<[string, CheckpointBudgets, Uint8Array, string]>([
  ["operations", { opcodes: 10 }, stateDictOf({ w: {} }), "must have at most 10 operations, got more"],
  [
    "kept values",
    { memoEntries: 1 },
    beside(op.int(1), op.put(0), op.put(1)),
    "must keep at most 1 values, got more",
  ],
  ["bytes", { pickleBytes: 20 }, stateDictOf({ w: {} }), "must have at most 20 bytes, got"],
  [
    "a string",
    { stringBytes: 40 },
    beside(op.text("a".repeat(41))),
    "must have strings of at most 40 bytes, got 41",
  ],
  [
    "bytes of a string",
    { stringBytes: 40 },
    beside(Buffer.from([0x42, 0, 0, 0, 0x70])),
    "must have strings of at most 40 bytes, got 1879048192",
  ],
  [
    "a string of 64-bit length",
    {},
    beside(Buffer.from([0x8d, 255, 255, 255, 255, 255, 255, 255, 255])),
    "must have strings of at most 16777216 bytes",
  ],
  [
    "an integer",
    {},
    beside(Buffer.from([0x8b, 255, 255, 0, 0])),
    "must have integers of at most 64 bytes, got 65535",
  ],
  [
    "tuples in tuples",
    { depth: 5 },
    beside(op.none, ...Array(6).fill(op.tuple1)),
    "must nest containers at most 5 deep, got 6",
  ],
  [
    "lists in lists",
    { depth: 5 },
    beside(...Array(7).fill(op.emptyList), ...Array(6).fill(op.append)),
    "must nest containers at most 5 deep",
  ],
  ["marks", { depth: 5 }, beside(...Array(12).fill(op.mark)), "must nest marks at most 10 deep, got more"],
])("openCheckpoint keeps its budget of %s", async (_, budgets, pickle, message) => {
  const opening = opened(pickle, budgets);
  await expect(opening).rejects.toThrow(message);
  await expect(opening).rejects.toMatchObject({ code: "budget" });
});

test("openCheckpoint refuses lists that grow downwards, one put into the other before it is filled", async () => {
  const chain = Array.from({ length: 200 }, (_, i) => [
    op.emptyList,
    op.put(i + 1),
    op.append,
    op.get(i + 1),
  ]);
  const drop = Buffer.alloc(200, "0");
  const pickle = beside(op.emptyList, op.put(0), ...chain.flat(), drop);
  await expect(opened(pickle)).rejects.toMatchObject({ code: "budget" });
});

test("a container inside itself, and one that is there a million times, end", async () => {
  const loop = beside(op.emptyList, op.put(0), op.get(0), op.append);
  expect((await opened(loop)).names).toEqual(["w"]);
  const shared = Array.from({ length: 40 }, (_, i) => [
    op.get(i),
    op.get(i),
    op.tuple2,
    op.put(i + 1),
    Buffer.from("0"),
  ]).flat();
  const tree = beside(op.none, op.put(0), Buffer.from("0"), ...shared, op.get(40));
  expect((await opened(tree)).names).toEqual(["w"]);
});

test("values that are no tensors are described, not restored", async () => {
  const bytes = [op.global("_codecs", "encode"), op.text("abc"), op.text("latin1"), op.tuple2, op.reduce];
  expect((await opened(beside(...bytes))).metadata).toEqual({ "cxrkit.ignored": "x" });
  const device = [op.global("torch", "device"), op.text("cuda"), op.tuple1, op.reduce];
  expect((await opened(beside(...device))).metadata).toEqual({ "cxrkit.ignored": "x" });
  const size = [op.global("torch", "Size"), op.int(2), op.tuple1, op.tuple1, op.reduce];
  expect((await opened(beside(...size))).metadata).toEqual({ "x.0": "2" });
  const python2 = [
    op.global("collections", "OrderedDict"),
    op.emptyList,
    op.mark,
    op.text("a"),
    op.int(1),
    op.tuple,
    op.append,
    op.tuple1,
    op.reduce,
  ];
  expect((await opened(beside(...python2))).metadata).toEqual({ "x.a": "1" });
  const set = [op.global("__builtin__", "set"), op.emptyList, op.int(1), op.append, op.tuple1, op.reduce];
  expect((await opened(beside(...set))).metadata).toEqual({ "cxrkit.ignored": "x" });
  const long = Buffer.concat([Buffer.from([0x8a, 9]), Buffer.from("ffffffffffffffff00", "hex")]);
  expect((await opened(beside(long))).metadata).toEqual({ x: String(2n ** 64n - 1n) });
  expect((await opened(beside(Buffer.from([0x8a, 0])))).metadata).toEqual({ x: "0" });
  expect((await opened(beside(Buffer.from([0x8a, 1, 0xfe])))).metadata).toEqual({ x: "-2" });
});
