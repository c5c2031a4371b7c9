import type { Body } from "./_drawBody.js";
import { type Canvas, curve, type Point, paint, stroke } from "./_drawCanvas.js";
import { outerOf, type SignStrengths } from "./_drawSigns.js";
import { between, bump, soft } from "./_thorax.js";

/** Path of a ray through the shell of a tube, by the share of its half width at which the ray goes. */
export function tube(share: number): number {
  const inner = 0.55 - share * share;
  return Math.sqrt(1 - share * share) - 0.85 * (inner > 0 ? Math.sqrt(inner) : 0);
}

/** Where the middle of the spine lies at a height. */
export type SpineLine = (y: number) => number;

/** The spine's line: straight, or swung to both sides in scoliosis. */
export function spineOf(strengths: SignStrengths, random: () => number): SpineLine {
  const strength = strengths.get("scoliosis");
  const width = between(random, 0.1, 0.15) * (random() < 0.5 ? -1 : 1);
  const phase = between(random, -0.4, 0.4);
  if (strength === undefined) return () => 0;
  return (y) => strength * width * Math.sin(3.1 * (y + 0.2) + phase) * soft(-(y + 0.85), 0.5);
}

/** A rib of the back from the spine to the side of the chest, and the same rib of the front back to the middle. */
function ribPaths(body: Body, index: number, spine: SpineLine, side: number): [Point[], Point[]] {
  const { ribSpacing, ribSlope, lungTop } = body;
  const y = lungTop + 0.02 + index * ribSpacing;
  const turn = y + (0.06 + 0.022 * index) * ribSlope + (index === 0 ? 0.05 : 0);
  const wall = outerOf(body, turn + 0.02) + 0.02;
  const back = curve(
    [spine(y) + side * 0.05, y + 0.03],
    [side * wall * 0.62, y - 0.11 + 0.012 * index],
    [side * wall, turn],
    14,
  );
  const end = turn + (0.2 + 0.02 * index) * ribSlope;
  const front = curve(
    [side * wall, turn],
    [side * (wall + 0.02), turn + 0.14 * ribSlope],
    [side * (0.26 + 0.035 * index), end],
    14,
  );
  return [back, front];
}

/** Breaks a rib: its outer part is displaced by a step. */
function broken(path: readonly Point[], random: () => number): [Point[], Point[]] {
  const place = 6 + Math.floor(random() * 4);
  const step = between(random, 0.045, 0.06) * (random() < 0.5 ? -1 : 1);
  return [
    path.slice(0, place),
    path.slice(place).map(([x, y], i): Point => [x * (1 - 0.012), y + step * (1 - i * 0.05)]),
  ];
}

/** Ribs, of which one is broken where there is a fracture. */
function drawRibs(
  canvas: Canvas,
  layer: Float32Array,
  body: Body,
  strengths: SignStrengths,
  spine: SpineLine,
  random: () => number,
): void {
  const fracture = strengths.get("fracture");
  const brokenSide = random() < 0.5 ? -1 : 1;
  const brokenRib = 2 + Math.floor(random() * 4);
  const thickness = body.ribSpacing * 0.19;
  const dense = (weight: number) => (share: number) => weight * body.boneDensity * tube(share);
  for (const side of [-1, 1])
    for (let index = 0; index < 9; index++) {
      const [back, front] = ribPaths(body, index, spine, side);
      if (index < 7) stroke(canvas, layer, front, thickness * 0.95, dense(0.075));
      if (fracture === undefined || side !== brokenSide || (index !== brokenRib && index !== brokenRib + 1)) {
        stroke(canvas, layer, back, thickness, dense(0.13));
        continue;
      }
      for (const part of broken(back, random)) stroke(canvas, layer, part, thickness, dense(0.13));
      const [x, y] = back[8] as Point;
      const callus = 0.32 * fracture;
      paint(canvas, layer, [x - 0.1, y - 0.1, x + 0.1, y + 0.1], (px, py) => {
        return callus * bump(Math.hypot(px - x, py - y) / 0.042);
      });
    }
}

/** Collar bones, shoulder blades and the heads of the arms. */
function drawShoulders(canvas: Canvas, layer: Float32Array, body: Body): void {
  const density = body.boneDensity;
  const level = body.lungTop + 0.13;
  for (const side of [-1, 1]) {
    const wide = body.halfWidth + 0.04;
    const collar = [
      ...curve([side * 0.06, level], [side * 0.25, level + 0.03], [side * 0.45, level - 0.07], 8),
      ...curve([side * 0.45, level - 0.07], [side * 0.65, level - 0.16], [side * wide, level - 0.12], 8),
    ];
    stroke(canvas, layer, collar, 0.03, (share) => 0.19 * density * tube(share));
    const blade = curve(
      [side * (wide - 0.02), level - 0.02],
      [side * (wide - 0.1), level + 0.35],
      [side * (wide + 0.02), level + 0.72],
      10,
    );
    stroke(canvas, layer, blade, 0.024, (share) => 0.1 * density * tube(share));
    const [x, y] = [side * (wide + 0.14), level + 0.02];
    paint(canvas, layer, [x - 0.15, y - 0.15, x + 0.15, y + 0.15], (px, py) => {
      const share = Math.hypot(px - x, py - y) / 0.13;
      return share < 1 ? 0.16 * density * Math.sqrt(1 - share * share) : 0;
    });
  }
}

/** Vertebrae with their arches, and the air of the windpipe before them. */
function drawSpine(canvas: Canvas, layer: Float32Array, body: Body, spine: SpineLine): void {
  const { ribSpacing, boneDensity, childhood } = body;
  const half = 0.082 - 0.016 * childhood;
  const fork = body.lungTop + 0.52 - 0.1 * childhood;
  paint(canvas, layer, [-0.3, -1.5, 0.3, 1.5], (x, y) => {
    const lateral = Math.abs(x - spine(y));
    const phase = y / ribSpacing - Math.floor(y / ribSpacing) - 0.5;
    let density = 0;
    if (lateral < half + 0.03) {
      const height = soft(Math.abs(phase) - 0.4, 0.12);
      density = boneDensity * soft(lateral - half, 0.03) * (0.05 + 0.045 * height);
      density += 0.06 * boneDensity * bump((lateral - half * 0.62) / 0.016) * bump((phase + 0.12) / 0.16);
      density += 0.05 * boneDensity * bump(lateral / 0.014) * bump((phase - 0.15) / 0.2);
    }
    const beyond = y - fork;
    if (beyond < 0.22) {
      const branch = beyond > 0 ? beyond * 0.75 : 0;
      const air = soft(Math.abs(Math.abs(x - 0.4 * spine(y)) - branch) - (beyond > 0 ? 0.028 : 0.042), 0.04);
      density -= 0.17 * air * soft(beyond - 0.12, 0.18);
    }
    return density;
  });
}

/**
 * Draws ribs, shoulders and spine.
 *
 * @param bones - Empty layer to draw on before the bones are added to the paths.
 */
export function drawSkeleton(
  canvas: Canvas,
  paths: Float32Array,
  bones: Float32Array,
  body: Body,
  strengths: SignStrengths,
  spine: SpineLine,
  random: () => number,
): void {
  drawRibs(canvas, bones, body, strengths, spine, random);
  drawShoulders(canvas, bones, body);
  drawSpine(canvas, bones, body, spine);
  addBones(paths, bones);
}

/** Adds bones to the paths; where there is no trunk there are no bones. */
export function addBones(paths: Float32Array, bones: Float32Array): void {
  for (let i = 0; i < bones.length; i++) {
    const path = paths[i] as number;
    paths[i] = path + (bones[i] as number) * Math.min(1, 3 * path);
  }
}
