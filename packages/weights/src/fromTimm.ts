import { sizeOf } from "./_arrayOperations.js";
import { convert } from "./_convert.js";
import { describeTimm, requireHeads } from "./_describeTimm.js";
import { nameMaps } from "./_detectLayout.js";
import { inverseOf } from "./_inverses.js";
import { type Plan, planTensors } from "./_planTensors.js";
import { requireComplete } from "./_requireComplete.js";
import type { Transform } from "./_transforms.js";
import { withMaskToken } from "./_withMaskToken.js";
import type { ConvertedCheckpoint } from "./ConvertedCheckpoint.js";
import type { CheckpointArchitecture } from "./describeCheckpoint.js";
import type { NameMap, NameRule } from "./nameMaps/NameMap.js";
import type { TensorSource } from "./TensorSource.js";

/** Layouts that {@link fromTimm} writes. */
export type TimmTarget = "timm" | "dinov2" | "huggingface" | "jax";

/** Options of {@link fromTimm}. */
export interface FromTimmOptions {
  /**
   * Number of attention heads, an integer of at least 1 that divides the width; `jax` keeps them apart.
   * @defaultValue width / 64, at least 1
   */
  readonly numHeads?: number;
  /**
   * What the head saw; decides where a head of D columns is put when Hugging Face's DINOv2 classifier, which sees class
   * token and mean, wants 2D. @defaultValue `"cls"`
   */
  readonly pooling?: "cls" | "mean";
  /** timm's names that need not be there or need not be written, `*` standing for any characters. @defaultValue `[]` */
  readonly except?: readonly string[];
  /** Element type of all floating-point tensors; left out, each keeps its own. */
  readonly dtype?: "float32";
}

/**
 * A checkpoint under timm's names under those of another layout, to be loaded there strictly.
 *
 * `huggingface` gives the names of `ViT…` models, or of `Dinov2…` models if there is LayerScale, for image
 * classification if there is a head. With registers the class token gets a position of zeros, because its own is already
 * in the token; a mask token of zeros is added where loaders insist on one and there is none. Everything else is moved bit by bit.
 *
 * @param checkpoint - Tensors under timm's names.
 * @param target - Layout to write.
 * @param options - Heads, pooling, exceptions.
 * @returns The same tensors under the layout's names; each is read and converted when it is asked for.
 * @throws WeightFormatError that lists everything missing and everything that the layout has no name for; RangeError if
 * the target is not known or cannot express the model, such as registers for `jax`.
 * @example
 * {@includeCode ../example/nameMaps.example.ts#fromTimm}
 */
export function fromTimm(
  checkpoint: TensorSource,
  target: TimmTarget,
  options: FromTimmOptions = {},
): ConvertedCheckpoint {
  const { maskToken } = mapOf(target);
  const map = withMaskToken(mapOf(target), maskToken);
  const { except = [], pooling = "cls", dtype } = options;
  const timm = { map: withMaskToken(nameMaps.timm, maskToken && "mask_token"), prefix: "" };
  const { converted } = convert("fromTimm", checkpoint, timm, { distillation: "refuse" });
  requireComplete("fromTimm", converted, except);
  const model = describeTimm("fromTimm", converted, options.numHeads);
  if (target === "jax") requireHeads("fromTimm", model);
  const reason = map.refuses?.(model);
  if (reason !== undefined) {
    throw new RangeError(`fromTimm: target must be able to express the model, got ${target}: ${reason}`);
  }
  const plans = plansOf(map, model, new Set(converted.names), pooling);
  const used = new Set(plans.flatMap(({ sources }) => sources));
  const unexpected = [...converted.unexpected, ...converted.names.filter((name) => !used.has(name))];
  requireComplete("fromTimm", { missing: [], unexpected }, except);
  return {
    ...planTensors("fromTimm", checkpoint, plans, dtype),
    from: "timm",
    to: target,
    prefix: "",
    missing: converted.missing,
    unexpected,
    ignored: converted.ignored,
  };
}

function mapOf(target: TimmTarget): NameMap {
  const targets: readonly string[] = ["timm", "dinov2", "huggingface", "jax"] satisfies TimmTarget[];
  if (targets.includes(target)) return nameMaps[target];
  throw new RangeError(`fromTimm: target must be one of ${targets.join(", ")}, got "${String(target)}"`);
}

function plansOf(
  map: NameMap,
  model: CheckpointArchitecture,
  names: ReadonlySet<string>,
  pooling: "cls" | "mean",
): Plan[] {
  const plans = new Map<string, Plan>();
  const written = new Set<string>();
  const prefix = map.prefix?.(model) ?? "";
  const applies = ({ only, writes }: NameRule) => only !== "read" && (writes?.(model) ?? true);
  const add = ({ target, sources, transform, outside }: NameRule, i: number) => {
    const from = target.replace("{i}", `${i}`);
    if (!names.has(from) || written.has(from)) return;
    written.add(from);
    sources.forEach((source, part) => {
      const inverse = inverseOf(transform, part, sources.length, { numHeads: model.numHeads, pooling });
      const name = (outside ? "" : prefix) + source.replace("{i}", `${i}`);
      if (inverse !== undefined) plans.set(name, { target: name, sources: [from], transform: inverse });
    });
  };
  const rules = map.rules.filter(applies);
  const start = rules.findIndex(({ target }) => target.includes("{i}"));
  rules.forEach((rule, index) => {
    if (index === start) {
      const blocks = rules.filter(({ target }) => target.includes("{i}"));
      for (let i = 0; i < model.depth; i++) for (const inner of blocks) add(inner, i);
    }
    if (!rule.target.includes("{i}")) add(rule, 0);
  });
  for (const { target, shape } of map.zeros?.(model) ?? []) {
    if (plans.has(prefix + target)) continue;
    plans.set(prefix + target, { target: prefix + target, sources: [], transform: zeros(shape) });
  }
  return [...plans.values()];
}

function zeros(shape: readonly number[]): Transform {
  return {
    text: "zeros",
    wants: "nothing",
    shape: () => shape,
    convert: () => ({ dtype: "float32", shape, data: new Float32Array(sizeOf(shape)) }),
  };
}
