import type { ConvertedCheckpoint } from "./ConvertedCheckpoint.js";

/** Two conversions as one: names of the first one's file, tensors of the second. */
export function composeConversions(
  first: ConvertedCheckpoint,
  second: ConvertedCheckpoint,
): ConvertedCheckpoint {
  const origins = new Map(first.entries.map((entry) => [entry.target, entry]));
  const entries = second.entries.map((entry) => {
    const before = entry.sources.map((name) => origins.get(name));
    const steps = [...before.map((origin) => origin?.transform ?? "copy"), entry.transform];
    const done = [...new Set(steps.filter((step) => step !== "copy"))];
    return {
      ...entry,
      sources: before.flatMap((origin, index) => origin?.sources ?? (entry.sources[index] as string)),
      transform: done.length === 0 ? "copy" : done.join(", "),
    };
  });
  const back = (name: string) => origins.get(name)?.sources ?? [name];
  return {
    ...second,
    from: first.from,
    prefix: first.prefix,
    entries,
    missing: [...new Set([...first.missing, ...second.missing])],
    unexpected: [...first.unexpected, ...second.unexpected.flatMap(back)],
    ignored: [...first.ignored, ...second.ignored],
  };
}
