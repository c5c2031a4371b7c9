import { afterEach, beforeEach, expect, type MockInstance, vi } from "vitest";
import { allclose } from "./allclose.js";

interface Tolerance {
  readonly rtol?: number;
  readonly atol?: number;
}

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: the merged declaration must repeat vitest's own default
  interface Matchers<T = any> {
    /** Elementwise closeness of two sequences of numbers. @defaultValue rtol 1e-6, atol 0 */
    toBeAllclose(expected: ArrayLike<number>, tolerance?: Tolerance): T;
  }
}

expect.extend({
  toBeAllclose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: Tolerance = {}) {
    const { pass, message } = allclose(actual, expected, tolerance);
    return { pass, message: () => message };
  },
});

const methods = ["log", "info", "warn", "error"] as const;
const spies = new Map<string, MockInstance>();

beforeEach(() => {
  for (const method of methods)
    spies.set(
      method,
      vi.spyOn(console, method).mockImplementation(() => {}),
    );
});

afterEach(() => {
  for (const method of methods) {
    const spy = spies.get(method);
    const calls = [...(spy?.mock.calls ?? [])];
    spy?.mockRestore();
    expect(calls, `console.${method} was called by a test`).toEqual([]);
  }
});
