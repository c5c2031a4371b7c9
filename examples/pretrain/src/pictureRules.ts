/** Brightness at a point of the unit square, about 0 to 1. */
export type Picture = (x: number, y: number) => number;

/** Draws the constants of a picture and gives its brightness everywhere. */
export type PictureRule = (random: () => number) => Picture;

const between = (random: () => number, least: number, most: number) => least + random() * (most - least);

/** Smooth noise: random values on a lattice, joined by cubic curves, in octaves that halve in size and height. */
export function noise(random: () => number, cells: number, octaves: number): Picture {
  const layers = Array.from({ length: octaves }, (_, octave) => {
    const side = cells * 2 ** octave + 2;
    return { side, values: Float32Array.from({ length: side * side }, random) };
  });
  const smooth = (t: number) => t * t * (3 - 2 * t);
  return (x, y) => {
    let sum = 0;
    let total = 0;
    for (const [octave, { side, values }] of layers.entries()) {
      const [u, v] = [Math.abs(x) * (side - 2), Math.abs(y) * (side - 2)];
      const [column, row] = [Math.floor(u) % (side - 1), Math.floor(v) % (side - 1)];
      const [a, b] = [smooth(u - Math.floor(u)), smooth(v - Math.floor(v))];
      const at = row * side + column;
      const above = (values[at] as number) * (1 - a) + (values[at + 1] as number) * a;
      const below = (values[at + side] as number) * (1 - a) + (values[at + side + 1] as number) * a;
      sum += 0.5 ** octave * (above * (1 - b) + below * b);
      total += 0.5 ** octave;
    }
    return sum / total;
  };
}

/** Shapes that lie on one another, of sizes with a power law: the dead-leaves model. */
function leaves(isInside: (u: number, v: number) => boolean): PictureRule {
  return (random) => {
    const texture = noise(random, 12, 2);
    const shapes = Array.from({ length: 90 }, () => {
      const angle = between(random, 0, Math.PI);
      return {
        x: random(),
        y: random(),
        radius: 0.03 / Math.sqrt(between(random, 0.008, 1)),
        cos: Math.cos(angle),
        sin: Math.sin(angle),
        grey: random(),
        grain: between(random, 0, 0.5),
      };
    });
    return (x, y) => {
      const top = shapes.find(({ x: cx, y: cy, radius, cos, sin }) => {
        const [dx, dy] = [(x - cx) / radius, (y - cy) / radius];
        return isInside(cos * dx + sin * dy, cos * dy - sin * dx);
      });
      return top === undefined ? 0.5 : top.grey * (1 - top.grain) + top.grain * texture(x, y);
    };
  };
}

const stripes: PictureRule = (random) => {
  const warp = noise(random, 3, 2);
  const angle = between(random, 0, Math.PI);
  const [frequency, bend, edge] = [between(random, 4, 14), between(random, 0, 1.5), between(random, 1, 6)];
  return (x, y) => {
    const phase = frequency * (x * Math.cos(angle) + y * Math.sin(angle)) + bend * warp(x, y);
    return 0.5 + 0.5 * Math.tanh(edge * Math.sin(2 * Math.PI * phase));
  };
};

const clouds: PictureRule = (random) => {
  const cloud = noise(random, 2, 5);
  const contrast = between(random, 1, 2.5);
  return (x, y) => 0.5 + contrast * (cloud(x, y) - 0.5);
};

const cells: PictureRule = (random) => {
  const centres = Array.from({ length: Math.round(between(random, 12, 45)) }, () => [
    random(),
    random(),
    random(),
  ]);
  const wall = between(random, 0.01, 0.04);
  return (x, y) => {
    let [first, second, grey] = [9, 9, 0];
    for (const [cx, cy, own] of centres as [number, number, number][]) {
      const distance = Math.hypot(x - cx, y - cy);
      if (distance < first) [second, first, grey] = [first, distance, own];
      else second = Math.min(second, distance);
    }
    return second - first < wall ? 0.05 : 0.3 + 0.6 * grey - first;
  };
};

const branches: PictureRule = (random) => {
  const ground = noise(random, 2, 2);
  const lines: [number, number, number, number, number][] = [];
  const grow = (x: number, y: number, angle: number, length: number, width: number) => {
    const [endX, endY] = [x + length * Math.cos(angle), y + length * Math.sin(angle)];
    lines.push([x, y, endX, endY, width]);
    if (lines.length > 60 || length < 0.04) return;
    for (const side of [-1, 1])
      grow(
        endX,
        endY,
        angle + side * between(random, 0.2, 0.8),
        length * between(random, 0.6, 0.9),
        width * 0.7,
      );
  };
  for (let tree = 0; tree < 2; tree++)
    grow(random(), 1, between(random, -2, -1.1), between(random, 0.2, 0.35), between(random, 0.02, 0.05));
  const dark = random() < 0.5;
  return (x, y) => {
    const onLine = lines.some(([ax, ay, bx, by, width]) => {
      const [dx, dy] = [bx - ax, by - ay];
      const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
      const t = Math.min(Math.max(along, 0), 1);
      return Math.hypot(x - ax - t * dx, y - ay - t * dy) < width / 2;
    });
    const back = 0.3 + 0.4 * ground(x, y);
    return onLine ? (dark ? 0.1 : 0.9) : back;
  };
};

const pebbles: PictureRule = (random) => {
  const [lightX, lightY] = [between(random, -0.7, 0.7), between(random, -0.7, 0.7)];
  const stones = Array.from({ length: Math.round(between(random, 8, 30)) }, () => ({
    x: random(),
    y: random(),
    radius: between(random, 0.06, 0.2),
    grey: between(random, 0.4, 0.9),
  }));
  return (x, y) => {
    for (const { x: cx, y: cy, radius, grey } of stones) {
      const [u, v] = [(x - cx) / radius, (y - cy) / radius];
      const height = 1 - u * u - v * v;
      if (height > 0) return grey * Math.max(0.15, 0.6 * Math.sqrt(height) + 0.5 * (lightX * u + lightY * v));
    }
    return 0.15;
  };
};

const tiles: PictureRule = (random) => {
  const angle = between(random, 0, Math.PI / 2);
  const [across, down, shift] = [between(random, 4, 12), between(random, 4, 12), random() < 0.5 ? 0.5 : 0];
  const greys = Float32Array.from({ length: 997 }, random);
  const joint = between(random, 0.05, 0.15);
  return (x, y) => {
    const v = down * (y * Math.cos(angle) - x * Math.sin(angle)) + 50;
    const u = across * (x * Math.cos(angle) + y * Math.sin(angle)) + 50 + shift * (Math.floor(v) % 2);
    if (u % 1 < joint || v % 1 < joint) return 0.1;
    return 0.3 + 0.6 * (greys[(Math.floor(u) * 31 + Math.floor(v) * 57) % 997] as number);
  };
};

/** How pictures come about; the names are the classes of supervised pretraining. */
export const pictureRules: Readonly<Record<string, PictureRule>> = {
  discs: leaves((u, v) => u * u + v * v < 1),
  shards: leaves((u, v) => Math.abs(u) < 1 && Math.abs(v) < 0.5),
  stripes,
  clouds,
  cells,
  branches,
  pebbles,
  tiles,
};
