import { deit } from "./nameMaps/deit.js";
import { dinov2 } from "./nameMaps/dinov2.js";
import { huggingface } from "./nameMaps/huggingface.js";
import { jax } from "./nameMaps/jax.js";
import { mae } from "./nameMaps/mae.js";
import type { CheckpointLayout, NameMap } from "./nameMaps/NameMap.js";
import { timm } from "./nameMaps/timm.js";
import type { TensorSource } from "./TensorSource.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** A layout's names, and what stands before those of the trunk. */
export interface FoundLayout {
  readonly map: NameMap;
  readonly prefix: string;
}

/** The map of each layout. */
export const nameMaps: Readonly<Record<CheckpointLayout, NameMap>> = {
  timm,
  dinov2,
  huggingface,
  jax,
  mae,
  deit,
};

/** The patch embedding of a family of layouts: every vision transformer has it, and its name ends alike. */
const anchors = {
  timm: "patch_embed.proj.weight",
  huggingface: "embeddings.patch_embeddings.projection.weight",
  jax: "embedding/kernel",
} as const;
type Family = keyof typeof anchors;

const familyOf = (layout: CheckpointLayout): Family =>
  layout === "huggingface" || layout === "jax" ? layout : "timm";

/** What only one of the layouts with timm's patch embedding has. */
const signs: readonly (readonly [CheckpointLayout, RegExp])[] = [
  ["mae", /^decoder_/],
  ["deit", /^dist_token$|^blocks\.\d+\.gamma_[12]$/],
  ["dinov2", /^register_tokens$|^blocks\.\d+\.mlp\.w12\.|^blocks\.\d+\.\d+\./],
];

const dinov3 =
  /(^|\.)(rope_embed\.periods|rope_embeddings\.\w+|storage_tokens|embeddings\.patch_embeddings\.weight)$/;

/** The layout of a checkpoint, from its names. */
export function detectLayout(
  caller: string,
  { names }: Pick<TensorSource, "names">,
  { layout, prefix }: { readonly layout?: CheckpointLayout; readonly prefix?: string },
): FoundLayout {
  if (layout !== undefined && nameMaps[layout] === undefined) {
    throw new RangeError(
      `${caller}: layout must be one of ${Object.keys(nameMaps).join(", ")}, got "${String(layout)}"`,
    );
  }
  const rotary = names.find((name) => dinov3.test(name));
  if (rotary !== undefined) throw withoutPositions(caller, `"${rotary}"`);
  const wanted = layout === undefined ? (Object.keys(anchors) as Family[]) : [familyOf(layout)];
  const candidates = wanted.flatMap((family) =>
    prefixesOf(names, anchors[family])
      .filter((found) => prefix === undefined || found === prefix)
      .map((found) => ({ family, prefix: found })),
  );
  const [only] = candidates;
  if (only === undefined) throw unknown(caller, names, wanted, prefix);
  if (candidates.length > 1) {
    const seen = candidates.map((found) => `"${found.prefix}${anchors[found.family]}"`).join(", ");
    throw new WeightFormatError(
      "unexpected",
      `${caller}: checkpoint must hold one vision transformer, got ${candidates.length}: ${seen}; choose one by prefix`,
    );
  }
  const found = layout ?? (only.family === "timm" ? layoutOfTimm(caller, names, only.prefix) : only.family);
  return { map: nameMaps[found], prefix: only.prefix };
}

function prefixesOf(names: readonly string[], anchor: string): string[] {
  return names
    .filter((name) => name.endsWith(anchor) && /(^|[./])$/.test(name.slice(0, -anchor.length)))
    .map((name) => name.slice(0, -anchor.length));
}

function layoutOfTimm(caller: string, names: readonly string[], prefix: string): CheckpointLayout {
  const local = names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  if (!local.includes("pos_embed")) throw withoutPositions(caller, "no pos_embed");
  const seen = signs.flatMap(([layout, sign]) => {
    const name = local.find((candidate) => sign.test(candidate));
    return name === undefined ? [] : [{ layout, name }];
  });
  if (seen.length > 1) {
    throw new WeightFormatError(
      "unexpected",
      `${caller}: checkpoint must have the names of one layout, got ${seen.map(({ layout, name }) => `"${name}" of ${layout}`).join(" and ")}; choose one by layout`,
    );
  }
  // MAE's pre-training and DINOv2 both have a mask token; without a decoder it is DINOv2's.
  return seen[0]?.layout ?? (local.includes("mask_token") ? "dinov2" : "timm");
}

function withoutPositions(caller: string, got: string): WeightFormatError {
  return new WeightFormatError(
    "unexpected",
    `${caller}: checkpoint must have a table of position embeddings, got ${got}; DINOv3 and other models with rotary (RoPE) or relative positions have none and are not supported`,
  );
}

function unknown(
  caller: string,
  names: readonly string[],
  wanted: readonly Family[],
  prefix: string | undefined,
): WeightFormatError {
  const some = names.slice(0, 5).map((name) => `"${name.slice(0, 80)}"`);
  const looked = wanted.map((family) => `"${prefix ?? ""}${anchors[family]}"`).join(", ");
  return new WeightFormatError(
    "missing",
    `${caller}: checkpoint must have a patch embedding named ${looked}, got ${names.length} other tensors: ${some.join(", ")}${names.length > 5 ? ", …" : ""}`,
  );
}
