import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { hashAside, hashHere, hashTensors } from "./_hashTensors.js";
import { startHashThread } from "./_hashThread.js";
import type { StoredTensor } from "./TensorFile.js";

/** Of sizes around those at which bytes are put together or taken apart. */
function drawn(lengths: readonly number[]): Map<string, StoredTensor> {
  const entries = lengths.map((length, i): [string, StoredTensor] => {
    const data = new Float32Array(length).fill(i + 1);
    for (let j = 0; j < length; j += 1009) data[j] = Math.sin(i + j);
    return [`tensor ${i % 2 === 0 ? i : 100 - i}`, { dtype: "float32", shape: [length], data }];
  });
  return new Map(entries);
}

/** The hash of a file, written down directly. */
function direct(tensors: ReadonlyMap<string, StoredTensor>): string {
  const hash = createHash("sha256");
  for (const name of [...tensors.keys()].sort()) {
    const { dtype, shape, data } = tensors.get(name)!;
    hash.update(JSON.stringify([name, dtype, shape]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}

test.each([
  ["no tensors", []],
  ["small ones", [1, 0, 3, 700]],
  ["ones around the size of a piece", [2 ** 21, 2 ** 21 - 9, 5, 2 ** 21 + 1]],
  ["more of them than copies of a thread", [2 ** 23 + 3, 7, ...new Array<number>(6).fill(2 ** 21 - 99)]],
])("the hash of %s is the same on a thread of its own", async (_, lengths) => {
  const tensors = drawn(lengths);
  const expected = direct(tensors);
  expect(await hashAside(tensors)).toBe(expected);
  expect(await hashHere(tensors)).toBe(expected);
  expect(await hashTensors(tensors)).toBe(expected);
});

test("a thread that was ended rejects and does not wait for ever", async () => {
  const thread = (await startHashThread())!;
  await thread.update(Uint8Array.of(1, 2, 3));
  await thread.dispose();
  await expect(thread.digest()).rejects.toThrow("thread of the hash must not end");
});
