// A plugin of typedoc: the pages of prose get their titles from their headings, their places in the navigation from the list below,
// and the site its version from the packages. Addresses come from the files' names, so that a new heading breaks no link.
import { readFileSync } from "node:fs";
import { Converter, ReflectionKind, Renderer } from "typedoc";

/** Folders of the navigation in their order: what a path starts with, and what the folder is called ("" for none). */
const folders = [
  ["docs/guide/", "Guide"],
  ["examples/", "Examples"],
  ["docs/decisions/", "Decisions"],
  ["docs/", "Measured"],
  ["", ""],
];

/** Guides in the order in which they are read; those not named follow. */
const guides = [
  "start-in-five-minutes",
  "fine-tune-on-your-own-radiographs",
  "reproduce-the-study",
  "chestxray14",
  "datasets",
  "checkpoints",
  "compare-two-models",
  "engines",
  "write-a-reader",
  "synthetic-radiographs",
  "compiler",
  "differences-from-the-paper",
];

function place(path) {
  const folder = folders.findIndex(([start]) => path.startsWith(start));
  const guide = guides.indexOf(path.split("/").at(-1));
  return { folder, rank: folder === 0 && guide >= 0 ? guide : guides.length };
}

function compare(a, b) {
  const [first, second] = [place(a), place(b)];
  return first.folder - second.folder || first.rank - second.rank || (a < b ? -1 : 1);
}

export function load(app) {
  const titles = new Map();
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const heading = /^# (.+)$/m.exec(document.content.map(({ text }) => text).join(""));
    if (heading === null) throw new Error(`typedocGuide: ${document.name} must have a heading, got none`);
    // A slash would open one more folder.
    titles.set(document, heading[1].replaceAll("`", "").replaceAll("/", "⁄"));
  });
  // The addresses are made before this event and the navigation after it.
  app.renderer.on(Renderer.EVENT_BEGIN, ({ project }) => {
    const { version } = JSON.parse(readFileSync("packages/metrics/package.json", "utf8"));
    project.packageVersion = version === "0.0.0" ? "0.0.0 (not released)" : version;
    // The name of the project stands above its landing page already.
    if (project.readme?.[0]?.kind === "text")
      project.readme[0].text = project.readme[0].text.replace(/^# .+\n+/, "");
    for (const parameter of project.getReflectionsByKind(ReflectionKind.Parameter))
      if (parameter.name === "__namedParameters") parameter.name = "options";
    const documents = [...titles.keys()].sort((a, b) => compare(a.name, b.name));
    const rest = (project.childrenIncludingDocuments ?? []).filter((child) => !titles.has(child));
    project.childrenIncludingDocuments = [...documents, ...rest];
    for (const document of documents) {
      const [, folder] = folders[place(document.name).folder];
      document.name = folder === "" ? titles.get(document) : `${folder}/${titles.get(document)}`;
    }
  });
}
