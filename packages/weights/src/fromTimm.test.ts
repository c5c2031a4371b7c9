import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkpointOf } from "./checkpointOf.js";
import { fromTimm, type TimmTarget } from "./fromTimm.js";
import { type NamedArray, openCheckpoint, type WeightDType } from "./index.js";
import type { TensorSource } from "./TensorSource.js";
import { toTimm } from "./toTimm.js";

const fixtures = new URL("../fixtures/", import.meta.url).pathname;

async function read(path: string): Promise<TensorSource> {
  const checkpoint = await openCheckpoint(`${fixtures}${path}`);
  const tensors = new Map<string, NamedArray>();
  for (const name of checkpoint.names) tensors.set(name, await checkpoint.get(name));
  await checkpoint.close();
  return checkpointOf(tensors);
}

async function bitsOf(source: TensorSource): Promise<Record<string, string>> {
  const bits: Record<string, string> = {};
  for (const name of [...source.names].sort()) {
    const { dtype, shape, data } = await source.get(name);
    expect(source.info(name)).toEqual({ dtype, shape });
    bits[name] = `${dtype} [${shape}] ${hashOf(data)}`;
  }
  return bits;
}

function hashOf(data: NamedArray["data"]): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return createHash("sha256").update(bytes).digest("hex");
}

const without = (bits: Record<string, string>, ...names: readonly string[]) =>
  Object.fromEntries(Object.entries(bits).filter(([name]) => !names.includes(name)));

test.each<[string, TimmTarget, readonly string[]]>([
  ["timm/timm_plain", "timm", []],
  ["timm/timm_no_class_token", "timm", []],
  ["timm/timm_registers", "timm", []],
  ["timm/dinov2", "dinov2", ["mask_token"]],
  ["timm/dinov2_swiglu", "dinov2", ["mask_token"]],
  ["transformers/vit_model", "huggingface", ["pooler.dense.weight", "pooler.dense.bias"]],
  ["transformers/vit_classifier", "huggingface", []],
  ["transformers/dinov2_model", "huggingface", ["embeddings.mask_token"]],
  ["transformers/dinov2_swiglu", "huggingface", ["embeddings.mask_token"]],
  ["transformers/dinov2_classifier", "huggingface", ["dinov2.embeddings.mask_token"]],
  ["jax/augreg", "jax", ["pre_logits/kernel", "pre_logits/bias"]],
])("%s goes to timm's names and back to %s's without losing a bit", async (file, target, lost) => {
  const source = await read(`${file}.safetensors`);
  const back = fromTimm(toTimm(source), target, { numHeads: 2 });
  const [before, after] = [await bitsOf(source), await bitsOf(back)];
  expect(without(after, ...lost)).toEqual(without(before, ...lost));
  for (const name of lost.filter((key) => key in after)) {
    expect([...(await back.get(name)).data].every((value) => value === 0)).toBe(true);
  }
});

test.each<[string, TimmTarget, string]>([
  ["timm/dinov2", "dinov2", "mask_token"],
  ["transformers/dinov2_model", "huggingface", "embeddings.mask_token"],
  ["transformers/dinov2_classifier", "huggingface", "dinov2.embeddings.mask_token"],
])("%s goes there and back with its mask token when that is asked for", async (file, target, name) => {
  const source = await read(`${file}.safetensors`);
  const token = await source.get(name);
  expect([...token.data].some((value) => value !== 0)).toBe(true);
  const timm = toTimm(source, { maskToken: true });
  expect(await timm.get("mask_token")).toEqual(token);
  expect(timm.ignored.map((one) => one.name)).not.toContain(name);
  expect(toTimm(source).names).not.toContain("mask_token");
  expect(await bitsOf(fromTimm(timm, target))).toEqual(await bitsOf(source));
  expect(() => fromTimm(timm, "timm")).toThrow(/unexpected.*mask_token/);
});

test.each<[string, TimmTarget]>([
  ["timm/dinov2_registers", "dinov2"],
  ["transformers/dinov2_with_registers", "huggingface"],
])(
  "%s comes back with its class position inside the class token, and the same again from there",
  async (file, target) => {
    const source = await read(`${file}.safetensors`);
    const timm = toTimm(source);
    const back = fromTimm(timm, target, { numHeads: 2 });
    expect([...back.names].sort()).toEqual([...source.names].sort());
    for (const name of back.names) expect(back.info(name)).toEqual(source.info(name));
    expect(await bitsOf(toTimm(back))).toEqual(await bitsOf(timm));
  },
);

const files = ["timm", "transformers", "jax"].flatMap((folder) =>
  readdirSync(`${fixtures}${folder}`)
    .filter((file) => file.endsWith(".safetensors"))
    .map((file) => `${folder}/${file}`),
);
const targets: readonly TimmTarget[] = ["timm", "dinov2", "huggingface", "jax"];

test("whatever a layout can express comes back to timm's names bit by bit", async () => {
  const refused: string[] = [];
  for (const file of files) {
    const timm = toTimm(await read(file), { distillation: "ignore" });
    const bits = await bitsOf(timm);
    for (const target of targets) {
      try {
        const there = fromTimm(timm, target, { numHeads: 2 });
        const back = toTimm(checkpointOf(await collect(there)), { layout: target });
        const padded = there.entries
          .filter(({ transform }) => transform.startsWith("zeros ") && !timm.names.includes("reg_token"))
          .map(({ sources: [name] }) => name as string);
        expect(padded).toEqual(padded.filter((name) => ["head.weight", "pos_embed"].includes(name)));
        expect([...back.names].sort()).toEqual([...timm.names].sort());
        expect(without(await bitsOf(back), ...padded)).toEqual(without(bits, ...padded));
      } catch (error) {
        if (!/must be able to express|unexpected/.test((error as Error).message)) throw error;
        refused.push(`${file.replace(".safetensors", "")} as ${target}`);
      }
    }
  }
  const layerScale = [
    "deit3",
    "dinov2",
    "dinov2_chunked",
    "dinov2_registers",
    "dinov2_swiglu",
    "timm_registers",
  ];
  const hub = ["dinov2_classifier", "dinov2_model", "dinov2_swiglu", "dinov2_with_registers"];
  const expected = [
    ...layerScale.map((name) => `timm/${name} as jax`),
    ...hub.map((name) => `transformers/${name} as jax`),
    ...["dinov2", "huggingface", "jax"].map((target) => `timm/timm_no_class_token as ${target}`),
  ];
  expect(refused.sort()).toEqual(expected.sort());
});

async function collect(source: TensorSource): Promise<Map<string, NamedArray>> {
  const tensors = new Map<string, NamedArray>();
  for (const name of source.names) tensors.set(name, await source.get(name));
  return tensors;
}

const kinds: Partial<Record<WeightDType, (buffer: ArrayBuffer) => NamedArray["data"]>> = {
  float64: (buffer) => new Float64Array(buffer),
  float32: (buffer) => new Float32Array(buffer),
  bfloat16: (buffer) => new Uint16Array(buffer),
  int64: (buffer) => new BigInt64Array(buffer),
  int8: (buffer) => new Int8Array(buffer),
};

/** A model of any small size, every bit of every element arbitrary. */
const models = fc
  .record({
    numHeads: fc.integer({ min: 1, max: 4 }),
    headDim: fc.integer({ min: 1, max: 9 }),
    patch: fc.integer({ min: 1, max: 3 }),
    channels: fc.integer({ min: 1, max: 4 }),
    mlp: fc.integer({ min: 1, max: 40 }),
    grid: fc.integer({ min: 1, max: 3 }),
    dtype: fc.constantFrom(...(Object.keys(kinds) as WeightDType[])),
    seed: fc.integer(),
  })
  .map(({ numHeads, headDim, patch, channels, mlp, grid, dtype, seed }) => {
    const d = numHeads * headDim;
    let state = seed;
    const draw = (...shape: number[]): NamedArray => {
      const length = shape.reduce((product, size) => product * size, 1);
      const width = kinds[dtype]!(new ArrayBuffer(8)).BYTES_PER_ELEMENT;
      const bytes = new Uint8Array(length * width);
      for (let i = 0; i < bytes.length; i++) {
        state = (Math.imul(state, 1664525) + 1013904223) | 0;
        bytes[i] = state >>> 24;
      }
      return { dtype, shape, data: kinds[dtype]!(bytes.buffer) };
    };
    const tensors = new Map<string, NamedArray>();
    const linear = (name: string, outputs: number, inputs: number) =>
      tensors.set(`${name}.weight`, draw(outputs, inputs)).set(`${name}.bias`, draw(outputs));
    const norm = (name: string) => tensors.set(`${name}.weight`, draw(d)).set(`${name}.bias`, draw(d));
    tensors.set("cls_token", draw(1, 1, d)).set("pos_embed", draw(1, 1 + grid * grid, d));
    tensors
      .set("patch_embed.proj.weight", draw(d, channels, patch, patch))
      .set("patch_embed.proj.bias", draw(d));
    norm("blocks.0.norm1");
    linear("blocks.0.attn.qkv", 3 * d, d);
    linear("blocks.0.attn.proj", d, d);
    norm("blocks.0.norm2");
    linear("blocks.0.mlp.fc1", mlp, d);
    linear("blocks.0.mlp.fc2", d, mlp);
    norm("norm");
    linear("head", 3, d);
    return { tensors, numHeads, shape: [d, numHeads, headDim] as const, patch, channels };
  });

test("splitting and joining, transposing and transposing back are exact for any size and element type", async () => {
  await fc.assert(
    fc.asyncProperty(models, fc.constantFrom("huggingface", "jax", "dinov2"), async (model, target) => {
      const timm = checkpointOf(model.tensors);
      const there = fromTimm(timm, target as TimmTarget, { numHeads: model.numHeads });
      const back = toTimm(there, { layout: target as TimmTarget });
      expect(await bitsOf(back)).toEqual(await bitsOf(timm));
    }),
    { numRuns: 150, seed: 3 },
  );
});

test("JAX's arrays hold the element that the definition puts there", async () => {
  await fc.assert(
    fc.asyncProperty(models, async ({ tensors, numHeads, shape: [d, h, dh], patch, channels }) => {
      const jax = fromTimm(checkpointOf(tensors), "jax", { numHeads });
      const prefix = "Transformer/encoderblock_0/MultiHeadDotProductAttention_1/";
      const [key, out, kernel] = [
        await jax.get(`${prefix}key/kernel`),
        await jax.get(`${prefix}out/kernel`),
        await jax.get("embedding/kernel"),
      ];
      const qkv = tensors.get("blocks.0.attn.qkv.weight")!.data;
      const proj = tensors.get("blocks.0.attn.proj.weight")!.data;
      const conv = tensors.get("patch_embed.proj.weight")!.data;
      expect([key.shape, out.shape]).toEqual([
        [d, h, dh],
        [h, dh, d],
      ]);
      for (let i = 0; i < d; i++)
        for (let head = 0; head < h; head++)
          for (let j = 0; j < dh; j++) {
            expect(key.data[(i * h + head) * dh + j]).toEqual(qkv[(d + head * dh + j) * d + i]);
            expect(out.data[(head * dh + j) * d + i]).toEqual(proj[i * d + head * dh + j]);
          }
      for (let y = 0; y < patch; y++)
        for (let x = 0; x < patch; x++)
          for (let c = 0; c < channels; c++)
            for (let o = 0; o < d; o++)
              expect(kernel.data[((y * patch + x) * channels + c) * d + o]).toEqual(
                conv[((o * channels + c) * patch + y) * patch + x],
              );
    }),
    { numRuns: 25, seed: 4 },
  );
});

test("arrays larger than the squares of the transposition come out whole", async () => {
  const [rows, columns] = [77, 101];
  const data = Float32Array.from({ length: rows * columns }, (_, i) => i);
  const tensors = await collect(toTimm(await read("jax/augreg.safetensors")));
  const mlp = (name: string, shape: number[], array: Float32Array) =>
    tensors.set(name, { dtype: "float32", shape, data: array });
  const d = 8;
  mlp("blocks.0.mlp.fc1.weight", [101, d], new Float32Array(101 * d));
  mlp("head.weight", [rows, columns], data);
  const { data: kernel } = await fromTimm(checkpointOf(tensors), "jax", { numHeads: 2 }).get("head/kernel");
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) expect(kernel[j * rows + i]).toBe(data[i * columns + j]);
  }
});

test("a head of D columns is widened with zeros for Hugging Face's DINOv2 classifier, on the side that it saw", async () => {
  const tensors = await collect(toTimm(await read("timm/dinov2.safetensors")));
  const weight = Float32Array.from({ length: 16 }, (_, i) => i + 1);
  tensors.set("head.weight", { dtype: "float32", shape: [2, 8], data: weight });
  tensors.set("head.bias", { dtype: "float32", shape: [2], data: Float32Array.of(1, 2) });
  const rows = (values: readonly number[]) => [values.slice(0, 8), values.slice(8)];
  const none = Array.from({ length: 8 }, () => 0);
  const [first, second] = rows([...weight]) as [number[], number[]];
  const forClass = fromTimm(checkpointOf(tensors), "huggingface", { numHeads: 2 });
  expect([...(await forClass.get("classifier.weight")).data]).toEqual([
    ...first,
    ...none,
    ...second,
    ...none,
  ]);
  expect(forClass.names).toContain("dinov2.encoder.layer.0.layer_scale1.lambda1");
  const forMean = fromTimm(checkpointOf(tensors), "huggingface", { numHeads: 2, pooling: "mean" });
  expect([...(await forMean.get("classifier.weight")).data]).toEqual([...none, ...first, ...none, ...second]);
});

test("a model that a layout cannot express is refused with the reason", async () => {
  const registers = await read("timm/timm_registers.safetensors");
  expect(() => fromTimm(registers, "jax", { numHeads: 2 })).toThrow(
    "fromTimm: target must be able to express the model, got jax: it has no LayerScale",
  );
  const mean = await read("timm/timm_no_class_token.safetensors");
  expect(() => fromTimm(mean, "dinov2")).toThrow("DINOv2 has a class token, this model has none");
  expect(() => fromTimm(mean, "jax")).toThrow("unexpected fc_norm.weight, fc_norm.bias");
});

test("what is not timm's, or no target, or no number of heads, is refused", async () => {
  const hub = await read("transformers/vit_model.safetensors");
  expect(() => fromTimm(hub, "dinov2")).toThrow("missing pos_embed");
  const plain = await read("timm/timm_plain.safetensors");
  expect(() => fromTimm(plain, "mae" as "timm")).toThrow(
    'fromTimm: target must be one of timm, dinov2, huggingface, jax, got "mae"',
  );
  expect(() => fromTimm(plain, "jax", { numHeads: 3 })).toThrow(
    "fromTimm: numHeads must be an integer of at least 1 that divides the width 8, got 3",
  );
});

test("a model without a position for its class token gets one of zeros, and zeros keep their sign", async () => {
  const tensors = await collect(toTimm(await read("timm/deit3.safetensors")));
  for (const name of [...tensors.keys()]) if (name.includes(".ls")) tensors.delete(name);
  const { data, shape } = tensors.get("cls_token")!;
  tensors.set("cls_token", { dtype: "float32", shape, data: data.slice().fill(-0 as never) });
  const there = fromTimm(checkpointOf(tensors), "huggingface", { numHeads: 2 });
  const positions = await there.get("vit.embeddings.position_embeddings");
  expect(positions.shape).toEqual([1, 10, 8]);
  expect([...positions.data.subarray(0, 8)].every((value) => Object.is(value, -0))).toBe(true);
});
