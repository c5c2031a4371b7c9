import { expect, test } from "vitest";
import { temporaryFiles } from "../test/files.js";
import { type HandmadeEnd, type HandmadeMember, stateDictOf, zipOf } from "../test/handmade.js";
import { openCheckpoint } from "./index.js";

const files = temporaryFiles();
const pickle: HandmadeMember = { name: "archive/data.pkl", content: stateDictOf({ w: {} }) };
const storage: HandmadeMember = {
  name: "archive/data/0",
  content: Buffer.from(Float32Array.of(0, 1, 2, 3, 4, 5).buffer),
};

async function valuesOf(bytes: Uint8Array, name: string): Promise<number[]> {
  const checkpoint = await openCheckpoint(await files.write(`${name}.pth`, bytes));
  try {
    return Array.from((await checkpoint.get("w")).data as Float32Array);
  } finally {
    await checkpoint.close();
  }
}

test("openCheckpoint reads stored and deflated members, a comment, and a name without the UTF-8 flag", async () => {
  const expected = [0, 1, 2, 3, 4, 5];
  expect(await valuesOf(zipOf([pickle, storage]), "stored")).toEqual(expected);
  const deflated = [pickle, storage].map((member) => ({ ...member, deflate: true }));
  expect(await valuesOf(zipOf(deflated), "deflated")).toEqual(expected);
  expect(
    await valuesOf(zipOf([pickle, storage], { comment: Buffer.from("PK\x05\x06 a comment") }), "comment"),
  ).toEqual(expected);
  expect(await valuesOf(zipOf([storage, { ...pickle, lie: { flags: 0 } }]), "flags")).toEqual(expected);
});

test("openCheckpoint reads lengths and places that only a zip64 field gives", async () => {
  const length = BigInt(storage.content.length);
  const offset = BigInt(zipOf([pickle]).indexOf("PK\x01\x02"));
  const lie = {
    length: 0xffff_ffff,
    packedLength: 0xffff_ffff,
    begin: 0xffff_ffff,
    zip64: [length, length, offset],
  };
  expect(await valuesOf(zipOf([pickle, { ...storage, lie }]), "zip64")).toEqual([0, 1, 2, 3, 4, 5]);
  const short = { ...lie, zip64: [length, length] };
  await expect(valuesOf(zipOf([pickle, { ...storage, lie: short }]), "short")).rejects.toThrow(
    'must give the length of "archive/data/0", got a zip64 field without it',
  );
  const { zip64: _, ...none } = lie;
  await expect(valuesOf(zipOf([pickle, { ...storage, lie: none }]), "none")).rejects.toThrow(
    "got no zip64 field",
  );
  const huge = { ...lie, zip64: [2n ** 63n, 2n ** 63n, offset] };
  await expect(valuesOf(zipOf([pickle, { ...storage, lie: huge }]), "huge")).rejects.toThrow(
    "must have lengths that are safe integers",
  );
});

test.each<[string, Partial<HandmadeMember>, string]>([
  ["is encrypted", { lie: { flags: 0x801 } }, 'must not be encrypted, got "archive/data/0" that is'],
  [
    "has another method",
    { lie: { method: 12 } },
    'must have members stored or deflated, got method 12 of "archive/data/0"',
  ],
  [
    "is longer than its bytes",
    { lie: { length: 48 } },
    'must hold no more of "archive/data/0" than its 24 bytes can, got 48 bytes',
  ],
  ["claims more than deflate can give", { deflate: true, lie: { length: 100_000_000 } }, "than its"],
  [
    "reaches into the directory",
    { lie: { length: 2400, packedLength: 2400 } },
    'must hold "archive/data/0" before byte',
  ],
  ["begins behind the directory", { lie: { begin: 100_000 } }, 'must hold "archive/data/0" before byte'],
  ["begins inside another", { lie: { begin: 10 } }, "before byte"],
  [
    "has another name in its local header",
    { lie: { localName: "archive/data/1" } },
    'must have a local header of "archive/data/0" at byte',
  ],
  [
    "has another length in its local header",
    { lie: { localLength: 23 } },
    'must give one length of "archive/data/0", got 24/24 and 23/24',
  ],
  [
    "has a wrong checksum",
    { lie: { crc32: 1 } },
    'must hold "archive/data/0" with the checksum 00000001, got',
  ],
  ["is deflated with a wrong checksum", { deflate: true, lie: { crc32: 1 } }, "with the checksum 00000001"],
  [
    "is not what was deflated",
    { content: Buffer.alloc(24, 0xff), lie: { method: 8 } },
    'must hold "archive/data/0" deflated, got invalid',
  ],
  [
    "has bytes for a name",
    { name: Buffer.from([0x61, 0xff]) },
    "must name its members in UTF-8, got other bytes",
  ],
])("openCheckpoint refuses an archive with a member that %s", async (title, change, message) => {
  const reading = valuesOf(zipOf([pickle, { ...storage, ...change }]), title);
  await expect(reading).rejects.toThrow(message);
  await expect(reading).rejects.toMatchObject({ name: "WeightFormatError", code: "archive" });
});

test("openCheckpoint refuses deflated content that is longer or shorter than it should be", async () => {
  const content = Buffer.alloc(240, 1);
  const member = { name: "archive/data/0", content, deflate: true };
  for (const length of [24, 241]) {
    const count = length === 24 ? 6 : 241;
    const tensor = length === 24 ? {} : { count, shape: [241], stride: [1], storage: "ByteStorage" };
    const first = { ...pickle, content: stateDictOf({ w: tensor }) };
    const bytes = zipOf([first, { ...member, lie: { length, localLength: length } }]);
    await expect(valuesOf(bytes, `deflated ${length}`)).rejects.toThrow(
      `must hold ${length} bytes of "archive/data/0"`,
    );
  }
});

test("openCheckpoint refuses a name that is there twice", async () => {
  await expect(valuesOf(zipOf([pickle, storage, storage]), "twice")).rejects.toThrow(
    'must name every member once, got "archive/data/0" twice',
  );
});

test.each<[string, HandmadeEnd, string]>([
  ["counts more members than there are", { count: 3 }, "must have a directory of its members, got 3 in"],
  ["counts fewer members than there are", { count: 1 }, "must have a directory of 1 entries, got"],
  [
    "counts thousands in a few bytes",
    { count: 60_000 },
    "must have a directory of its members, got 60000 in",
  ],
  ["begins elsewhere", { offset: 7 }, "must have a directory that ends at byte"],
  ["is longer than it is", { length: 100_000 }, "must have a directory that ends at byte"],
  ["is one of several files", { disk: 1 }, "must be a single file, got a part of several"],
])("openCheckpoint refuses an archive whose directory %s", async (title, end, message) => {
  await expect(valuesOf(zipOf([pickle, storage], end), title)).rejects.toThrow(message);
});

test("openCheckpoint refuses a directory whose entries are broken", async () => {
  const whole = zipOf([pickle, storage]);
  const first = whole.indexOf("PK\x01\x02");
  const marked = Buffer.from(whole);
  marked[first] = 0;
  await expect(valuesOf(marked, "marked")).rejects.toThrow(
    "must have a directory of whole entries, got another thing at its byte 0",
  );
  const long = Buffer.from(whole);
  long.writeUInt16LE(60_000, first + 28);
  await expect(valuesOf(long, "long")).rejects.toThrow(
    "must have a directory of whole entries, got one that is cut off",
  );
});

test("openCheckpoint refuses an archive that is cut off or has bytes behind it", async () => {
  const whole = zipOf([pickle, storage]);
  await expect(valuesOf(whole.subarray(0, -1), "cut")).rejects.toThrow(
    "must end with its directory, got none; the file may be cut off",
  );
  await expect(valuesOf(Buffer.concat([whole, Buffer.from("x")]), "more")).rejects.toThrow(
    "must end with its directory",
  );
});

test("openCheckpoint keeps its budgets of members, of the directory's bytes and of what is deflated", async () => {
  const path = await files.write("budgets.pth", zipOf([pickle, storage]));
  for (const budgets of [{ members: 1 }, { headerBytes: 50 }]) {
    await expect(openCheckpoint(path, { budgets })).rejects.toMatchObject({ code: "budget" });
  }
  const bomb = zipOf([pickle, { ...storage, content: Buffer.alloc(100_000), deflate: true }]);
  await expect(
    openCheckpoint(await files.write("bomb.pth", bomb), { budgets: { inflatedBytes: 99_999 } }),
  ).rejects.toThrow('must have deflated members of at most 99999 bytes, got 100000 in "archive/data/0"');
});
