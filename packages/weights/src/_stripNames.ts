import { type Contents, type Entry, listOf } from "./_checkpointOfEntries.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** What wrappers and training loops put before the names of a model's tensors. */
const wrappers = ["module.", "_orig_mod.", "model.", "teacher.", "student.", "backbone."];

/** Takes a prefix off the names and says so in the metadata. */
export function stripNames(path: string, contents: Contents, stripPrefix: string): Contents {
  const names = [...contents.entries.keys()];
  const prefix = stripPrefix === "auto" ? sharedPrefix(names) : stripPrefix;
  const hasPrefix = (name: string) => name.startsWith(prefix) && name.length > prefix.length;
  const kept = [...contents.entries].filter(([name]) => hasPrefix(name));
  if (kept.length === 0 && names.length > 0) {
    throw new WeightFormatError(
      "missing",
      `openCheckpoint: stripPrefix must be the beginning of names in ${path}, got "${prefix}"; it has ${listOf(names)}`,
    );
  }
  if (prefix === "") return contents;
  const left = names.filter((name) => !hasPrefix(name));
  const metadata = new Map(contents.metadata).set("cxrkit.strippedPrefix", prefix);
  if (left.length > 0) metadata.set("cxrkit.withoutPrefix", left.join(", "));
  const entries = new Map(kept.map(([name, entry]): [string, Entry] => [name.slice(prefix.length), entry]));
  return { ...contents, metadata, entries };
}

/** Every wrapper that all names have, one after the other. */
function sharedPrefix(names: readonly string[]): string {
  let prefix = "";
  for (;;) {
    const next = wrappers.find((wrapper) =>
      names.every(
        (name) => name.startsWith(prefix + wrapper) && name.length > prefix.length + wrapper.length,
      ),
    );
    if (next === undefined || names.length === 0) return prefix;
    prefix += next;
  }
}
