import type { ReportSection } from "./htmlReport.js";
import type { ReportFile } from "./ReportFile.js";
import { tableAsCsv } from "./tableAsCsv.js";

/**
 * The numbers behind the figures of a report as files, to be put into the page by `downloads`. `reportFiles` writes them
 * beside the drawings without this.
 *
 * @param sections - Those of a report; figures that have no numbers are passed over.
 * @returns One CSV file a figure, named after its section and its place there, such as `results-figure-2.csv`.
 * @see Shafranovich (2005), RFC 4180, Common Format and MIME Type for CSV Files.
 * @example
 * {@includeCode ../example/tables.example.ts#figureNumbers}
 */
export function figureNumbers(sections: readonly ReportSection[]): ReportFile[] {
  const parts = sections.flatMap((section) => [section, ...(section.subsections ?? [])]);
  return parts.flatMap(({ id, content }) => {
    const drawings = content.flatMap((piece) => {
      if (typeof piece === "string") return [];
      return "svg" in piece ? [piece] : (piece.drawings ?? []);
    });
    return drawings.flatMap(({ numbers, title }, i) =>
      numbers === undefined
        ? []
        : [
            {
              name: `${id}-figure-${i + 1}.csv`,
              content: tableAsCsv(numbers),
              description: title,
            },
          ],
    );
  });
}
