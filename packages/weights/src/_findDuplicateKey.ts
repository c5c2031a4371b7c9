/**
 * The first key that one object of a JSON text has twice. `JSON.parse` keeps the last one and says nothing, and two
 * readers that keep different ones see different tensors in one file.
 *
 * @param text - Valid JSON.
 */
export function findDuplicateKey(text: string): string | undefined {
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
