import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CompareModelsInput, compareModels, seededRandom } from "@cxrkit/statistics";
import { expect, test } from "vitest";
import { compareBoth } from "./compareBoth.js";

const random = seededRandom(4);
const matrix = (value: () => number) => ({ data: Array.from({ length: 900 }, value), rows: 300, columns: 3 });
const input: CompareModelsInput = {
  labels: matrix(() => (random() < 0.3 ? 1 : 0)),
  models: { a: matrix(random), b: matrix(random) },
  findings: ["x", "y", "z"],
  patients: Array.from({ length: 300 }, (_, row) => `p${row >> 1}`),
};
const thresholds = { a: [0.5, 0.4, 0.3], b: [0.6, 0.5, 0.4] };
const options = { seed: 9, replicates: 200 };
const measures = ["averagePrecision", "accuracy", "sensitivity", "specificity", "f1"] as const;
const shared = { ...options, measures };
const expected = {
  comparison: compareModels(input, { ...shared, oneClass: "skip", threshold: { frozen: thresholds } }),
  published: compareModels(input, {
    ...shared,
    protocol: "as-published",
    oneClass: "redraw",
    threshold: "refit-youden",
  }),
};

test("both statistics are those of compareModels, one after the other from the sources", async () => {
  const told: number[] = [];
  const both = await compareBoth(input, {
    ...options,
    oneClass: "skip",
    thresholds,
    onReplicate: (done) => told.push(done),
  });
  expect(both).toEqual(expected);
  expect(told.at(-1)).toBe(400);
  expect(told).toEqual([...told].sort((a, b) => a - b));
});

/** Runs a program of the built study: threads need built files, and `npm test` builds before it tests. */
function built(program: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), "cxrkit-both-"));
  const url = new URL("../dist/compareBoth.js", import.meta.url).href;
  const file = join(folder, "program.mjs");
  try {
    writeFileSync(file, `import { compareBoth } from ${JSON.stringify(url)};\n${program}`);
    const given = JSON.stringify({ input, options, thresholds });
    const { stdout, stderr } = spawnSync(process.execPath, [file], { input: given, encoding: "utf8" });
    if (stdout === "") throw new Error(stderr);
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const read = `
import { readFileSync } from "node:fs";
const { input, options, thresholds } = JSON.parse(readFileSync(0, "utf8"));
`;

test("in threads both have the same digits, while the thread that waits stays free", () => {
  const got = built(`${read}
let ticks = 0;
const timer = setInterval(() => ticks++, 1);
const both = await compareBoth(input, { ...options, oneClass: "skip", thresholds });
clearInterval(timer);
console.log(JSON.stringify({ both, ticks }));`) as { readonly both: unknown; readonly ticks: number };
  expect(got.both).toEqual(JSON.parse(JSON.stringify(expected)));
  expect(got.ticks).toBeGreaterThan(5);
});

test("in threads both stop at once when they are told to, with the reason", () => {
  const reason = built(`${read}
const controller = new AbortController();
const onReplicate = () => controller.abort(new Error("stopped by the test"));
const stopped = compareBoth(input, { seed: 1, replicates: 1e6, oneClass: "redraw", signal: controller.signal, onReplicate });
console.log(JSON.stringify(await stopped.catch((error) => error.message)));`);
  expect(reason).toBe("stopped by the test");
});
