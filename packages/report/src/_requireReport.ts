import { requireSome, requireText, requireUnique } from "./_check.js";
import type { HtmlReportInput } from "./htmlReport.js";

/** Refuses a report without an answer or sections, or with titles and ids that cannot be. */
export function requireReport(where: string, { title, summary, sections }: HtmlReportInput): void {
  requireText(where, "title", title);
  requireSome(where, "summary", summary.length);
  requireSome(where, "sections", sections.length);
  const all = sections.flatMap((section) => [section, ...(section.subsections ?? [])]);
  for (const { id, title } of all) {
    requireId(where, id);
    requireText(where, `title of section ${id}`, title);
  }
  requireUnique(
    where,
    "ids of sections",
    all.map(({ id }) => id),
  );
}

function requireId(where: string, id: string): void {
  if (!/^[a-z][a-z0-9-]*$/.test(id)) {
    throw new RangeError(`${where}: id of a section must match ^[a-z][a-z0-9-]*$, got ${JSON.stringify(id)}`);
  }
}
