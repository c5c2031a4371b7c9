import type { Point } from "./_drawCanvas.js";

/** A smooth line through knots, tabulated from −1.5 to 1.5; beyond, it goes on as at the ends. */
export type Line = Float32Array;

const numSteps = 360;

/** Tabulates the line through knots given by rising position. */
export function lineThrough(knots: readonly Point[]): Line {
  const line = new Float32Array(numSteps + 1);
  for (let i = 0; i <= numSteps; i++) {
    const t = (i / numSteps) * 3 - 1.5;
    const next = knots.findIndex(([position]) => position > t);
    const [from, to] = [knots[Math.max(0, next - 1)] as Point, knots[next] as Point];
    if (next === -1) line[i] = (knots.at(-1) as Point)[1];
    else if (next === 0) line[i] = to[1];
    else line[i] = between(knots, next, (t - from[0]) / (to[0] - from[0]));
  }
  return line;
}

/** Cubic between two knots, with slopes from their neighbours (Catmull and Rom). */
function between(knots: readonly Point[], next: number, t: number): number {
  const [a, b] = [knots[next - 1] as Point, knots[next] as Point];
  const before = knots[next - 2] ?? a;
  const after = knots[next + 1] ?? b;
  const width = b[0] - a[0];
  const rise = ((b[1] - before[1]) / (b[0] - before[0])) * width;
  const fall = ((after[1] - a[1]) / (after[0] - a[0])) * width;
  const [t2, t3] = [t * t, t * t * t];
  return (
    a[1] * (2 * t3 - 3 * t2 + 1) + rise * (t3 - 2 * t2 + t) + b[1] * (3 * t2 - 2 * t3) + fall * (t3 - t2)
  );
}

/** Height of a line at a position. */
export function at(line: Line, position: number): number {
  const turn = (position + 1.5) * (numSteps / 3);
  const place = Math.min(numSteps - 1e-6, Math.max(0, turn));
  const index = place | 0;
  const left = line[index] as number;
  return left + ((line[index + 1] as number) - left) * (place - index);
}
