import type { Pose } from "./_drawBody.js";
import type { Canvas } from "./_drawCanvas.js";
import { drawText } from "./_marker.js";

/** A finished picture: brightness from 0 (black) to 1, shape `[height, width]`. */
export interface Film {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/**
 * Exposes a film: what lies on each ray becomes brightness, with the grain of few quanta and soft marks of metal.
 *
 * @param paths - Attenuation along each ray: 0 for air, about 1 for the heart or the liver.
 */
export function exposeFilm(
  { width, height }: Canvas,
  paths: Float32Array,
  { gain, gamma, noise }: Pose,
  random: () => number,
): Film {
  const values = new Float32Array(paths.length);
  const tones = Float32Array.from({ length: numTones + 1 }, (_, i) => {
    return 0.015 + shoulder(0.8 * gain * (i / tonesPerUnit) ** (1.5 * gamma));
  });
  const grain = (2.4 * noise) / 2 ** 16;
  for (let i = 0; i < paths.length; i++) {
    const path = (paths[i] as number) * tonesPerUnit;
    const tone = tones[path > numTones ? numTones : path > 0 ? (path + 0.5) | 0 : 0] as number;
    const bits = random() * 2 ** 32;
    const value = tone + ((bits >>> 16) + (bits & 0xffff)) * grain - 2.4 * noise;
    values[i] = Math.min(1, Math.max(0, value));
  }
  return { width, height, values };
}

/** Steps of the table from attenuation to brightness. */
const tonesPerUnit = 1024;
const numTones: number = 3 * tonesPerUnit;

/** Keeps what is bright below 1, gently. */
function shoulder(value: number): number {
  return value < 0.75 ? value : 0.75 + 0.25 * (1 - Math.exp(-(value - 0.75) / 0.25));
}

/** Whole numbers from 0 to `maximum`, in the type that holds them; 0 is white where they are inverted. */
export function quantise({ values }: Film, maximum: number, isInverted = false): Uint8Array | Uint16Array {
  const pixels = maximum > 255 ? new Uint16Array(values.length) : new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = ((values[i] as number) * maximum + 0.5) | 0;
    pixels[i] = isInverted ? maximum - value : value;
  }
  return pixels;
}

/** Writes the marker of the patient's left side, on the viewer's right, and how the picture was taken. */
export function markFilm(
  { width, height, values }: Film,
  texts: { readonly left: string; readonly right: string },
  random: () => number,
): void {
  const size = Math.min(width, height);
  const dot = Math.max(1, Math.round(size / 110));
  const top = Math.round(size * (0.04 + 0.05 * random()));
  const start = Math.round(width - size * (0.1 + 0.04 * random()));
  drawText(values, width, texts.left, start, top, dot, 0.96);
  drawText(values, width, texts.right, Math.round(size * 0.04), top, dot, 0.96);
}
