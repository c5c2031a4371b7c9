import fc from "fast-check";
import { expect, test } from "vitest";
import { findDuplicateKey } from "./_findDuplicateKey.js";

const duplicateOf = (text: string) => findDuplicateKey(text, JSON.parse(text));

test("quotes, backslashes, colons and braces inside strings are no keys", () => {
  const key = 'a":{"a":1,\\"b\\":';
  expect(duplicateOf(JSON.stringify({ [key]: { [key]: key, ":": [":", { deep: 1 }] }, "\\": "::\\" }))).toBe(
    undefined,
  );
});

test.each([
  ["at the top", '{"a":1,"b":2,"a":3}', "a"],
  ["in an object", '{"a":{"b":1,"b":1}}', "b"],
  ["in an object inside a list", '{"a":[{"b":1,"b":1}]}', "b"],
  ["deeper than a header goes", '{"a":{"b":{"c":{"d":1,"d":1}}}}', "d"],
  ["where one loses an object with as many keys", '{"a":{"b":1},"a":{"c":1}}', "a"],
  ["with an escape", '{"a":1,"\\u0061":2}', "a"],
  ["that every object has", '{"__proto__":1,"__proto__":2}', "__proto__"],
])("a key twice is found %s", (_, text, key) => {
  expect(duplicateOf(text)).toBe(key);
});

test("objects of any depth have a duplicate only if two keys of one object are equal", () => {
  type Tree = readonly (readonly [string, Tree | string])[];
  const key = fc.constantFrom("a", "b", "c", ":", '"', "\\", "ü");
  const { tree } = fc.letrec<{ tree: Tree; value: Tree | string }>((tie) => ({
    tree: fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }) as fc.Arbitrary<Tree>,
    value: fc.oneof({ maxDepth: 4 }, fc.string(), tie("tree")),
  }));
  const textOf = (value: Tree | string): string =>
    typeof value === "string"
      ? JSON.stringify(value)
      : `{${value.map(([name, child]) => `${JSON.stringify(name)} : ${textOf(child)}`).join()}}`;
  const hasTwice = (value: Tree | string): boolean =>
    typeof value !== "string" &&
    (new Set(value.map(([name]) => name)).size < value.length || value.some(([, child]) => hasTwice(child)));
  fc.assert(
    fc.property(tree, (value) => {
      expect(duplicateOf(textOf(value)) !== undefined).toBe(hasTwice(value));
    }),
    { numRuns: 500 },
  );
});
