/**
 * The first key that one object of a JSON text has twice. `JSON.parse` keeps the last one and says nothing, and two
 * readers that keep different ones see different tensors in one file.
 *
 * @param text - Valid JSON.
 * @param parsed - What `JSON.parse` made of it.
 */
export function findDuplicateKey(text: string, parsed: unknown): string | undefined {
  // As many keys written as kept: none was lost. Deeper objects than a header has only lead to the search.
  return countColons(text) === countKeys(parsed) ? undefined : searchDuplicate(text);
}

const [quote, backslash, colon] = [0x22, 0x5c, 0x3a];

/** Keys in a JSON text: each has one colon behind it, and no other colon is outside a string. */
function countColons(text: string): number {
  let count = 0;
  let isInside = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) isInside = !isInside;
    else if (code === backslash) i++;
    else if (code === colon && !isInside) count++;
  }
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
