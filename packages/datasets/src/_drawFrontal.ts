import type { Body, Pose } from "./_drawBody.js";
import { drawSkeleton, spineOf } from "./_drawBones.js";
import { type Borders, bordersOf } from "./_drawBorders.js";
import { type Canvas, canvasOf, paint } from "./_drawCanvas.js";
import { drawDevices } from "./_drawDevices.js";
import { exposeFilm, type Film, markFilm } from "./_drawFilm.js";
import { at } from "./_drawLine.js";
import { drawBronchi, drawPlates, drawSpots, drawStrands, drawVessels } from "./_drawLungs.js";
import type { Signs } from "./_drawSigns.js";
import { cloudsOf } from "./_drawTexture.js";
import { randomStream } from "./_random.js";
import { bump, soft } from "./_thorax.js";

/** What one picture is drawn from. */
interface Scene {
  readonly body: Body;
  readonly pose: Pose;
  readonly signs: Signs;
  readonly borders: Borders;
  /** Added to the share of tissue in the lungs: vessels, spots, strands. */
  readonly marks: Float32Array;
  readonly texture: Float32Array;
  /** Strength of emphysema. */
  readonly airy: number;
}

/** Share of tissue in the lungs at a place, free air, fluid and pleura included. */
function lungAt(
  { body, pose, signs, borders, marks, texture, airy }: Scene,
  side: 0 | 1,
  lateral: number,
  y: number,
  outer: number,
  pixel: number,
): number {
  let share = Math.max(
    0.04,
    0.23 - 0.1 * airy + 0.05 * y + 0.035 * (texture[pixel] as number) + (marks[pixel] as number),
  );
  const air = signs.pneumothorax[side];
  if (air > 0) {
    const width = air * (1 - 0.6 * Math.max(0, y - body.lungTop));
    const distance = at(borders.outer, y - air * 0.8) - Math.max(0.015, width) - lateral;
    share *= 1 + air;
    share += (0.01 - share) * soft(distance, 0.015) + 0.34 * bump(distance / 0.011);
  }
  const pleura = signs.thickening[side];
  if (pleura > 0) {
    const wave = 1 + 0.5 * (texture[pixel] as number);
    const cap = y - body.lungTop - 0.12 - pleura;
    const border = Math.min(outer - lateral - 1.15 * pleura * wave, cap);
    share += (1 - share) * 0.8 * soft(border, 0.02) * soft(y - 0.5, 0.4);
  }
  const fluid = signs.effusion[side];
  if (fluid > 0) {
    const base = body.lungBase + pose.inspiration;
    const rise = Math.max(0, lateral - 0.25) / (outer - 0.25);
    share += (1 - share) * soft(base - fluid - 0.3 * fluid * rise * rise * rise - 0.06 * rise - y, 0.06);
  }
  return share;
}

/** Attenuation along the ray through one place of the body, bones and metal left out. */
function pathAt(scene: Scene, x: number, y: number, pixel: number): number {
  const { body, borders } = scene;
  const lateral = x < 0 ? -x : x;
  const width = lateral / at(borders.flank, y);
  const below = y - at(borders.shoulder, lateral);
  if (width >= 1 || below <= 0) return 0;
  const rim = below < 0.3 ? Math.sqrt(1 - (1 - below / 0.3) ** 2) : 1;
  const trunk = (0.96 + 0.12 * body.softTissue) * Math.sqrt(1 - width * width * width) * rim;
  const outer = at(borders.outer, y);
  const top = y - body.lungTop;
  if (lateral >= outer || top <= 0) return trunk;
  const inward = (outer - lateral) / 0.5;
  const round = inward < 1 ? Math.sqrt(1 - (1 - inward) * (1 - inward)) : 1;
  const apex = top < 0.6 ? Math.sqrt(1 - (1 - top / 0.6) ** 2) : 1;
  const cavity = (0.8 - 0.08 * body.softTissue) * trunk * round * apex;
  const side = x < 0 ? 0 : 1;
  const dome = y - at(borders.domes[side], lateral);
  let share = dome > 0.5 ? 1 : lungAt(scene, side, lateral, y, outer, pixel);
  const middle = lateral / at(borders.middle[side], y);
  if (middle < 1) {
    const filled = (0.93 - 0.08 * soft(-(y - 0.1), 0.3)) * Math.sqrt(Math.sqrt(1 - middle * middle));
    share += Math.max(0, 1 - share) * filled;
  }
  if (dome > -0.02) {
    const behind = 0.28 * Math.exp(-Math.max(0, dome) / 0.09);
    share += (1.06 - share) * soft(-dome, 0.03) * (1 - behind);
  }
  return trunk - cavity + cavity * share;
}

/** Draws what changes the outline of a whole organ: breasts, gas in the stomach, a stomach above the diaphragm. */
function drawOrgans(canvas: Canvas, paths: Float32Array, { body, pose, signs, borders }: Scene): void {
  if (body.female && body.childhood === 0)
    for (const side of [-1, 1]) {
      const [x, y, r] = [side * 0.46, 0.3 + 0.06 * body.softTissue, 0.27 + 0.08 * body.softTissue];
      paint(canvas, paths, [x - r, y - r, x + r, y + r], (u, v) => {
        const share = ((u - x) ** 2 + (v - y) ** 2) / (r * r);
        return share < 1 ? 0.12 * Math.sqrt(1 - share) * (v > y ? 1 : 0.6 + 0.4 * (1 - (y - v) / r)) : 0;
      });
    }
  const [right, down, width] = body.stomach;
  const top = at(borders.domes[1], right) + down;
  paint(canvas, paths, [right - 0.3, top - 0.2, right + 0.3, top + 0.3], (x, y) => {
    const distance = Math.hypot((x - right) / width, (y - top) / (0.55 * width));
    return -0.2 * soft(distance - 1, 0.6);
  });
  const hernia = signs.strengths.get("hernia");
  if (hernia === undefined) return;
  const random = randomStream(...body.seeds, 3);
  const [x, r] = [0.04 + 0.1 * random(), (0.15 + 0.06 * random()) * (0.7 + 0.3 * hernia)];
  const y = body.lungBase + pose.inspiration - body.domeHeight - 0.12;
  paint(canvas, paths, [x - r, y - r, x + r, y + r], (u, v) => {
    const distance = Math.hypot(u - x, v - y) / r;
    const gas = soft(distance - 0.82, 0.08) * soft(v - y - 0.1 * r, 0.02);
    return 0.07 * bump((distance - 0.87) / 0.1) - 0.24 * gas + 0.07 * soft(distance - 0.85, 0.1);
  });
}

/**
 * Draws a picture of a chest from the front, by adding up what lies on each ray: trunk, air and tissue of the
 * lungs, heart and vessels, bones, and the signs of disease.
 *
 * @param seeds - Keys of the picture's random streams.
 */
export function drawFrontal(
  width: number,
  height: number,
  body: Body,
  pose: Pose,
  signs: Signs,
  seeds: readonly number[],
): Film {
  const canvas = canvasOf(width, height, pose);
  const [marks, paths] = [new Float32Array(width * height), new Float32Array(width * height)];
  const texture = cloudsOf(width, height, [...seeds, 1]);
  const borders = bordersOf(body, pose, signs);
  const { strengths } = signs;
  const airy = strengths.get("emphysema") ?? 0;
  const scene: Scene = { body, pose, signs, borders, marks, texture, airy };
  const own = (index: number) => randomStream(...body.seeds, index);
  const spine = spineOf(strengths, own(4));
  drawVessels(canvas, marks, body, strengths, own(5));
  drawStrands(canvas, marks, body, strengths, own(6));
  drawBronchi(canvas, marks, body, strengths, own(7));
  drawPlates(canvas, marks, body, signs, randomStream(...seeds, 2));
  drawSpots(canvas, marks, signs, texture, (body.lungTop + body.lungBase) / 2);
  paint(canvas, paths, [-3, -3, 3, 3], (x, y, pixel) => pathAt(scene, x, y, pixel));
  drawOrgans(canvas, paths, scene);
  drawSkeleton(canvas, paths, marks.fill(0), body, strengths, spine, own(8));
  drawDevices(canvas, paths, body, strengths, own(9));
  const film = exposeFilm(canvas, paths, pose, randomStream(...seeds, 3));
  markFilm(film, { left: "L", right: pose.frontToBack ? "AP" : "" }, randomStream(...seeds, 4));
  return film;
}
