/**
 * Names without prefix and in the spelling of the rules, each with the name that the file has. A name outside the
 * prefix stays as it is; where two would be the same, the one inside the prefix has the name, and the other none.
 */
export function localNames(
  names: readonly string[],
  prefix: string,
  aliases: readonly (readonly [pattern: RegExp, replacement: string])[],
): ReadonlyMap<string, string> {
  const local = new Map<string, string>();
  const spell = (name: string) =>
    aliases.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), name);
  const inside = names.filter((name) => name.startsWith(prefix));
  const outside = prefix === "" ? [] : names.filter((name) => !name.startsWith(prefix));
  for (const name of [
    ...inside.map((whole) => [whole, whole.slice(prefix.length)]),
    ...outside.map((whole) => [whole, whole]),
  ]) {
    const [whole, short] = name as [string, string];
    const spelt = spell(short);
    if (!local.has(spelt)) local.set(spelt, whole);
  }
  return local;
}
