import type { ConvertedCheckpoint } from "./ConvertedCheckpoint.js";
import { WeightFormatError } from "./WeightFormatError.js";

const longest = 20;

/** Fails with the list of everything that is missing or unexpected and not excepted by name. */
export function requireComplete(
  caller: string,
  { missing, unexpected }: Pick<ConvertedCheckpoint, "missing" | "unexpected">,
  except: readonly string[],
): void {
  const patterns = except.map(toRegExp);
  const isLeft = (name: string) => !patterns.some((pattern) => pattern.test(name));
  const lacks = missing.filter(isLeft);
  const surplus = unexpected.filter(isLeft);
  if (lacks.length + surplus.length === 0) return;
  const parts = [
    ...(lacks.length > 0 ? [`missing ${listOf(lacks)}`] : []),
    ...(surplus.length > 0 ? [`unexpected ${listOf(surplus)}`] : []),
  ];
  throw new WeightFormatError(
    lacks.length > 0 ? "missing" : "unexpected",
    `${caller}: checkpoint must have the tensors of a vision transformer, all and no others, or they must be excepted by name, got ${parts.join("; ")}`,
    { tensor: (lacks[0] ?? surplus[0]) as string },
  );
}

function listOf(names: readonly string[]): string {
  const more = names.length > longest ? `, … (${names.length} in all)` : "";
  return names.slice(0, longest).join(", ") + more;
}

function toRegExp(pattern: string): RegExp {
  const literal = pattern.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`);
}
