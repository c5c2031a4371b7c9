import { fluidAt, freeAirAt, type Lesions, opacityAt } from "./_lesions.js";
import { drawMarker } from "./_marker.js";
import { randomStream } from "./_random.js";
import {
  between,
  cloudTexture,
  diaphragm,
  type Exposure,
  outerBorder,
  soft,
  type Thorax,
} from "./_thorax.js";

const mix = (from: number, to: number, share: number) => from + (to - from) * share;

/** Fraction of a rib's density at a place: two families of arcs, those of the back stronger. */
function ribsAt(thorax: Thorax, lateral: number, y: number): number {
  const { ribSpacing, ribPhase, ribContrast } = thorax;
  const band = (height: number, thickness: number) => {
    const phase = height / ribSpacing + ribPhase;
    const distance = Math.abs(phase - Math.floor(phase) - 0.5) * ribSpacing;
    const rim = Math.exp(-(((distance - thickness / 2) / 0.011) ** 2));
    return soft(distance - thickness / 2, 0.02) + 0.7 * rim;
  };
  const back = band(y - 0.42 * lateral * lateral + 0.1 * lateral, 0.06);
  const front = band(y + 0.55 * (lateral - 0.8) * (lateral - 0.2) + 0.42 * lateral, 0.05);
  const inCage = soft(lateral - outerBorder(thorax, y) - 0.05, 0.04) * soft(y - 0.62, 0.3);
  return (
    ribContrast *
    inCage *
    (0.075 * back * soft(0.1 - lateral, 0.06) + 0.035 * front * soft(0.25 - lateral, 0.1))
  );
}

/** Collar bones: S-shaped bars rising from the breast bone to the shoulders. */
function clavicleAt(lateral: number, y: number): number {
  const line = -0.6 - 0.16 * lateral + 0.05 * Math.sin(lateral * 5);
  const distance = Math.abs(y - line);
  const rim = Math.exp(-(((distance - 0.028) / 0.012) ** 2));
  return (
    soft(lateral - 0.86, 0.08) *
    soft(0.07 - lateral, 0.04) *
    (0.09 * soft(distance - 0.03, 0.02) + 0.05 * rim)
  );
}

/** Heart, great vessels and the soft tissue between the lungs, as a share from 0 to 1. */
function mediastinumAt(thorax: Thorax, exposure: Exposure, scale: number, x: number, y: number): number {
  const ratio = thorax.heartRatio * scale * (exposure.frontToBack ? 1.1 : 1);
  const width = Math.min(ratio * thorax.halfWidth, 0.64);
  const centreX = 0.1 + 0.1 * (scale - 1) + 0.08;
  const centreY = thorax.lungBase + exposure.inspiration - 0.34;
  const [dx, dy] = [x - centreX, y - centreY];
  const along = dx * 0.86 + dy * 0.5;
  const across = -dx * 0.5 + dy * 0.86;
  const heart = Math.hypot(along / (width * 1.02), across / (0.3 * (0.6 + 0.4 * scale))) - 1;
  const band = Math.abs(x - 0.02) - 0.13 - 0.05 * soft(-(y + 0.1), 0.8);
  const knob = Math.hypot(x - 0.13, y + 0.28) - 0.1;
  const rightAtrium = Math.hypot((x + 0.12 * scale) / 0.14, (y - centreY) / 0.26) - 1;
  return Math.max(soft(heart, 0.16), soft(band, 0.06), soft(knob, 0.04), soft(rightAtrium, 0.16));
}

/** Vessels that branch from the hila into the lungs, shape `[size, size]`. */
function vesselMap(size: number, thorax: Thorax, random: () => number): Float32Array {
  const map = new Float32Array(size * size);
  const stamp = (x: number, y: number, radius: number, density: number) => {
    const [column, row, extent] = [((x + 1) * size) / 2, ((y + 1) * size) / 2, (radius * size) / 2];
    const reach = Math.ceil(extent * 2);
    for (let r = Math.max(0, Math.floor(row - reach)); r <= Math.min(size - 1, row + reach); r++)
      for (let c = Math.max(0, Math.floor(column - reach)); c <= Math.min(size - 1, column + reach); c++) {
        const weight = Math.exp(-((r - row) ** 2 + (c - column) ** 2) / (extent * extent));
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

/** Brightness of bones, soft tissue and air at one place, before findings of the lung are added. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly texture: number;
  readonly vessel: number;
}

function brightnessAt(thorax: Thorax, exposure: Exposure, lesions: Lesions, place: Place): number {
  const { x, y, texture, vessel } = place;
  const side = x < 0 ? -1 : 1;
  const lateral = Math.abs(x);
  const shoulder = -1.02 + 0.42 * Math.max(0, lateral - 0.22) ** 1.4;
  const flank = 0.9 + 0.06 * thorax.softTissue;
  const body = soft(shoulder - y, 0.05) * soft(lateral - flank - 0.06 * y, 0.05);
  const dome = diaphragm(thorax, exposure.inspiration, side, lateral);
  const border = outerBorder(thorax, y);
  const lung =
    soft(lateral - border, 0.035) *
    soft(0.1 - lateral, 0.04) *
    soft(y - dome, 0.03) *
    soft(thorax.lungTop - y, 0.05);
  const heart = mediastinumAt(thorax, exposure, lesions.heartScale, x, y);
  const { air, line } = freeAirAt(lesions, thorax, side, lateral, y);
  const fluid = fluidAt(lesions, thorax, exposure, side, lateral, y);
  const wall = 0.5 + 0.1 * thorax.softTissue + 0.08 * soft(-y, 1.4);
  const abdomen = soft(dome - y, 0.04) * soft(lateral - border - 0.06, 0.1);
  let brightness = mix(wall, 0.74, abdomen);
  const bubble = Math.hypot((x - 0.42) / 0.17, (y - thorax.lungBase - exposure.inspiration - 0.06) / 0.1) - 1;
  brightness -= 0.16 * soft(bubble, 0.4) * abdomen;
  const breathing = 0.2 + 0.035 * texture + vessel + opacityAt(lesions, x, y, texture);
  const inLung = mix(breathing, 0.1, air) + 0.2 * line;
  brightness = mix(brightness, Math.min(inLung, 0.7), lung);
  if (thorax.female) brightness += 0.07 * soft(Math.hypot(lateral - 0.45, (y - 0.3) * 1.1) - 0.34, 0.12);
  brightness = mix(brightness, 0.69, heart * (1 - abdomen * 0.5));
  brightness = mix(brightness, 0.7, fluid * lung);
  brightness += ribsAt(thorax, lateral, y) * (1 - 0.5 * heart) + clavicleAt(lateral, y);
  const vertebra = 0.05 + 0.025 * Math.sin(y * 44);
  brightness += vertebra * soft(lateral - 0.075, 0.03);
  brightness -= 0.14 * soft(Math.abs(x - 0.005) - 0.036, 0.03) * soft(y + 0.3, 0.12);
  return 0.02 + body * brightness;
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
  const texture = cloudTexture(size, [6, 13, 27], [...seeds, 1]);
  const vessels = vesselMap(size, thorax, random);
  const pixels = new Uint8Array(size * size);
  const [cos, sin] = [Math.cos(exposure.rotation), Math.sin(exposure.rotation)];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const u = (((column + 0.5) / size) * 2 - 1 - exposure.right) / exposure.zoom;
      const v = (((row + 0.5) / size) * 2 - 1 - exposure.down) / exposure.zoom;
      const at = row * size + column;
      const place = {
        x: u * cos + v * sin,
        y: v * cos - u * sin,
        texture: texture[at] as number,
        vessel: vessels[at] as number,
      };
      const brightness = brightnessAt(thorax, exposure, lesions, place);
      const exposed = exposure.gain * Math.max(0, brightness) ** exposure.gamma;
      const grain = random() + random() + random() - 1.5;
      pixels[at] = Math.round(255 * Math.min(1, Math.max(0, exposed + 2 * grain * exposure.noise)));
    }
  }
  drawMarker(pixels, size, exposure.frontToBack, random);
  return pixels;
}
