/** Rows of five dots. */
const letters: Readonly<Record<string, readonly string[]>> = {
  L: ["#....", "#....", "#....", "#....", "#....", "#....", "#####"],
  A: [".###.", "#...#", "#...#", "#####", "#...#", "#...#", "#...#"],
  R: ["####.", "#...#", "#...#", "####.", "#.#..", "#..#.", "#...#"],
  P: ["####.", "#...#", "#...#", "####.", "#....", "#....", "#...."],
};

/** Writes the marker of the patient's left side, on the viewer's right, and AP where it applies. */
export function drawMarker(
  pixels: Uint8Array,
  size: number,
  frontToBack: boolean,
  random: () => number,
): void {
  const dot = Math.max(1, Math.round(size / 110));
  const top = Math.round(size * (0.05 + 0.05 * random()));
  const left = Math.round(size * (0.86 + 0.04 * random()));
  drawText(pixels, size, "L", left, top, dot, 245);
  if (frontToBack) drawText(pixels, size, "AP", Math.round(size * 0.04), top, dot, 245);
}

/** Writes a text into rows of pixels; letters that are not in the alphabet leave a gap. */
export function drawText(
  pixels: Uint8Array | Float32Array,
  width: number,
  text: string,
  left: number,
  top: number,
  dot: number,
  value: number,
): void {
  [...text].forEach((letter, i) => {
    letters[letter]?.forEach((dots, y) => {
      [...dots].forEach((mark, x) => {
        if (mark !== "#") return;
        for (let r = 0; r < dot; r++)
          for (let c = 0; c < dot; c++) {
            const row = top + y * dot + r;
            const column = left + (i * 6 + x) * dot + c;
            const at = row * width + column;
            if (column < width && at < pixels.length) pixels[at] = value;
          }
      });
    });
  });
}
