import { fluidAt, freeAirAt, type Lesions, opacityAt } from "./_lesions.js";
import { drawMarker } from "./_marker.js";
import { randomStream } from "./_random.js";
import {
  between,
  bump,
  cloudTexture,
  diaphragm,
  type Exposure,
  outerBorder,
  soft,
  type Thorax,
} from "./_thorax.js";

const length = (x: number, y: number) => Math.sqrt(x * x + y * y);
const mix = (from: number, to: number, share: number) => from + (to - from) * share;

/** Fraction of a rib's density at a place: two families of arcs, those of the back stronger. */
function ribsAt(thorax: Thorax, lateral: number, y: number): number {
  const outside = lateral - outerBorder(thorax, y) - 0.05;
  if (outside > 0.03 || y > 0.78) return 0;
  const { ribSpacing, ribPhase, ribContrast } = thorax;
  const band = (height: number, thickness: number) => {
    const phase = height / ribSpacing + ribPhase;
    const distance = Math.abs(phase - Math.floor(phase) - 0.5) * ribSpacing;
    return soft(distance - thickness / 2, 0.03) + 0.6 * bump((distance - thickness / 2) / 0.011);
  };
  const back = band(y - 0.5 * lateral * lateral + 0.05 * lateral, 0.06);
  const front = band(y + 0.75 * lateral * lateral - 1.1 * lateral + 0.06, 0.045);
  const inCage = soft(outside, 0.05) * soft(y - 0.58, 0.36);
  const backShare = 0.06 * soft(0.1 - lateral, 0.06);
  const frontShare = 0.035 * soft(0.25 - lateral, 0.14);
  return ribContrast * inCage * (backShare * back + frontShare * front);
}

/** Collar bones: S-shaped bars rising from the breast bone to the shoulders. */
function clavicleAt(lateral: number, y: number): number {
  if (y > -0.45 || lateral > 0.92) return 0;
  const line = -0.6 - 0.2 * lateral + 0.05 * Math.sin(lateral * 5);
  const distance = Math.abs(y - line);
  if (distance > 0.08) return 0;
  const ends = soft(lateral - 0.84, 0.12) * soft(0.07 - lateral, 0.05);
  return ends * (0.07 * soft(distance - 0.03, 0.025) + 0.035 * bump((distance - 0.028) / 0.013));
}

/** Heart, great vessels and the soft tissue between the lungs, as a share from 0 to 1. */
function mediastinumAt(thorax: Thorax, exposure: Exposure, scale: number, x: number, y: number): number {
  const band = Math.abs(x - 0.02) - 0.1 - 0.05 * soft(-(y + 0.1), 0.8) - 0.1 * soft(y + 0.7, 0.3);
  if (y < -0.45) return soft(band, 0.1);
  const width = Math.min(
    thorax.heartRatio * scale * (exposure.frontToBack ? 1.1 : 1) * thorax.halfWidth,
    0.64,
  );
  const centreX = 0.1 + 0.1 * (scale - 1) + 0.08;
  const centreY = thorax.lungBase + exposure.inspiration - 0.34;
  const [dx, dy] = [x - centreX, y - centreY];
  const along = (dx * 0.86 + dy * 0.5) / (width * 1.02);
  const across = (dy * 0.86 - dx * 0.5) / (0.3 * (0.6 + 0.4 * scale));
  const heart = Math.sqrt(along * along + across * across) - 1;
  const knob = length(x - 0.09, (y + 0.27) * 0.8) - 0.09;
  const trunk = length((x - 0.12) / 0.12, (y + 0.1) / 0.16) - 1;
  const atrium = length((x + 0.12 * scale) / 0.14, dy / 0.26) - 1;
  const round = Math.max(soft(heart, 0.2), soft(atrium, 0.3), soft(trunk, 0.5));
  return Math.max(round, soft(band, 0.1), soft(knob, 0.08));
}

/** Vessels that branch from the hila into the lungs, shape `[size, size]`. */
function vesselMap(size: number, thorax: Thorax, random: () => number): Float32Array {
  const map = new Float32Array(size * size);
  const stamp = (x: number, y: number, radius: number, density: number) => {
    const [column, row, extent] = [((x + 1) * size) / 2, ((y + 1) * size) / 2, (radius * size) / 2];
    const reach = Math.ceil(extent * 2);
    for (let r = Math.max(0, Math.floor(row - reach)); r <= Math.min(size - 1, row + reach); r++)
      for (let c = Math.max(0, Math.floor(column - reach)); c <= Math.min(size - 1, column + reach); c++) {
        const weight = bump(length(r - row, c - column) / extent);
        map[r * size + c] = Math.max(map[r * size + c] as number, density * weight);
      }
  };
  const branch = (x: number, y: number, angle: number, radius: number, density: number, depth: number) => {
    const numSteps = 7;
    let [px, py, direction] = [x, y, angle];
    for (let step = 0; step < numSteps; step++) {
      direction += between(random, -0.18, 0.18);
      px += Math.cos(direction) * 0.035;
      py += Math.sin(direction) * 0.035;
      stamp(px, py, radius, density);
    }
    if (depth === 0) return;
    for (const turn of [-0.45, 0.4])
      branch(px, py, direction + turn + between(random, -0.2, 0.2), radius * 0.72, density * 0.78, depth - 1);
  };
  for (const side of [-1, 1]) {
    const hilum = [side * 0.2, side < 0 ? 0 : -0.05] as const;
    stamp(hilum[0], hilum[1], 0.085, 0.13);
    for (const angle of [-1.25, -0.5, 0.15, 0.7, 1.2]) {
      const outward = side > 0 ? angle : Math.PI - angle;
      branch(
        hilum[0],
        hilum[1],
        outward + between(random, -0.15, 0.15),
        0.026,
        0.12 * mix(0.8, 1.1, thorax.softTissue),
        2,
      );
    }
  }
  return map;
}

/** Brightness of the inside of a lung: air with vessels and findings, or free air outside a collapsed lung. */
function lungAt(scene: Scene, side: number, x: number, y: number, depth: number, at: number): number {
  const { thorax, lesions, textures, vessels } = scene;
  const texture = textures[at] as number;
  const thickness = Math.sqrt(Math.min(1, Math.max(0, depth / 0.3)));
  const air = freeAirAt(lesions, thorax, side, Math.abs(x), y);
  const breathing = mix(0.46, 0.24, thickness) + 0.05 * y + 0.03 * texture + (vessels[at] as number);
  const filled = Math.min(0.8, breathing + opacityAt(lesions, x, y, texture));
  return mix(filled, mix(0.3, 0.12, thickness), air.air) + 0.2 * air.line;
}

/** Brightness at one place of the body, from 0 (air) to about 1 (bone over soft tissue). */
function brightnessAt(scene: Scene, x: number, y: number, at: number): number {
  const { thorax, exposure, lesions } = scene;
  const side = x < 0 ? -1 : 1;
  const lateral = Math.abs(x);
  const beyondNeck = Math.max(0, lateral - 0.24);
  const shoulder = -1.06 + 0.34 * beyondNeck * Math.sqrt(beyondNeck) - 0.2 * soft(lateral - 0.22, 0.1);
  const flank = 0.86 + 0.08 * thorax.softTissue + 0.12 * soft(y + 0.35, 0.7);
  const body = soft(shoulder - y, 0.06) * soft(lateral - flank, 0.06);
  if (body === 0) return 0.02;
  const dome = diaphragm(thorax, exposure.inspiration, side, lateral);
  const border = outerBorder(thorax, y);
  const depth = Math.min(border - lateral, dome - y + 0.12, y - thorax.lungTop + 0.1);
  const chest = soft(lateral - border, 0.05) * soft(0.09 - lateral, 0.05);
  const lung = chest * soft(y - dome, 0.035) * soft(thorax.lungTop - y, 0.08);
  const heart = mediastinumAt(thorax, exposure, lesions.heartScale, x, y);
  const abdomen = soft(dome - y, 0.06) * soft(lateral - border - 0.06, 0.14);
  const wall = mix(0.5, 0.62, thorax.softTissue) - 0.16 * soft(flank - lateral - 0.02, 0.3);
  let brightness = mix(wall, 0.86, abdomen) - stomachAt(thorax, exposure, x, y) * abdomen;
  if (lung > 0) brightness = mix(brightness, lungAt(scene, side, x, y, depth, at), lung);
  if (thorax.female) brightness += 0.06 * soft(length(lateral - 0.45, (y - 0.3) * 1.1) - 0.34, 0.14);
  brightness = mix(brightness, Math.max(brightness, 0.8), heart);
  const fluid = fluidAt(lesions, thorax, exposure, side, lateral, y) * chest;
  brightness = mix(brightness, Math.max(brightness, 0.82), fluid);
  brightness += (ribsAt(thorax, lateral, y) + clavicleAt(lateral, y)) * (1 - 0.6 * Math.max(heart, fluid));
  return 0.02 + body * (brightness + midlineAt(lateral, y));
}

/** Vertebrae, and the windpipe before them. */
function midlineAt(lateral: number, y: number): number {
  if (lateral > 0.1) return 0;
  const vertebra = (0.05 + 0.02 * Math.sin(y * 44)) * soft(lateral - 0.075, 0.04);
  return vertebra - 0.14 * soft(lateral - 0.034, 0.04) * soft(y + 0.3, 0.14);
}

/** How much darker the gas in the stomach makes a place. */
function stomachAt(thorax: Thorax, exposure: Exposure, x: number, y: number): number {
  if (x < 0.1 || y < 0.3) return 0;
  const [right, down, width] = thorax.stomach;
  const offset = length(
    (x - right) / width,
    (y - thorax.lungBase - exposure.inspiration - down) / (0.5 * width),
  );
  return 0.2 * soft(offset - 1, 0.6);
}

/** What one picture is drawn from. */
interface Scene {
  readonly thorax: Thorax;
  readonly exposure: Exposure;
  readonly lesions: Lesions;
  readonly textures: Float32Array;
  readonly vessels: Float32Array;
}

/**
 * Draws one radiograph by adding up what lies on each ray, roughly: chest wall, lungs with their vessels, heart,
 * bones, diaphragm, and the findings; then exposure, noise and a marker.
 *
 * @returns Grey bytes, shape `[size, size]`.
 */
export function drawRadiograph(
  size: number,
  thorax: Thorax,
  exposure: Exposure,
  lesions: Lesions,
  seeds: readonly number[],
): Uint8Array {
  const random = randomStream(...seeds, 0);
  const textures = cloudTexture(size, [6, 13, 27], [...seeds, 1]);
  const vessels = vesselMap(size, thorax, random);
  const scene = { thorax, exposure, lesions, textures, vessels };
  const pixels = new Uint8Array(size * size);
  const { rotation, zoom, right, down, gain, gamma, noise } = exposure;
  const [cos, sin] = [Math.cos(rotation), Math.sin(rotation)];
  for (let row = 0; row < size; row++) {
    const v = (((row + 0.5) / size) * 2 - 1 - down) / zoom;
    for (let column = 0; column < size; column++) {
      const u = (((column + 0.5) / size) * 2 - 1 - right) / zoom;
      const at = row * size + column;
      const brightness = brightnessAt(scene, u * cos + v * sin, v * cos - u * sin, at);
      const grain = 2 * (random() + random() + random() - 1.5) * noise;
      const exposed = gain * brightness ** gamma + grain;
      pixels[at] = Math.round(255 * Math.min(1, Math.max(0, exposed)));
    }
  }
  drawMarker(pixels, size, exposure.frontToBack, random);
  return pixels;
}
