import type { TransformKind } from "../_transforms.js";
import { lacksClassPosition, type NameMap, type NameRule } from "./NameMap.js";
import { copy, preLogits } from "./timm.js";

const block = "Transformer/encoderblock_{i}";
const attention = `${block}/MultiHeadDotProductAttention_1`;
const parts = ["query", "key", "value"];

const norm = (target: string, source: string) => [
  copy(`${target}.weight`, `${source}/scale`),
  copy(`${target}.bias`, `${source}/bias`),
];

const dense = (target: string, source: string, transform: TransformKind = "transpose"): NameRule[] => [
  { target: `${target}.weight`, sources: [`${source}/kernel`], transform },
  copy(`${target}.bias`, `${source}/bias`),
];

const joined = (kind: string, array: string, transform: TransformKind): NameRule => ({
  target: `blocks.{i}.attn.qkv.${kind}`,
  sources: parts.map((part) => `${attention}/${part}/${array}`),
  transform,
});

/**
 * Names of the JAX vision transformers (AugReg `.npz` files), whose kernels have the inputs first. The aliases are those
 * of big_vision.
 *
 * @see https://github.com/google-research/vision_transformer/blob/main/vit_jax/models_vit.py
 */
export const jax: NameMap = {
  layout: "jax",
  aliases: [
    [/\/MultiHeadDotProductAttention_0\//, "/MultiHeadDotProductAttention_1/"],
    [/\/LayerNorm_1\//, "/LayerNorm_2/"],
    [/\/MlpBlock_0\//, "/MlpBlock_3/"],
    [/^pos_embedding$/, "Transformer/posembed_input/pos_embedding"],
  ],
  rules: [
    copy("cls_token", "cls"),
    {
      target: "pos_embed",
      sources: ["Transformer/posembed_input/pos_embedding"],
      transform: "drop class position",
      only: "write",
      writes: lacksClassPosition,
    },
    copy("pos_embed", "Transformer/posembed_input/pos_embedding"),
    ...dense("patch_embed.proj", "embedding", "convolution kernel"),
    ...norm("blocks.{i}.norm1", `${block}/LayerNorm_0`),
    joined("weight", "kernel", "join heads"),
    joined("bias", "bias", "join head biases"),
    ...dense("blocks.{i}.attn.proj", `${attention}/out`, "output of heads"),
    ...norm("blocks.{i}.norm2", `${block}/LayerNorm_2`),
    ...dense("blocks.{i}.mlp.fc1", `${block}/MlpBlock_3/Dense_0`),
    ...dense("blocks.{i}.mlp.fc2", `${block}/MlpBlock_3/Dense_1`),
    ...norm("norm", "Transformer/encoder_norm"),
    ...dense("head", "head"),
  ],
  ignored: [preLogits, [/^opt\/state\//, "state of the optimiser"]],
  refuses: ({ layerScale, numRegisters, mlp }) => {
    if (layerScale) return "it has no LayerScale";
    if (numRegisters > 0) return "it has no registers";
    return mlp === "swiglu" ? "it has no SwiGLU" : undefined;
  },
};
