import type { CheckpointArchitecture } from "../describeCheckpoint.js";
import { distillation } from "./deit.js";
import { maskToken } from "./mae.js";
import { lacksClassPosition, type NameMap, type NameRule } from "./NameMap.js";
import { copy, layer } from "./timm.js";

const block = "encoder.layer.{i}";
const registers = "embeddings.register_tokens";

/** LayerScale is what tells the two families of names apart when a model is written. */
const isDinov2 = ({ layerScale, numRegisters }: CheckpointArchitecture) => layerScale || numRegisters > 0;
const isVit = (architecture: CheckpointArchitecture) => !isDinov2(architecture);

const only = (writes: (architecture: CheckpointArchitecture) => boolean, rules: readonly NameRule[]) =>
  rules.map((rule) => ({ ...rule, writes }));
const onlyRead = (rules: readonly NameRule[]) => rules.map((rule) => ({ ...rule, only: "read" }) as const);

const embedding: readonly NameRule[] = [
  {
    target: "cls_token",
    sources: ["embeddings.cls_token", "embeddings.position_embeddings"],
    transform: "add class position",
    given: registers,
    only: "read",
  },
  copy("cls_token", "embeddings.cls_token"),
  copy("reg_token", "embeddings.register_tokens"),
  {
    target: "pos_embed",
    sources: ["embeddings.position_embeddings"],
    transform: "drop class position",
    given: registers,
    writes: lacksClassPosition,
  },
  {
    target: "pos_embed",
    sources: ["embeddings.position_embeddings"],
    transform: "drop distillation position",
    given: "embeddings.distillation_token",
    only: "read",
  },
  copy("pos_embed", "embeddings.position_embeddings"),
  ...layer("patch_embed.proj", "embeddings.patch_embeddings.projection"),
];

const blocks: readonly NameRule[] = [
  ...only(isVit, layer("blocks.{i}.norm1", `${block}.layernorm_before`)),
  ...only(isDinov2, layer("blocks.{i}.norm1", `${block}.norm1`)),
  ...["weight", "bias"].map(
    (kind): NameRule => ({
      target: `blocks.{i}.attn.qkv.${kind}`,
      sources: ["query", "key", "value"].map((part) => `${block}.attention.attention.${part}.${kind}`),
      transform: "join",
    }),
  ),
  ...layer("blocks.{i}.attn.proj", `${block}.attention.output.dense`),
  copy("blocks.{i}.ls1.gamma", `${block}.layer_scale1.lambda1`),
  ...only(isVit, layer("blocks.{i}.norm2", `${block}.layernorm_after`)),
  ...only(isDinov2, layer("blocks.{i}.norm2", `${block}.norm2`)),
  ...only(isVit, layer("blocks.{i}.mlp.fc1", `${block}.intermediate.dense`)),
  ...only(isVit, layer("blocks.{i}.mlp.fc2", `${block}.output.dense`)),
  ...only(
    (model) => isDinov2(model) && model.mlp === "gelu",
    [...layer("blocks.{i}.mlp.fc1", `${block}.mlp.fc1`), ...layer("blocks.{i}.mlp.fc2", `${block}.mlp.fc2`)],
  ),
  ...only(
    (model) => isDinov2(model) && model.mlp === "swiglu",
    [
      ...layer("blocks.{i}.mlp.fc1", `${block}.mlp.weights_in`),
      ...layer("blocks.{i}.mlp.fc2", `${block}.mlp.weights_out`),
    ],
  ),
  ...onlyRead([
    ...["weight", "bias"].map(
      (kind): NameRule => ({
        target: `blocks.{i}.mlp.fc1.${kind}`,
        sources: ["gate_proj", "up_proj"].map((part) => `${block}.mlp.${part}.${kind}`),
        transform: "join",
      }),
    ),
    ...layer("blocks.{i}.mlp.fc2", `${block}.mlp.down_proj`),
  ]),
  copy("blocks.{i}.ls2.gamma", `${block}.layer_scale2.lambda1`),
];

const outside = (rules: readonly NameRule[]) => rules.map((rule) => ({ ...rule, outside: true }) as const);

const head: readonly NameRule[] = [
  {
    target: "head.weight",
    sources: ["classifier.weight"],
    transform: "widen head",
    outside: true,
    only: "write",
    writes: (model) => isDinov2(model) && model.headColumns === model.width,
  },
  ...outside(layer("head", "classifier")),
  ...onlyRead(outside(layer("head", "cls_classifier"))),
];

/**
 * Names of transformers' `ViT…`, `DeiT…`, `ViTMAE…`, `Dinov2…` and `Dinov2WithRegisters…` models. The aliases are the
 * names that version 5 of transformers has in memory; what it saves still has the older ones.
 *
 * @see https://github.com/huggingface/transformers/tree/v4.48.3/src/transformers/models, `vit`, `deit`, `dinov2`,
 * `dinov2_with_registers`, `vit_mae`
 */
export const huggingface: NameMap = {
  layout: "huggingface",
  aliases: [
    [/^layers\.(\d+)\./, "encoder.layer.$1."],
    [/\.attention\.q_proj\./, ".attention.attention.query."],
    [/\.attention\.k_proj\./, ".attention.attention.key."],
    [/\.attention\.v_proj\./, ".attention.attention.value."],
    [/\.attention\.o_proj\./, ".attention.output.dense."],
  ],
  rules: [...embedding, ...blocks, ...layer("norm", "layernorm"), ...head],
  ignored: [
    [/^embeddings\.mask_token$/, maskToken],
    [/^pooler\./, "pooler of the bare model, which no classifier uses"],
    [/^decoder\./, "decoder of the pre-training"],
    [/^embeddings\.distillation_token$|^distillation_classifier\./, distillation],
  ],
  maskToken: "embeddings.mask_token",
  zeros: (architecture) =>
    isDinov2(architecture) ? [{ target: "embeddings.mask_token", shape: [1, architecture.width] }] : [],
  prefix: (architecture) => {
    if (architecture.numClasses === 0) return "";
    if (isVit(architecture)) return "vit.";
    return architecture.numRegisters > 0 ? "dinov2_with_registers." : "dinov2.";
  },
  distillationToken: "embeddings.distillation_token",
  refuses: (model) => {
    const { classToken, layerScale, numRegisters, mlp, headColumns, width } = model;
    if (!classToken) return "its models have a class token, this one has none";
    if (numRegisters > 0 && !layerScale)
      return "its models with registers have LayerScale, this one has none";
    if (mlp === "swiglu" && !layerScale) return "its models with SwiGLU have LayerScale, this one has none";
    if (isVit(model) && headColumns > width)
      return `its ViT classifier sees the class token only, ${width} numbers, this head wants ${headColumns}`;
    return undefined;
  },
};
