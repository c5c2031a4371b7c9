/**
 * Width of a text in pixels, a little more than any common sans-serif needs. Figures are laid out with it, so that they
 * are the same on every machine: what Vega measures depends on whether a canvas is installed.
 */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const character of text) {
    if (wide.test(character)) ems += 1.05;
    else if (/[A-Zmw@%&+−=<>]/.test(character)) ems += 0.8;
    else ems += /[\s.,:;()'|ijlt]/.test(character) ? 0.4 : 0.64;
  }
  return Math.ceil(ems * fontSize);
}

const wide = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]|\p{Extended_Pictographic}/u;

/** The text, or as much of it as fits, with an ellipsis. */
export function shorten(text: string, fontSize: number, width: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`${characters.join("")}…`, fontSize) > width) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}

/** The text in lines that fit, broken at spaces; a word that is too long is shortened. */
export function wrap(text: string, fontSize: number, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = lines.length === 0 ? word : `${lines[lines.length - 1]} ${word}`;
    if (lines.length > 0 && textWidth(longer, fontSize) <= width) lines[lines.length - 1] = longer;
    else lines.push(shorten(word, fontSize, width));
  }
  return lines;
}
