import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { clearStudy } from "./clearStudy.js";

test("clearStudy deletes what a study left and nothing that somebody else put there", async () => {
  const folder = await mkdtemp(join(tmpdir(), "cxrkit-clear-"));
  try {
    for (const name of ["data", "models", "stages", "notes"]) await mkdir(join(folder, name));
    for (const name of ["report.html", "thesis.docx"]) await writeFile(join(folder, name), "");
    await clearStudy(folder);
    expect((await readdir(folder)).sort()).toEqual(["data", "notes", "thesis.docx"]);
    await clearStudy(folder, ["data"]);
    expect((await readdir(folder)).sort()).toEqual(["notes", "thesis.docx"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
