import type { Body } from "./_drawBody.js";
import { type Canvas, curve, type Point, stroke } from "./_drawCanvas.js";
import type { SignStrengths } from "./_drawSigns.js";
import { between, soft } from "./_thorax.js";

/** Draws what was brought into the body: a pacemaker, or lines, tubes and leads. */
export function drawDevices(
  canvas: Canvas,
  layer: Float32Array,
  body: Body,
  strengths: SignStrengths,
  random: () => number,
): void {
  const top = body.lungTop;
  const pacemaker = strengths.get("pacemaker");
  if (pacemaker !== undefined) {
    const [x, y] = [between(random, 0.52, 0.6), top + between(random, 0.3, 0.38)];
    stroke(canvas, layer, [[x - 0.045, y] as const, [x + 0.045, y] as const], 0.085, (share) => {
      return 0.9 * soft(share - 0.93, 0.1) + 0.35 * soft(0.7 - share, 0.1);
    });
    const lead: Point[] = [
      ...curve([x - 0.06, y - 0.04], [0.2, top + 0.02], [-0.08, top + 0.35], 12),
      ...curve([-0.08, top + 0.35], [-0.2, 0.2], [0.26 * body.heartScale, body.lungBase - 0.2], 14),
    ];
    stroke(canvas, layer, lead, 0.009, () => 0.55);
  }
  if (!strengths.has("devices")) return;
  const line = curve([-0.42, top - 0.06], [-0.08, top + 0.04], [-0.1, top + 0.62], 14);
  stroke(canvas, layer, line, 0.008, () => 0.38);
  if (random() < 0.55)
    stroke(canvas, layer, [[0.005, top - 0.6] as const, [0.01, top + 0.32] as const], 0.017, (share) => {
      return 0.28 * soft(0.7 - share, 0.2) + 0.1;
    });
  for (let lead = 0; lead < 2 + Math.floor(random() * 2); lead++) {
    const [x, y] = [between(random, -0.7, 0.7), between(random, -0.35, 0.35)];
    const wire = curve([x, y], [x + between(random, -0.3, 0.3), y + 0.5], [between(random, -1, 1), 1.2], 12);
    stroke(canvas, layer, wire, 0.008, () => 0.2);
    stroke(canvas, layer, [[x, y] as const, [x + 0.001, y] as const], 0.032, () => 0.36);
  }
}
