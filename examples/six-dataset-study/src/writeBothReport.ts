import { rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { htmlReport, reportFiles } from "@cxrkit/report";
import { fileHash } from "./graph/fileHash.js";
import { bothProtocols } from "./report/bothProtocols.js";
import { readResults, resultsPath } from "./results.js";
import type { Study } from "./StudyRecord.js";
import { writeFileAtomic } from "./writeFileAtomic.js";

/**
 * Writes the page of both protocols, `report.html` and its files in `report/`, into the folder that holds theirs.
 *
 * @param studies - The study under `as-published` and under `corrected`.
 * @param clock - Gives the time in milliseconds since 1970.
 * @returns Path of the page, absolute; undefined while one of the two has no results.
 */
export async function writeBothReport(
  studies: readonly Study[],
  clock: () => number = Date.now,
): Promise<string | undefined> {
  const find = (name: Study["protocol"]["name"]) => studies.find(({ protocol }) => protocol.name === name);
  const [published, corrected] = [find("as-published"), find("corrected")];
  if (published === undefined || corrected === undefined) return undefined;
  const folder = dirname(resolve(corrected.folder));
  const results = await Promise.all(
    [published, corrected].map((study) => readResults(study.folder).catch(absent)),
  );
  const [before, after] = results;
  if (before === undefined || after === undefined) return undefined;
  const hashes = await Promise.all(
    [published, corrected].map(async (study) => ({
      label: `${study.protocol.name}/${resultsPath}`,
      value: `SHA-256 ${await fileHash(study.folder, resultsPath)}`,
    })),
  );
  const made = new Date(clock()).toISOString().slice(0, 16).replace("T", " ");
  const { summary, ...content } = bothProtocols(before, after);
  const report = {
    ...content,
    summary: [...summary, ...new Set([published, corrected].flatMap(({ notices }) => notices))],
    generated: `Made ${made} UTC by ${corrected.command}. The report of each protocol stands in its own folder beside this page.`,
    provenance: [{ label: "Command", value: corrected.command }, ...hashes],
  };
  const page = join(folder, "report.html");
  await writeFileAtomic(page, htmlReport(report));
  await rm(join(folder, "report"), { recursive: true, force: true });
  for (const [path, content] of reportFiles(report))
    if (path !== "report.html") await writeFileAtomic(join(folder, "report", path), content);
  return page;
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
