import { expect, test } from "vitest";
import { manifest, seen } from "./ownManifest.example.js";

test("a manifest made by hand is prepared and fed as one that was read, an uncertain label ignored where asked", () => {
  expect(manifest.table.numRows).toBe(3);
  expect(seen).toEqual([[1, 0, 0, Number.NaN]]);
});
