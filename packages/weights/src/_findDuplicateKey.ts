/**
 * The first key that one object of a JSON text has twice. `JSON.parse` keeps the last one and says nothing, and two
 * readers that keep different ones see different tensors in one file.
 *
 * @param text - Valid JSON.
 * @param parsed - What `JSON.parse` made of it.
 */
export function findDuplicateKey(text: string, parsed: unknown): string | undefined {
  // Each key has a colon behind it. As many colons as keys that were kept: none was lost. Colons in names, and deeper
  // objects than a header has, only lead to the search.
  return countColons(text) === countKeys(parsed) ? undefined : searchDuplicate(text);
}

function countColons(text: string): number {
  let count = 0;
  for (let at = text.indexOf(":"); at >= 0; at = text.indexOf(":", at + 1)) count++;
  return count;
}

/** Keys of an object and of the objects in it. */
function countKeys(parsed: unknown): number {
  if (typeof parsed !== "object" || parsed === null) return 0;
  const values = Object.values(parsed);
  let count = Array.isArray(parsed) ? 0 : values.length;
  for (const value of values) {
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      count += Object.keys(value).length;
  }
  return count;
}

function searchDuplicate(text: string): string | undefined {
  const objects: (Set<string> | undefined)[] = [];
  // A string, or a character that opens or closes; numbers, literals, commas and spaces in between do not matter.
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]]/g;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found] = match;
    if (found === "{") objects.push(new Set());
    else if (found === "[") objects.push(undefined);
    else if (found === "}" || found === "]") objects.pop();
    else if (/^\s*:/.test(text.slice(token.lastIndex, token.lastIndex + 64))) {
      const key = JSON.parse(found) as string;
      const keys = objects.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
