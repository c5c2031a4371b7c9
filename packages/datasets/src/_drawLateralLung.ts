import type { Body } from "./_drawBody.js";
import { type Canvas, type Point, paint, stroke } from "./_drawCanvas.js";
import type { Signs } from "./_drawSigns.js";
import { randomStream } from "./_random.js";
import { between, bump, soft } from "./_thorax.js";

/** Draws what both lungs hold, seen from the side: vessels, haze, plates, strands and spots. */
export function drawLateralLung(
  canvas: Canvas,
  marks: Float32Array,
  body: Body,
  signs: Signs,
  texture: Float32Array,
): void {
  const { strengths } = signs;
  const middle = (body.lungTop + body.lungBase) / 2;
  const wet = Math.max(strengths.get("congestion") ?? 0, strengths.get("edema") ?? 0);
  const haze = 0.04 + 0.3 * (strengths.get("edema") ?? 0) + 0.08 * (strengths.get("congestion") ?? 0);
  paint(canvas, marks, [-0.9, -0.9, 0.9, 0.9], (x, y, pixel) => {
    const cloud = texture[pixel] as number;
    const hilum = Math.hypot((x - 0.02) / 1.2, y - middle);
    return 0.03 * cloud + haze * soft(hilum - 0.25, 0.45) * (1 + 0.4 * cloud) + 0.22 * bump(hilum / 0.1);
  });
  const random = randomStream(...body.seeds, 11);
  for (let vessel = 0; vessel < 16; vessel++) {
    let [x, y, angle] = [0.02, middle, (vessel / 16) * 2 * Math.PI + between(random, -0.2, 0.2)];
    const points: Point[] = [];
    for (let step = 0; step < 9; step++) {
      points.push([x, y]);
      angle += between(random, -0.16, 0.16);
      x += Math.cos(angle) * 0.04;
      y += Math.sin(angle) * 0.05;
    }
    const dense = 0.1 + 0.05 * wet;
    stroke(canvas, marks, points, 0.014 * (1 + 0.5 * wet), (share) => dense * (1 - share * share), true);
  }
  drawLines(canvas, marks, body, signs);
  drawSideSpots(canvas, marks, body, signs, texture);
}

/** Plates of collapse above the domes, and the net of a scarred lung. */
function drawLines(canvas: Canvas, marks: Float32Array, body: Body, { strengths }: Signs): void {
  const random = randomStream(...body.seeds, 12);
  const low = body.lungBase - body.domeHeight;
  const plates = Math.max(strengths.get("atelectasis_right") ?? 0, strengths.get("atelectasis_left") ?? 0);
  for (let plate = 0; plate < 3; plate++) {
    const [x, y] = [between(random, -0.15, 0.25), low - between(random, 0.12, 0.3)];
    const ends: Point[] = [
      [x - 0.16, y + 0.03],
      [x + 0.16, y - between(random, -0.05, 0.05)],
    ];
    if (plates > 0) stroke(canvas, marks, ends, 0.018, (share) => 0.34 * plates * (1 - share * share));
  }
  const strength = strengths.get("fibrosis") ?? 0;
  for (let strand = 0; strand < (strength > 0 ? 160 : 0); strand++) {
    const [x, y] = [between(random, -0.35, 0.5), low - 0.9 * random() ** 1.8];
    const [angle, length] = [between(random, 0, Math.PI), between(random, 0.02, 0.05)];
    const [dx, dy] = [Math.cos(angle) * length, Math.sin(angle) * length];
    const points: Point[] = [
      [x - dx, y - dy],
      [x + dx, y + dy],
    ];
    stroke(canvas, marks, points, 0.0065, (share) => 0.15 * strength * (1 - share * share));
  }
}

/** Spots at their height; how far from the breast bone they lie is each spot's own. */
function drawSideSpots(
  canvas: Canvas,
  marks: Float32Array,
  body: Body,
  { spots }: Signs,
  texture: Float32Array,
): void {
  spots.forEach(({ sign, y, radius, density, cloudiness }, index) => {
    const x = between(randomStream(...body.seeds, 13, index), -0.28, 0.34);
    const reach = radius * 1.7;
    const border = radius * (0.3 + 0.75 * cloudiness);
    paint(canvas, marks, [x - reach, y - reach, x + reach, y + reach], (u, v, pixel) => {
      const cloud = cloudiness * (texture[pixel] as number);
      const distance = Math.hypot(u - x, v - y);
      if (sign === "cavity") return density * bump((distance - radius) / (0.3 * radius));
      return 0.75 * density * soft(distance - radius * (1 + 0.42 * cloud), border) * (1 + 0.4 * cloud);
    });
  });
}
