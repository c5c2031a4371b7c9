import fc from "fast-check";
import { expect, test } from "vitest";
import { idTable } from "./_idTable.js";

test("it knows what a Map knows, whatever the ids", () => {
  const id = fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.stringMatching(/^(Aa|BB){12}$/),
    fc.nat(50).map(String),
  );
  fc.assert(
    fc.property(fc.array(id, { maxLength: 400 }), (ids) => {
      const table = idTable();
      const map = new Map<string, number>();
      for (const text of ids) {
        const before = map.get(text) ?? -1;
        expect(table.add(text)).toBe(before);
        if (before < 0) map.set(text, map.size);
      }
      for (const text of [...ids, "none of them"]) expect(table.rowOf(text)).toBe(map.get(text) ?? -1);
    }),
    { numRuns: 100 },
  );
});

test("it grows to many ids and keeps their rows", () => {
  const table = idTable();
  const ids = Array.from({ length: 50_000 }, (_, i) => `${String(i * 7919).padStart(8, "0")}_000.png`);
  expect(ids.every((id) => table.add(id) === -1)).toBe(true);
  expect(ids.every((id, row) => table.rowOf(id) === row && table.add(id) === row)).toBe(true);
});

test("ids chosen to share one place do not make it slow", () => {
  const ids = Array.from({ length: 2 ** 15 }, (_, i) =>
    Array.from({ length: 15 }, (_, bit) => ((i >> bit) & 1 ? "Aa" : "BB")).join(""),
  );
  const table = idTable();
  const start = process.cpuUsage();
  expect(ids.every((id) => table.add(id) === -1)).toBe(true);
  expect(ids.every((id, row) => table.add(id) === row && table.rowOf(id) === row)).toBe(true);
  expect(process.cpuUsage(start).user).toBeLessThan(5_000_000);
});
