import type { InferenceSession } from "onnxruntime-node";
import { expect, test } from "vitest";
import { createSessionCache } from "./_sessionCache.js";

const model = Uint8Array.of(1, 2, 3);

function counting() {
  const log: string[] = [];
  const open = createSessionCache(async (bytes) => {
    const name = bytes.join("");
    log.push(`create ${name}`);
    if (name === "9") throw new Error("no such model");
    return { release: async () => void log.push(`release ${name}`) } as InferenceSession;
  });
  return { log, open };
}

test("equal models share a session until the last user is done, then one is made anew", async () => {
  const { log, open } = counting();
  const [first, second] = await Promise.all([open(model), open(model.slice())]);
  expect(first?.session).toBe(second?.session);
  first?.release();
  expect(log).toEqual(["create 123"]);
  second?.release();
  expect(log).toEqual(["create 123", "release 123"]);
  (await open(model)).release();
  expect(log).toHaveLength(4);
});

test("other models have other sessions", async () => {
  const { log, open } = counting();
  await open(model);
  await open(Uint8Array.of(1, 2));
  expect(log).toEqual(["create 123", "create 12"]);
});

test("a model that cannot be opened is tried again", async () => {
  const { log, open } = counting();
  await expect(open(Uint8Array.of(9))).rejects.toThrow("no such model");
  await expect(open(Uint8Array.of(9))).rejects.toThrow("no such model");
  expect(log).toEqual(["create 9", "create 9"]);
});
