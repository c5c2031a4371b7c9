import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { quickstart } from "./quickstart.js";

test("the quickstart trains, predicts and compares on images drawn on the spot", async () => {
  const folder = await mkdtemp(join(tmpdir(), "cxrkit-quickstart-"));
  try {
    const { models, pairs, method } = await quickstart(folder, 60, 1);
    expect(Object.keys(models)).toEqual(["trained", "untrained"]);
    expect(models.trained?.perFinding.map(({ finding }) => finding)).toEqual([
      "no_finding",
      "pleural_effusion",
    ]);
    expect(pairs[0]?.macro.pValue).toBeGreaterThan(0);
    expect(method.resampled).toBe("patients");
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);
