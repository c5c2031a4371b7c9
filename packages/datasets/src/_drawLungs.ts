import type { Body } from "./_drawBody.js";
import { type Canvas, type Point, paint, stroke } from "./_drawCanvas.js";
import { outerOf, placeInLung, type SignStrengths, type Signs } from "./_drawSigns.js";
import { between, bump, soft } from "./_thorax.js";

/** Draws the vessels that branch from the hila; those of a congested lung are wider, those of an airy one fewer. */
export function drawVessels(
  canvas: Canvas,
  layer: Float32Array,
  body: Body,
  strengths: SignStrengths,
  random: () => number,
): void {
  const wet = Math.max(strengths.get("congestion") ?? 0, 0.7 * (strengths.get("edema") ?? 0));
  const airy = strengths.get("emphysema") ?? 0;
  const width = (1 + 0.85 * wet - 0.3 * airy) * (1 - 0.3 * body.childhood);
  const length = (0.032 + 0.006 * wet - 0.006 * airy) * (1 - 0.28 * body.childhood);
  const branch = (x: number, y: number, angle: number, radius: number, density: number, depth: number) => {
    const points: Point[] = [[x, y]];
    let [px, py, direction] = [x, y, angle];
    for (let step = 0; step < 6; step++) {
      direction += between(random, -0.16, 0.16);
      px += Math.cos(direction) * length;
      py += Math.sin(direction) * length;
      points.push([px, py]);
    }
    stroke(canvas, layer, points, radius, (share) => density * (1 - share * share), true);
    if (depth === 0) return;
    for (const turn of [-0.42, 0.4]) {
      const next = direction + turn + between(random, -0.2, 0.2);
      branch(px, py, next, radius * 0.68, density * 0.8, depth - 1);
    }
  };
  const middle = (body.lungTop + body.lungBase) / 2;
  for (const side of [-1, 1]) {
    const [x, y] = [side * 0.17, middle + (side < 0 ? 0.05 : 0)];
    paint(canvas, layer, [x - 0.2, y - 0.25, x + 0.2, y + 0.25], (u, v) => {
      return (0.15 + 0.1 * wet) * bump(Math.hypot((u - x) / 0.75, v - y) / (0.13 + 0.03 * wet));
    });
    for (const angle of [-1.3, -0.75, -0.2, 0.35, 0.85, 1.3]) {
      const outward = side > 0 ? angle : Math.PI - angle;
      const upward = angle < 0 ? 1 + 0.5 * wet : 1;
      branch(x, y, outward + between(random, -0.15, 0.15), 0.022 * width * upward, 0.17 + 0.05 * wet, 2);
    }
  }
}

/** Draws the plates of collapsed lung above a dome. */
export function drawPlates(
  canvas: Canvas,
  layer: Float32Array,
  body: Body,
  signs: Signs,
  random: () => number,
): void {
  for (const side of [-1, 1]) {
    const [loss, strength] =
      side < 0
        ? [signs.volumeLoss[0], signs.strengths.get("atelectasis_right") ?? 0]
        : [signs.volumeLoss[1], signs.strengths.get("atelectasis_left") ?? 0];
    for (let plate = 0; plate < 3; plate++) {
      const place = placeInLung(body, side, between(random, 0.62, 0.95), between(random, 0.3, 0.6));
      const [length, tilt, width] = [
        between(random, 0.14, 0.24),
        between(random, -0.3, 0.3),
        between(random, 0.014, 0.022),
      ];
      if (strength === 0) continue;
      const [x, y] = [place[0], place[1] - loss];
      const ends: Point[] = [
        [x - length, y - tilt * length],
        [x, y - 0.01],
        [x + length, y + tilt * length],
      ];
      stroke(canvas, layer, ends, width, (share) => (0.2 + 0.28 * strength) * (1 - share * share));
    }
  }
}

/** Draws the net of a scarred lung: short strands at the wall and the bases, denser downwards. */
export function drawStrands(
  canvas: Canvas,
  layer: Float32Array,
  body: Body,
  strengths: SignStrengths,
  random: () => number,
): void {
  const strength = strengths.get("fibrosis");
  if (strength !== undefined)
    for (let strand = 0; strand < 240; strand++) {
      const side = strand % 2 === 0 ? -1 : 1;
      const height = 1 - 0.9 * random() ** 1.6;
      const [x, y] = placeInLung(body, side, height, Math.sqrt(random()));
      const [length, angle] = [between(random, 0.02, 0.05), between(random, 0, Math.PI)];
      const [dx, dy] = [Math.cos(angle) * length, Math.sin(angle) * length];
      const points: Point[] = [
        [x - dx, y - dy],
        [x + 0.3 * dy, y - 0.3 * dx],
        [x + dx, y + dy],
      ];
      stroke(canvas, layer, points, 0.0065, (share) => 0.19 * strength * (1 - share * share));
    }
  const edema = strengths.get("edema");
  if (edema !== undefined)
    for (let line = 0; line < 22; line++) {
      const side = line % 2 === 0 ? -1 : 1;
      const y = between(random, 0.02, body.lungBase - body.domeHeight - 0.05);
      const x = side * (outerOf(body, y) - 0.015);
      stroke(
        canvas,
        layer,
        [[x, y] as const, [x - side * 0.09, y + 0.008] as const],
        0.006,
        () => 0.35 * edema,
      );
    }
}

/** Draws the walls of thickened bronchi around the hila: rings and tram lines. */
export function drawBronchi(
  canvas: Canvas,
  layer: Float32Array,
  body: Body,
  strengths: SignStrengths,
  random: () => number,
): void {
  const strength = strengths.get("bronchi");
  if (strength === undefined) return;
  for (let i = 0; i < 18; i++) {
    const side = i % 2 === 0 ? -1 : 1;
    const [x, y] = placeInLung(body, side, between(random, 0.3, 0.85), between(random, 0, 0.35));
    const [radius, wall] = [between(random, 0.018, 0.034), 0.009];
    paint(canvas, layer, [x - 0.06, y - 0.06, x + 0.06, y + 0.06], (u, v) => {
      return 0.2 * strength * bump((Math.hypot(u - x, v - y) - radius) / wall);
    });
    const angle = Math.atan2(y - 0.0, x) + between(random, -0.3, 0.3);
    const [dx, dy] = [Math.cos(angle) * 0.1, Math.sin(angle) * 0.1];
    for (const offset of [-0.014, 0.014]) {
      const from: Point = [x - dy * offset * 10, y + dx * offset * 10];
      stroke(canvas, layer, [from, [from[0] + dx, from[1] + dy]], 0.006, () => 0.1 * strength);
    }
  }
}

/** Draws spots, clouds and hazes of the lungs. */
export function drawSpots(
  canvas: Canvas,
  layer: Float32Array,
  signs: Signs,
  texture: Float32Array,
  middle: number,
): void {
  for (const spot of signs.spots) {
    const { sign, x, y, density, cloudiness } = spot;
    const radius = Math.max(spot.radius, 1 / canvas.scale);
    const reach = radius * 1.7;
    const border = radius * (0.3 + 0.75 * cloudiness);
    paint(canvas, layer, [x - reach, y - reach, x + reach, y + reach], (u, v, pixel) => {
      const cloud = cloudiness * (texture[pixel] as number);
      const distance = Math.hypot(u - x, v - y);
      const inside = soft(distance - radius * (1 + 0.42 * cloud), border) * (1 + 0.4 * cloud);
      if (sign === "cavity") return density * bump((distance - radius) / (0.3 * radius));
      if (!sign.startsWith("consolidation")) return density * inside;
      return density * inside * soft(y - radius * 0.55 - v, 0.05);
    });
  }
  const haze = Math.max(
    0.4 * (signs.strengths.get("edema") ?? 0),
    0.1 * (signs.strengths.get("congestion") ?? 0),
  );
  if (haze > 0)
    paint(canvas, layer, [-0.95, -0.8, 0.95, 0.8], (x, y, pixel) => {
      const distance = Math.hypot((Math.abs(x) - 0.3) / 1.1, y - middle);
      return haze * soft(distance - 0.26, 0.5) * (1 + 0.45 * (texture[pixel] as number));
    });
}
