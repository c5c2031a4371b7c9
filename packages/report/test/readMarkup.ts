/** A tag of a page, with the names of its attributes. */
export interface Tag {
  readonly name: string;
  readonly attributes: readonly string[];
}

const empty = new Set(["meta", "img", "br", "hr"]);
const name = "[A-Za-z_][-A-Za-z0-9_:]*";
const token = new RegExp(`<!doctype html>|</(${name})>|<(${name})((?: ${name}="[^"<]*")*)(/?)>`, "gy");
const entity = /&(?!(?:amp|lt|gt|quot|#39|#x[0-9A-F]+);)/;

/**
 * Reads what is written as XML must be, but for the elements that HTML leaves open: every tag closed in its turn, every
 * attribute quoted and there once, no loose `<` or `&`. Throws at the first fault.
 */
export function readMarkup(text: string): Tag[] {
  const tags: Tag[] = [];
  const open: string[] = [];
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf("<", at);
    const words = text.slice(at, next < 0 ? undefined : next);
    if (open.at(-1) !== "style" && entity.test(words)) throw new Error(`loose & in ${JSON.stringify(words)}`);
    if (next < 0) break;
    token.lastIndex = next;
    const found = token.exec(text);
    if (!found) throw new Error(`no tag at ${JSON.stringify(text.slice(next, next + 80))}`);
    at = token.lastIndex;
    const [, closed, opened, written = "", slash] = found;
    if (closed !== undefined && open.pop() !== closed) throw new Error(`</${closed}> closes nothing`);
    if (opened === undefined) continue;
    if (entity.test(written)) throw new Error(`loose & in ${written}`);
    const attributes = [...written.matchAll(new RegExp(` (${name})="[^"]*"`, "g"))].map(
      ([, one]) => one as string,
    );
    if (new Set(attributes).size < attributes.length) throw new Error(`an attribute twice in ${found[0]}`);
    tags.push({ name: opened, attributes });
    if (slash === "" && !empty.has(opened)) open.push(opened);
  }
  if (open.length > 0) throw new Error(`open at the end: ${open.join(" ")}`);
  return tags;
}

/** The text between the tags, unescaped. */
export function textOf(markup: string): string {
  return markup
    .replace(/<(style|script)>[\s\S]*?<\/\1>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")
    .replace(/\s+/g, " ");
}

/** Cells of the table's rows, as text. */
export function cellsOf(html: string): string[][] {
  const rows = html.slice(html.indexOf("<tbody>")).match(/<tr>.*?<\/tr>/gs) ?? [];
  return rows.map((row) =>
    (row.match(/<t[hd].*?<\/t[hd]>/gs) ?? []).map((cell) => textOf(cell).replaceAll(/ +/g, " ").trim()),
  );
}
