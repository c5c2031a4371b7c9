import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Comparison, compareModels, seededRandom } from "@cxrkit/statistics";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseStudy } from "./parseStudy.js";
import { resultsPath, type StudyResults } from "./results.js";
import { writeBothReport } from "./writeBothReport.js";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "cxrkit-both-"));
});
afterAll(() => rm(root, { recursive: true }));

/** A comparison of made-up scores; the gain parts positives from negatives. */
function comparison(findings: readonly string[], gain: number, protocol: Comparison["method"]["protocol"]) {
  const random = seededRandom(3);
  const columns = findings.length;
  const matrix = (value: (i: number) => number) => ({
    data: Array.from({ length: 400 * columns }, (_, i) => value(i)),
    rows: 400,
    columns,
  });
  const labels = matrix(() => (random() < 0.3 ? 1 : 0));
  const models = {
    dinov2: matrix((i) => random() + gain * labels.data[i]!),
    imagenet: matrix((i) => random() + 0.2 * labels.data[i]!),
  };
  const patients = Array.from({ length: 400 }, (_, row) => row >> 1);
  return compareModels(
    { labels, models, findings, patients },
    { seed: 1, replicates: 60, protocol, oneClass: "redraw" },
  );
}

function results(protocol: "as-published" | "corrected", findings: readonly string[]): StudyResults {
  const gain = protocol === "corrected" ? 0.9 : 0.2;
  return {
    title: "Where to begin",
    protocol,
    cross: [],
    sharedFindings: [],
    comparisons: ["vindr-cxr", "padchest"].map((dataset) => ({
      ...{ dataset, name: "dinov2-imagenet", numImages: 400, leftOut: [], subgroups: [] },
      models: { dinov2: `${dataset}-dinov2`, imagenet: `${dataset}-imagenet` },
      comparison: comparison(findings, gain, "corrected"),
      published: comparison(findings, gain, "as-published"),
    })),
  };
}

test("both protocols stand on one page once both have results, by the findings that both have", async () => {
  const out = join(root, "out");
  const request = parseStudy(["--data", "padchest=x", "--protocol", "both", "--out", out]);
  if (request.help) throw new Error("studies were expected");
  const { studies } = request;
  expect(await writeBothReport(studies)).toBeUndefined();
  const findings = { "as-published": ["edema", "mass"], corrected: ["mass", "edema", "hernia"] };
  for (const { folder, protocol } of studies) {
    await mkdir(folder, { recursive: true });
    const content = JSON.stringify(results(protocol.name, findings[protocol.name]));
    await writeFile(join(folder, resultsPath), content);
  }
  const page = await writeBothReport(studies, () => Date.UTC(2026, 0, 2, 3, 4));
  expect(page).toBe(join(out, "report.html"));
  const html = await readFile(join(out, "report.html"), "utf8");
  expect(html).toContain("Made 2026-01-02 03:04 UTC");
  expect(html).toContain("is another under the other protocol in 2 of 2 comparisons of two starts");
  expect(html).toContain("Under one protocol only, for too few positives under the other: hernia.");
  const csv = await readFile(join(out, "report/means/table-1.csv"), "utf8");
  const [, first] = csv.split("\r\n");
  const published = results("as-published", findings["as-published"]).comparisons[0]!.published;
  const corrected = results("corrected", findings.corrected).comparisons[0]!.comparison;
  expect(first?.split(",").slice(0, 6)).toEqual([
    "vindr-cxr",
    "dinov2",
    String(published.models.dinov2?.macro.mean),
    String(published.models.dinov2?.macro.standardDeviation),
    "2",
    String(corrected.models.dinov2?.macro.estimate),
  ]);
  expect(await readdir(join(out, "report"))).toEqual(["README.md", "findings", "means", "rules"]);
  const areas = await readFile(join(out, "report/findings/table-1.csv"), "utf8");
  expect(areas.split("\r\n")[1]).toMatch(/^Mass,dinov2,/);
});

test("one protocol alone has no page of both", async () => {
  const request = parseStudy(["--data", "padchest=x", "--out", join(root, "alone")]);
  expect(request.help || (await writeBothReport(request.studies))).toBeUndefined();
});
