import { base64, bytesOf } from "./_bytes.js";
import { requireSome, requireText, requireUnique, requireWithin } from "./_check.js";
import { markup, nothing } from "./_markup.js";
import { requireFileName } from "./_requireFileName.js";
import type { Html } from "./Html.js";
import type { ReportFile } from "./ReportFile.js";

/** Options of {@link downloads}. */
export interface DownloadsOptions {
  /** What the files are together. @defaultValue `"The numbers behind this page"` */
  readonly title?: string;
  /** Most bytes that all files may have together, before they are written as text. @defaultValue `4194304`, 4 MiB */
  readonly maxBytes?: number;
}

/**
 * Files inside the page itself, such as the predictions behind its numbers, each with a link that saves it. The links
 * hold the files as data, so that nothing is fetched.
 *
 * @param files - In the order shown. A report that is handed on hands them on.
 * @param options - Title and bound of size.
 * @returns The list of links with sizes; `reportFiles` writes the files beside the page.
 * @throws RangeError if there is no file, a name is not of the form or there twice, they are too large together, or the
 *   title is blank.
 * @see Masinter (1998), RFC 2397, The "data" URL scheme.
 * @example
 * {@includeCode ../example/tables.example.ts#downloads}
 */
export function downloads(
  files: readonly ReportFile[],
  { title = "The numbers behind this page", maxBytes = 4 * 1024 * 1024 }: DownloadsOptions = {},
): Html {
  requireText("downloads", "title", title);
  requireSome("downloads", "files", files.length);
  requireWithin("downloads", "maxBytes", maxBytes, 1, Number.MAX_SAFE_INTEGER);
  for (const { name } of files) requireFileName("downloads", name);
  requireUnique(
    "downloads",
    "names of files",
    files.map(({ name }) => name),
  );
  const contents = files.map(({ content }) => bytesOf(content));
  const total = contents.reduce((sum, { length }) => sum + length, 0);
  if (total > maxBytes) {
    throw new RangeError(`downloads: files must have at most ${maxBytes} bytes together, got ${total}`);
  }
  const items = files.map(({ name, description }, i) => {
    const bytes = contents[i] as Uint8Array;
    const words = description === undefined ? nothing : markup`<span class="words">${description}</span>`;
    return markup`<li><a href="data:${typeOf(name)};base64,${base64(bytes)}" download="${name}">${name}</a> <span class="size">${sizeText(bytes.length)}</span>${words}</li>
`;
  });
  const { html } = markup`<div class="downloads"><p class="head">${title}</p><ul>
${items}</ul></div>`;
  return { html, files };
}

/** Types that a browser saves under the name given; whatever else is bytes. */
const types: Readonly<Record<string, string>> = {
  csv: "text/csv;charset=utf-8",
  md: "text/markdown;charset=utf-8",
  tex: "text/x-tex;charset=utf-8",
  txt: "text/plain;charset=utf-8",
  json: "application/json",
  arrow: "application/vnd.apache.arrow.file",
};

function typeOf(name: string): string {
  return types[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
}

function sizeText(numBytes: number): string {
  if (numBytes < 1000) return `${numBytes} B`;
  return numBytes < 1e6 ? `${(numBytes / 1e3).toFixed(1)} kB` : `${(numBytes / 1e6).toFixed(1)} MB`;
}
