const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

/**
 * Reads a Python list of strings as `repr` prints it, such as `['normal', "Kerley's lines"]`; blanks around an
 * element are taken off and empty elements, `None` and `nan` left out. Null if the text is no such list.
 */
export function parsePythonList(text: string): readonly string[] | null {
  const end = text.length - 1;
  if (end < 1 || text[0] !== "[" || text[end] !== "]") return null;
  const elements: string[] = [];
  const skipBlanks = (from: number) => {
    let at = from;
    while (at < end && /\s/.test(text[at] as string)) at++;
    return at;
  };
  for (let at = skipBlanks(1); at < end; ) {
    const element = elementAt(text, at, end);
    if (element === null) return null;
    const value = element.value.trim();
    if (value !== "") elements.push(value);
    at = skipBlanks(element.next);
    if (at < end && text[at] !== ",") return null;
    at = skipBlanks(at + 1);
  }
  return elements;
}

function elementAt(text: string, from: number, end: number): { value: string; next: number } | null {
  for (const word of ["None", "nan"])
    if (text.startsWith(word, from)) return { value: "", next: from + word.length };
  const start = text[from] === "u" ? from + 1 : from;
  const quote = text[start];
  if (quote !== "'" && quote !== '"') return null;
  let value = "";
  for (let at = start + 1; at < end; at++) {
    const letter = text[at] as string;
    if (letter === quote) return { value, next: at + 1 };
    if (letter !== "\\") value += letter;
    else {
      const code = /^(?:x([0-9a-f]{2})|u([0-9a-f]{4}))/i.exec(text.slice(at + 1, at + 6));
      const escaped = text[at + 1] as string;
      if (code !== null) value += String.fromCharCode(Number.parseInt((code[1] ?? code[2]) as string, 16));
      else if (Object.hasOwn(escapes, escaped)) value += escapes[escaped];
      else return null;
      at += code === null ? 1 : code[0].length;
    }
  }
  return null;
}
