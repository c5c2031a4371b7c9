import { readdirSync, readFileSync } from "node:fs";
import type { VitConfig } from "../src/index.js";

/** What another implementation gave for a model, parameters and images that both sides draw. */
export interface ParityCase {
  readonly config: VitConfig;
  /** Factors `[2L, B]` of stochastic depth. */
  readonly dropPath?: readonly number[];
  readonly features: Float32Array;
  readonly logits: Float32Array;
  readonly gradients: Readonly<Record<string, Float32Array>>;
  readonly attention?: readonly Float32Array[];
  readonly explanation?: {
    readonly finding: number;
    readonly rollout: Readonly<Record<"mean" | "max" | "min", Float32Array>>;
    readonly relevance: Float32Array;
    readonly gradCam: Float32Array;
  };
}

interface Fixture {
  readonly config: VitConfig;
  readonly dropPath?: readonly number[];
  readonly expected: Readonly<Record<"features" | "logits", string>> & {
    readonly gradients: Readonly<Record<string, string>>;
    readonly attention?: readonly string[];
    readonly finding?: number;
    readonly rollout?: Readonly<Record<"mean" | "max" | "min", string>>;
    readonly relevance?: string;
    readonly gradCam?: string;
  };
}

/** Files beside the cases that hold something else. */
const others = ["positions.json", "architectures.json", "maskedPatches.json"];
const fixtures = new URL("../fixtures/", import.meta.url);

/** Images of a batch in every case. */
export const parityBatch = 2;

/** Every case, as `tool/name`. */
export const parityCases: readonly string[] = ["timm", "transformers"].flatMap((tool) =>
  readdirSync(new URL(`${tool}/`, fixtures))
    .filter((file) => file.endsWith(".json") && !others.includes(file))
    .map((file) => `${tool}/${file.slice(0, -".json".length)}`),
);

/** Base64 of little-endian float32. */
export function unpack(text: string): Float32Array {
  const bytes = Buffer.from(text, "base64");
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}

/** Reads one of {@link parityCases}. */
export function readParityCase(name: string): ParityCase {
  const { config, dropPath, expected } = JSON.parse(
    readFileSync(new URL(`${name}.json`, fixtures), "utf8"),
  ) as Fixture;
  const { features, logits, gradients, attention, finding, rollout, relevance, gradCam } = expected;
  const each = <K extends string>(texts: Readonly<Record<K, string>>) =>
    Object.fromEntries(Object.entries<string>(texts).map(([key, text]) => [key, unpack(text)])) as Record<
      K,
      Float32Array
    >;
  return {
    config,
    features: unpack(features),
    logits: unpack(logits),
    gradients: each(gradients),
    ...(dropPath === undefined ? {} : { dropPath }),
    ...(attention === undefined ? {} : { attention: attention.map(unpack) }),
    ...(finding === undefined || rollout === undefined || relevance === undefined || gradCam === undefined
      ? {}
      : {
          explanation: {
            finding,
            rollout: each(rollout),
            relevance: unpack(relevance),
            gradCam: unpack(gradCam),
          },
        }),
  };
}
