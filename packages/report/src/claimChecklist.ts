import { requireText } from "./_check.js";
import { claimParts } from "./_claimItems.js";
import { markup } from "./_markup.js";
import type { Html } from "./Html.js";
import type { Table, TableCell } from "./Table.js";

/** Options of {@link claimChecklist}. */
export interface ClaimChecklistOptions {
  /** What the table shows. @defaultValue `"CLAIM checklist, 2024"` */
  readonly title?: string;
}

/**
 * The checklist for artificial intelligence in medical imaging, with what a run knows filled in and every other item
 * marked as open, for a person to fill in. Items are named in short words; their full text is in the article.
 *
 * @param known - Answers by the number of the item, 1 to 44.
 * @param options - Title.
 * @returns The table by parts, with a count of what is open; `tables` has the record.
 * @throws RangeError if a number is none of an item, an answer or the title is blank.
 * @see Tejani et al. (2024), Checklist for Artificial Intelligence in Medical Imaging (CLAIM): 2024 update, Radiology:
 *   Artificial Intelligence 6(4):e240300.
 * @example
 * {@includeCode ../example/tables.example.ts#claimChecklist}
 */
export function claimChecklist(
  known: Readonly<Record<number, string>>,
  { title = "CLAIM checklist, 2024" }: ClaimChecklistOptions = {},
): Html {
  requireText("claimChecklist", "title", title);
  const items = claimParts.flatMap(({ title: part, items }) => items.map((item) => ({ part, item })));
  for (const [number, answer] of Object.entries(known)) {
    if (items[Number(number) - 1] === undefined) {
      throw new RangeError(
        `claimChecklist: number of an item must be an integer from 1 to ${items.length}, got ${number}`,
      );
    }
    requireText("claimChecklist", `answer to item ${number}`, answer);
  }
  const numOpen = items.length - Object.keys(known).length;
  const note = `${items.length - numOpen} of ${items.length} items are filled in from the run; ${numOpen} are open.`;
  const table: Table = {
    title,
    columns: [
      { label: "Item", numbers: "count" },
      { label: "Part" },
      { label: "Subject" },
      { label: "Answer" },
    ],
    rows: items.map(({ part, item }, i): TableCell[] => [i + 1, part, item, known[i + 1] ?? "open"]),
    notes: [note],
  };
  return { html: checklistHtml(table, known).html, tables: [table] };
}

function checklistHtml({ title, rows, notes = [] }: Table, known: Readonly<Record<number, string>>): Html {
  const bodies = claimParts.map(({ title: part }) => {
    const lines = rows
      .filter((row) => row[1] === part)
      .map(([number, , subject]) => itemHtml(Number(number), String(subject), known[Number(number)]));
    return markup`<tbody>
<tr class="part"><th scope="rowgroup" colspan="3">${part}</th></tr>
${lines}</tbody>
`;
  });
  return markup`<div class="sheet"><div class="scroll" role="region" aria-label="${title}" tabindex="0"><table class="checklist">
<caption><span>${title}. ${notes.join(" ")}</span></caption>
<thead><tr><th scope="col">Item</th><th scope="col">Subject</th><th scope="col">Answer</th></tr></thead>
${bodies}</table></div></div>`;
}

function itemHtml(number: number, subject: string, answer: string | undefined): Html {
  const cell = answer === undefined ? markup`<td class="open">Open</td>` : markup`<td>${answer}</td>`;
  return markup`<tr><td class="number">${number}</td><th scope="row">${subject}</th>${cell}</tr>
`;
}
