/** A test of names by patterns in which `*` stands for any characters. */
export function matcher(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map(toRegExp);
  return (name) => expressions.some((expression) => expression.test(name));
}

function toRegExp(pattern: string): RegExp {
  const literal = pattern.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`);
}
