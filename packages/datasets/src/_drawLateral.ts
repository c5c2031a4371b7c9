import type { Body, Pose } from "./_drawBody.js";
import { addBones, tube } from "./_drawBones.js";
import { type Canvas, canvasOf, curve, type Point, paint, stroke } from "./_drawCanvas.js";
import { exposeFilm, type Film, markFilm } from "./_drawFilm.js";
import { drawLateralLung } from "./_drawLateralLung.js";
import { at, type Line, lineThrough } from "./_drawLine.js";
import type { Signs } from "./_drawSigns.js";
import { cloudsOf } from "./_drawTexture.js";
import { randomStream } from "./_random.js";
import { bump, soft } from "./_thorax.js";

/** The borders of a chest from the side, the breast bone on the viewer's left; by height unless said otherwise. */
interface SideBorders {
  readonly trunk: readonly [front: Line, back: Line];
  readonly cavity: readonly [front: Line, back: Line];
  /** Middle of the vertebrae. */
  readonly spine: Line;
  /** Height of the two domes by distance from the middle. */
  readonly domes: readonly [Line, Line];
}

function sideBordersOf(body: Body, pose: Pose, signs: Signs): SideBorders {
  const { lungTop: top, lungBase: base, domeHeight, softTissue, halfWidth } = body;
  const airy = signs.strengths.get("emphysema") ?? 0;
  const bent = signs.strengths.get("kyphosis") ?? 0;
  const deep = (halfWidth / 0.78) * (1 + 0.14 * airy);
  const y = (share: number) => top + share * (base - top);
  const spine: Point[] = [
    [y(-0.3), 0.16 - 0.06 * bent],
    [y(0), 0.25 - 0.02 * bent],
    [y(0.3), 0.4 + 0.14 * bent],
    [y(0.55), 0.44 + 0.17 * bent],
    [y(0.85), 0.38 + 0.02 * bent],
    [y(1.2), 0.26 - 0.08 * bent],
  ];
  const front: Point[] = [
    [y(-0.05), -0.02],
    [y(0.08), -0.2 * deep],
    [y(0.3), -0.4 * deep],
    [y(0.6), -0.52 * deep],
    [y(1), -0.56 * deep],
  ];
  const skin: Point[] = [
    [-1.3, -0.3],
    [y(-0.1), -0.28],
    [y(0.15), -0.36],
    [y(0.35), -0.46 * deep],
    [y(0.6), -0.53 * deep - (body.female ? 0.06 : 0)],
    [y(1.1), -0.57 * deep],
  ];
  const beyond = (knots: readonly Point[], by: number) => lineThrough(knots.map(([t, x]) => [t, x + by]));
  const wall = 0.1 + 0.08 * softTissue;
  const dome = (lift: number, loss: number) => {
    const height = domeHeight * (1 - 0.7 * airy);
    return lineThrough(
      [-0.7, -0.5, -0.3, -0.1, 0.1, 0.3, 0.5, 0.7].map((x): Point => {
        const u = (x + 0.14) / 0.62;
        return [x, base + pose.inspiration + lift - loss - height * (1.3 - 1.5 * u * u)];
      }),
    );
  };
  return {
    trunk: [beyond(skin, -wall), beyond(spine, 0.22 + wall)],
    cavity: [lineThrough(front), beyond(spine, 0.12)],
    spine: lineThrough(spine),
    domes: [dome(0, signs.volumeLoss[0]), dome(0.06, signs.volumeLoss[1])],
  };
}

/** Share of heart and great vessels on the ray through a place. */
function middleAt(body: Body, signs: Signs, x: number, y: number): number {
  const scale = body.heartScale * signs.heartScale;
  const low = body.lungBase - 0.2 - body.domeHeight * (signs.strengths.has("emphysema") ? 0.4 : 1);
  const [u, v] = [x + 0.19, y - low - 0.04];
  const heart = Math.hypot((0.94 * u - 0.34 * v) / (0.29 * scale), (0.94 * v + 0.34 * u) / (0.35 * scale));
  const root = Math.hypot((x + 0.04) / 0.16, (y - low + 0.42) / 0.22);
  const aorta = signs.strengths.get("aorta") ?? 0;
  const arch = Math.abs(Math.hypot((x - 0.14) / 1.1, y - body.lungTop - 0.5) - 0.2) - 0.05 - 0.05 * aorta;
  const share = 0.62 * Math.max(soft(heart - 1, 0.3), 0.7 * soft(root - 1, 0.7));
  return Math.max(share, 0.22 * (1 + aorta) * soft(arch, 0.06) * soft(y - body.lungTop - 0.6, 0.3));
}

function pathAt(
  { body, pose, signs }: Readonly<{ body: Body; pose: Pose; signs: Signs }>,
  borders: SideBorders,
  marks: Float32Array,
  x: number,
  y: number,
  pixel: number,
): number {
  const [front, back] = [at(borders.trunk[0], y), at(borders.trunk[1], y)];
  const across = (2 * x - front - back) / (back - front);
  if (across <= -1 || across >= 1) return 0;
  const trunk = (1.02 + 0.14 * body.softTissue) * (1 - across * across * across * across) ** 0.5;
  const [inner, outer] = [at(borders.cavity[0], y), at(borders.cavity[1], y)];
  const top = y - body.lungTop;
  if (x <= inner || x >= outer || top <= 0) return trunk;
  const near = Math.min(1, (x - inner) / 0.14, (outer - x) / 0.22);
  const apex = top < 0.5 ? Math.sqrt(1 - (1 - top / 0.5) ** 2) : 1;
  const cavity = 0.82 * trunk * Math.sqrt(1 - (1 - near) * (1 - near)) * apex;
  const filled = (side: 0 | 1) => {
    const dome = y - at(borders.domes[side], x);
    let share = Math.max(0.05, 0.2 + 0.04 * y + (marks[pixel] as number));
    if (signs.strengths.has("emphysema")) share *= 0.75;
    const fluid = signs.effusion[side];
    if (fluid > 0) {
      const rise = Math.min(1, Math.max(0, (x + 0.1) / 0.6));
      const level = body.lungBase + pose.inspiration + 0.12 - fluid - 0.2 * rise * rise;
      share += (1 - share) * soft(level - y, 0.06) * soft(0.05 - x, 0.5);
    }
    return share + (1.05 - share) * soft(-dome, 0.03);
  };
  const lungs = (filled(0) + filled(1)) / 2;
  return trunk - cavity + cavity * (lungs + Math.max(0, 1 - lungs) * middleAt(body, signs, x, y));
}

/** Vertebrae, breast bone, ribs end on, windpipe, and a stomach above the diaphragm. */
function drawSideBones(
  canvas: Canvas,
  bones: Float32Array,
  body: Body,
  borders: SideBorders,
  signs: Signs,
): void {
  const { ribSpacing, boneDensity, lungTop } = body;
  paint(canvas, bones, [-0.3, -1.5, 1, 1.5], (x, y) => {
    const offset = x - at(borders.spine, y);
    const phase = (y - 0.3 * offset) / ribSpacing;
    const height = soft(Math.abs(phase - Math.floor(phase) - 0.5) - 0.38, 0.1);
    const column = soft(Math.abs(offset) - 0.095, 0.03) * (0.05 + 0.1 * height);
    const arches = 0.07 * height * soft(Math.abs(offset - 0.16) - 0.05, 0.06);
    const pipe = x - 0.12 - 0.1 * (y - lungTop);
    const air = 0.2 * soft(Math.abs(pipe) - 0.045, 0.03) * soft(y - lungTop - 0.5, 0.12);
    return boneDensity * (column + arches) - air;
  });
  const sternum = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6].map((share): Point => {
    const y = lungTop + share * (body.lungBase - lungTop);
    return [at(borders.cavity[0], y) - 0.03, y];
  });
  stroke(canvas, bones, sternum, 0.03, (share) => 0.16 * boneDensity * tube(share));
  for (let rib = 1; rib < 8; rib++) {
    const y = lungTop + rib * ribSpacing * 1.05;
    const end: Point = [at(borders.cavity[0], y + 0.42) + 0.12, y + 0.42];
    const arc = curve([at(borders.spine, y) + 0.14, y], [0.45, y + 0.3], end, 14);
    stroke(canvas, bones, arc, 0.024, (share) => 0.075 * boneDensity * tube(share));
  }
  const hernia = signs.strengths.get("hernia");
  if (hernia === undefined) return;
  const [x, y, r] = [0.2, body.lungBase - body.domeHeight - 0.04, 0.14 * (0.7 + 0.3 * hernia)];
  paint(canvas, bones, [x - 0.2, y - 0.2, x + 0.2, y + 0.2], (u, v) => {
    const distance = Math.hypot(u - x, v - y) / r;
    return 0.16 * bump((distance - 0.87) / 0.1) - 0.26 * soft(distance - 0.82, 0.1) * soft(v - y, 0.02);
  });
}

/**
 * Draws a picture of a chest from the side, the breast bone on the viewer's left, with the same body and signs.
 *
 * @param seeds - Keys of the picture's random streams.
 */
export function drawLateral(
  width: number,
  height: number,
  body: Body,
  pose: Pose,
  signs: Signs,
  seeds: readonly number[],
): Film {
  const canvas = canvasOf(width, height, { ...pose, zoom: 1.14 * pose.zoom, right: pose.right + 0.04 });
  const [marks, paths] = [new Float32Array(width * height), new Float32Array(width * height)];
  const borders = sideBordersOf(body, pose, signs);
  const texture = cloudsOf(width, height, [...seeds, 1]);
  drawLateralLung(canvas, marks, body, signs, texture);
  const scene = { body, pose, signs };
  paint(canvas, paths, [-3, -3, 3, 3], (x, y, pixel) => pathAt(scene, borders, marks, x, y, pixel));
  const bones = marks.fill(0);
  drawSideBones(canvas, bones, body, borders, signs);
  addBones(paths, bones);
  const film = exposeFilm(canvas, paths, pose, randomStream(...seeds, 3));
  markFilm(film, { left: "L", right: "" }, randomStream(...seeds, 4));
  return film;
}
