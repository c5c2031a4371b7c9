import { setImmediate } from "node:timers/promises";
import type { NamedArray } from "@cxrkit/runtime";

/** Elements looked at in one go: some milliseconds, after which others get their turn. */
const chunk = 2 ** 22;

/** Rejects a state with NaN or an infinity: a loss can be finite while its gradient is not. */
export async function requireFiniteState(
  caller: string,
  state: ReadonlyMap<string, NamedArray>,
  epoch: number,
): Promise<void> {
  let sinceRest = 0;
  for (const [name, { data }] of state) {
    for (let first = 0; first < data.length; first += chunk) {
      const part = data.subarray(first, first + chunk);
      if (!allFinite(part))
        throw new RangeError(
          `${caller}: ${name} must be finite, got NaN or an infinity after epoch ${epoch}; lower the learning rate or set maxGradientNorm`,
        );
      sinceRest += part.length;
      if (sinceRest < chunk) continue;
      await setImmediate();
      sinceRest = 0;
    }
  }
}

/** 0·x is NaN where x is not finite; of four sums none waits for another, which makes it as fast as memory. */
function allFinite(data: Float32Array | Int32Array): boolean {
  const end = data.length - (data.length % 4);
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < end; i += 4) {
    a += 0 * (data[i] as number);
    b += 0 * (data[i + 1] as number);
    c += 0 * (data[i + 2] as number);
    d += 0 * (data[i + 3] as number);
  }
  for (let i = end; i < data.length; i++) a += 0 * (data[i] as number);
  return a + b + c + d === 0;
}
