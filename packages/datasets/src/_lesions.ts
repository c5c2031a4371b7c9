import { between, bump, diaphragm, type Exposure, outerBorder, soft, type Thorax } from "./_thorax.js";

/** A round or cloudy opacity in a lung. */
interface Opacity {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly density: number;
  /** Share of the texture in its density and outline, from 0 (smooth) to 1. */
  readonly cloudiness: number;
}

/** What the drawn findings look like in one picture. */
export interface Lesions {
  /** Factor on the heart's width. */
  readonly heartScale: number;
  /** Height of the fluid above the lung base on each side: right, left; 0 for none. */
  readonly effusion: readonly [right: number, left: number];
  /** Depth of the air outside the lung on each side: right, left; 0 for none. */
  readonly pneumothorax: readonly [right: number, left: number];
  readonly opacities: readonly Opacity[];
  /** Density of the haze around the hila. */
  readonly edema: number;
  /** Plates of collapsed lung: side, height, tilt. */
  readonly plates: readonly { readonly side: number; readonly y: number; readonly tilt: number }[];
}

/** A place in a lung, away from its borders by `margin`. */
function placeInLung(
  thorax: Thorax,
  random: () => number,
  margin: number,
): { readonly x: number; readonly y: number } {
  const side = random() < 0.5 ? -1 : 1;
  const y = between(random, thorax.lungTop + 0.22 + margin, 0.28 - margin / 2);
  const inner = side > 0 && y > -0.1 ? 0.36 : 0.26;
  const outer = outerBorder(thorax, y) - 0.06 - margin * 0.6;
  return { x: side * between(random, Math.min(inner, outer), outer), y };
}

function onSides(random: () => number, both: number, draw: () => number): readonly [number, number] {
  const choice = random();
  if (choice < both) return [draw(), draw()];
  return random() < 0.5 ? [draw(), 0] : [0, draw()];
}

/** Draws how each of the findings looks. */
export function drawLesions(present: ReadonlySet<string>, thorax: Thorax, random: () => number): Lesions {
  const opacities: Opacity[] = [];
  const add = (radius: number, density: number, cloudiness: number) =>
    opacities.push({ ...placeInLung(thorax, random, radius), radius, density, cloudiness });
  if (present.has("nodule")) {
    const numNodules = random() < 0.6 ? 1 : 2;
    for (let i = 0; i < numNodules; i++) add(between(random, 0.05, 0.075), between(random, 0.24, 0.32), 0);
  }
  if (present.has("mass")) add(between(random, 0.13, 0.19), between(random, 0.28, 0.36), 0.15);
  if (present.has("consolidation")) add(between(random, 0.26, 0.36), between(random, 0.34, 0.44), 0.9);
  if (present.has("infiltration")) {
    add(between(random, 0.2, 0.3), between(random, 0.12, 0.18), 1);
    add(between(random, 0.2, 0.3), between(random, 0.12, 0.18), 1);
  }
  const plates = present.has("atelectasis")
    ? [0, 1].map(() => ({
        side: random() < 0.5 ? -1 : 1,
        y: between(random, 0.12, 0.34),
        tilt: between(random, -0.25, 0.25),
      }))
    : [];
  return {
    heartScale: present.has("cardiomegaly") ? between(random, 1.38, 1.62) : 1,
    effusion: present.has("pleural_effusion")
      ? onSides(random, 0.3, () => between(random, 0.2, 0.5))
      : [0, 0],
    pneumothorax: present.has("pneumothorax")
      ? onSides(random, 0, () => between(random, 0.13, 0.28))
      : [0, 0],
    opacities,
    edema: present.has("edema") ? between(random, 0.16, 0.24) : 0,
    plates,
  };
}

/** Density that opacities, haze and plates add at a place; `texture` is the cloud there, about −1 to 1. */
export function opacityAt(lesions: Lesions, x: number, y: number, texture: number): number {
  let density = 0;
  for (const opacity of lesions.opacities) {
    const distance = Math.sqrt((x - opacity.x) ** 2 + (y - opacity.y) ** 2);
    if (distance > opacity.radius * 1.6) continue;
    const edge = opacity.radius * (1 + 0.45 * opacity.cloudiness * texture);
    const border = opacity.radius * (0.35 + 0.9 * opacity.cloudiness);
    density += opacity.density * soft(distance - edge, border) * (1 + 0.35 * opacity.cloudiness * texture);
  }
  if (lesions.edema > 0) {
    const distance = Math.hypot((Math.abs(x) - 0.28) / 1.1, y + 0.02);
    density += lesions.edema * soft(distance - 0.26, 0.5) * (1 + 0.5 * texture);
  }
  for (const { side, y: height, tilt } of lesions.plates) {
    const lateral = x * side;
    const offset = y - height - tilt * (lateral - 0.4);
    const ends = soft(Math.abs(lateral - 0.42) - 0.2, 0.1);
    density += 0.24 * ends * bump(offset / 0.016);
  }
  return density;
}

/** How much of a place is fluid: level at the middle, rising to the side wall as a meniscus. */
export function fluidAt(
  lesions: Lesions,
  thorax: Thorax,
  exposure: Exposure,
  side: number,
  lateral: number,
  y: number,
): number {
  const height = lesions.effusion[side < 0 ? 0 : 1];
  if (height === 0) return 0;
  const base = diaphragm(thorax, exposure.inspiration, side, 0.36) + 0.1;
  const rise = Math.max(0, lateral - 0.3) / (thorax.halfWidth - 0.3);
  return soft(base - height - 0.24 * rise * rise * rise - y, 0.05);
}

/** Air outside the collapsed lung (1 inside it) and the thin line of its border. */
export function freeAirAt(
  lesions: Lesions,
  thorax: Thorax,
  side: number,
  lateral: number,
  y: number,
): { readonly air: number; readonly line: number } {
  const depth = lesions.pneumothorax[side < 0 ? 0 : 1];
  if (depth === 0) return { air: 0, line: 0 };
  const shrunk = depth * (1 - 0.55 * Math.max(0, y - thorax.lungTop));
  const border = outerBorder(thorax, y - depth * 0.9) - Math.max(0.02, shrunk);
  const distance = border - lateral;
  return { air: soft(distance, 0.02), line: bump(distance / 0.014) };
}
