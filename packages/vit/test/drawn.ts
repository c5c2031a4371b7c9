/** The generator of the scripts in fixtures/. */
export function draw(name: string, count: number, spread: number): Float32Array<ArrayBuffer> {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) state = Math.imul(state ^ byte, 0x01000193) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * spread;
  });
}

/** A parameter as the scripts draw it. */
export function drawParameter(name: string, shape: readonly number[]): Float32Array<ArrayBuffer> {
  const values = draw(name, sizeOf(shape), 0.5);
  return /norm\d?\.weight$/.test(name) ? values.map((value) => value + 1) : values;
}

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, axis) => product * axis, 1);
}
