import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkpointOf } from "./checkpointOf.js";
import { type NamedArray, openCheckpoint, WeightFormatError } from "./index.js";
import type { TensorSource } from "./TensorSource.js";
import { type ToTimmOptions, toTimm } from "./toTimm.js";

const fixtures = new URL("../fixtures/", import.meta.url).pathname;

interface Case {
  readonly file: string;
  readonly layout: string;
  readonly ignored?: readonly string[];
  readonly tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly sha256: string }>>;
}
const casesOf = (folder: string) => {
  const { cases } = JSON.parse(readFileSync(`${fixtures}${folder}/expected.json`, "utf8")) as {
    readonly cases: Readonly<Record<string, Case>>;
  };
  return Object.entries(cases).map(([name, facts]) => ({ name, folder, ...facts }));
};
const cases = ["timm", "transformers", "jax"].flatMap(casesOf);
const distilled = ["deit_distilled", "deit"];

const hashOf = ({ data }: NamedArray) =>
  createHash("sha256")
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest("hex");

/** A file of the fixtures in memory, with changes. */
async function read(
  file: string,
  change: (tensors: Map<string, NamedArray>) => void = () => {},
): Promise<TensorSource> {
  const checkpoint = await openCheckpoint(`${fixtures}${file}`);
  const tensors = new Map<string, NamedArray>();
  for (const name of checkpoint.names) tensors.set(name, await checkpoint.get(name));
  await checkpoint.close();
  change(tensors);
  return checkpointOf(tensors);
}

const renamed = (source: TensorSource, rename: (name: string) => string): TensorSource => {
  const back = new Map(source.names.map((name) => [rename(name), name]));
  return {
    names: [...back.keys()],
    info: (name) => source.info(back.get(name) as string),
    get: (name) => source.get(back.get(name) as string),
  };
};

async function expectTensors(source: TensorSource, tensors: Case["tensors"]): Promise<void> {
  expect([...source.names].sort()).toEqual(Object.keys(tensors).sort());
  for (const [name, { shape, sha256 }] of Object.entries(tensors)) {
    const array = await source.get(name);
    expect([name, array.shape]).toEqual([name, shape]);
    expect(source.info(name)).toEqual({ dtype: array.dtype, shape });
    expect([name, hashOf(array).slice(0, 16)]).toEqual([name, sha256]);
  }
}

test.each(cases)(
  "$folder/$name becomes, bit by bit, the tensors with which timm computes the same",
  async ({ name, folder, file, layout, ignored = [], tensors }) => {
    const options: ToTimmOptions = distilled.includes(name) ? { distillation: "ignore" } : {};
    const converted = toTimm(await read(`${folder}/${file}`), options);
    expect(converted).toMatchObject({ from: layout, to: "timm", missing: [], unexpected: [] });
    expect(converted.ignored.map((tensor) => tensor.name).sort()).toEqual([...ignored].sort());
    await expectTensors(converted, tensors);
  },
);

test("every tensor says where it comes from, in the order of the forward pass", async () => {
  const { names, entries } = toTimm(await read("jax/augreg.safetensors"));
  expect(entries.map(({ target }) => target)).toEqual(names);
  expect(names.slice(0, 6)).toEqual([
    "cls_token",
    "pos_embed",
    "patch_embed.proj.weight",
    "patch_embed.proj.bias",
    "blocks.0.norm1.weight",
    "blocks.0.norm1.bias",
  ]);
  expect(names.slice(-4)).toEqual(["norm.weight", "norm.bias", "head.weight", "head.bias"]);
  const attention = "Transformer/encoderblock_1/MultiHeadDotProductAttention_1";
  expect(entries.find(({ target }) => target === "blocks.1.attn.qkv.weight")).toEqual({
    sources: ["query", "key", "value"].map((part) => `${attention}/${part}/kernel`),
    target: "blocks.1.attn.qkv.weight",
    transform: "transpose and join",
    shape: [24, 8],
  });
});

test("nothing is read before a tensor is asked for, and then only what it needs", async () => {
  const read_: string[] = [];
  const source = await read("transformers/dinov2_with_registers.safetensors");
  const spy: TensorSource = {
    ...source,
    get: (name) => {
      read_.push(name);
      return source.get(name);
    },
  };
  const converted = toTimm(spy);
  expect(converted.info("pos_embed").shape).toEqual([1, 9, 8]);
  expect(read_).toEqual([]);
  await converted.get("cls_token");
  expect(read_).toEqual(["embeddings.cls_token", "embeddings.position_embeddings"]);
});

test.each([
  ["dinov2_chunked", "dinov2_chunked.safetensors", "teacher.backbone."],
  ["mae", "mae.safetensors", "module."],
  ["timm_plain", "timm_plain.safetensors", "visual.trunk."],
])("%s is found behind a prefix", async (name, file, prefix) => {
  const { tensors } = cases.find((candidate) => candidate.name === name) as Case;
  const source = renamed(await read(`timm/${file}`), (key) => prefix + key);
  const converted = toTimm(source);
  expect(converted.prefix).toBe(prefix);
  await expectTensors(converted, tensors);
});

test.each(["opt/target/", "params/", "params/img/"])("JAX's names are found behind %s", async (prefix) => {
  const { tensors } = cases.find(({ name }) => name === "augreg") as Case;
  const source = renamed(await read("jax/augreg.safetensors"), (key) => prefix + key);
  await expectTensors(toTimm(source), tensors);
});

test("the names that transformers 5 has in memory mean the same as those that it saves", async () => {
  const modern = (name: string) =>
    name
      .replace(".attention.attention.query.", ".attention.q_proj.")
      .replace(".attention.attention.key.", ".attention.k_proj.")
      .replace(".attention.attention.value.", ".attention.v_proj.")
      .replace(".attention.output.dense.", ".attention.o_proj.");
  const vit = (name: string) =>
    modern(name)
      .replace("encoder.layer.", "layers.")
      .replace(".intermediate.dense.", ".mlp.fc1.")
      .replace(/(layers\.\d+)\.output\.dense\./, "$1.mlp.fc2.");
  for (const [name, rename] of [
    ["vit_classifier", vit],
    ["dinov2_with_registers", modern],
  ] as const) {
    const { tensors } = cases.find((candidate) => candidate.name === name) as Case;
    await expectTensors(toTimm(renamed(await read(`transformers/${name}.safetensors`), rename)), tensors);
  }
});

test("SwiGLU's two halves that transformers 5 keeps apart are joined, the gate first", async () => {
  const { tensors } = cases.find(
    ({ name, folder }) => name === "dinov2_swiglu" && folder === "transformers",
  ) as Case;
  const source = await read("transformers/dinov2_swiglu.safetensors", (map) => {
    for (const [name, { dtype, shape, data }] of [...map]) {
      if (!name.includes("mlp.weights_")) continue;
      map.delete(name);
      if (name.includes("weights_out"))
        map.set(name.replace("weights_out", "down_proj"), { dtype, shape, data });
      else {
        const [rows, ...rest] = shape as [number, ...number[]];
        const half = data.length / 2;
        map.set(name.replace("weights_in", "gate_proj"), {
          dtype,
          shape: [rows / 2, ...rest],
          data: data.slice(0, half),
        });
        map.set(name.replace("weights_in", "up_proj"), {
          dtype,
          shape: [rows / 2, ...rest],
          data: data.slice(half),
        });
      }
    }
  });
  await expectTensors(toTimm(source), tensors);
});

test("a distilled model is refused unless its distillation is ignored on purpose", async () => {
  const timm = await read("timm/deit_distilled.safetensors");
  expect(() => toTimm(timm)).toThrow(
    'toTimm: checkpoint must be of a model without distillation token, got "dist_token"; pass distillation: "ignore"',
  );
  const huggingface = await read("transformers/deit.safetensors");
  expect(() => toTimm(huggingface)).toThrow('got "deit.embeddings.distillation_token"');
});

test("what is missing and what is unexpected is listed at once, and stays listed when it is excepted", async () => {
  const change = (map: Map<string, NamedArray>) => {
    map.delete("encoder.layer.1.attention.attention.key.weight");
    map.delete("layernorm.bias");
    map.set("quantiser.scale", { dtype: "float32", shape: [1], data: Float32Array.of(1) });
  };
  const source = await read("transformers/vit_model.safetensors", change);
  const message =
    "missing blocks.1.attn.qkv.weight, norm.bias; unexpected encoder.layer.1.attention.attention.query.weight, encoder.layer.1.attention.attention.value.weight, quantiser.scale";
  expect(() => toTimm(source)).toThrow(message);
  expect(() => toTimm(source, { except: ["*.attn.qkv.*", "quantiser.*"] })).toThrow(
    "missing norm.bias; unexpected encoder.layer.1.attention.attention.query.weight",
  );
  const { missing, unexpected } = toTimm(source, { except: ["*"] });
  expect(missing).toEqual(["blocks.1.attn.qkv.weight", "norm.bias"]);
  expect(unexpected).toContain("quantiser.scale");
});

test.each<[string, string, (map: Map<string, NamedArray>) => void, string]>([
  ["a block", "timm_plain", (map) => map.delete("blocks.0.norm1.weight"), "missing blocks.0.norm1.weight"],
  [
    "a whole block",
    "timm_plain",
    (map) => {
      for (const name of [...map.keys()]) if (name.startsWith("blocks.0.")) map.delete(name);
    },
    "missing blocks.0.norm1.weight, blocks.0.norm1.bias, blocks.0.attn.qkv.weight",
  ],
  ["the class token", "timm_plain", (map) => map.delete("cls_token"), "missing cls_token"],
  ["one LayerScale", "dinov2", (map) => map.delete("blocks.1.ls2.gamma"), "missing blocks.1.ls2.gamma"],
  ["one bias of a head", "timm_plain", (map) => map.delete("head.weight"), "missing head.weight"],
])("a checkpoint without %s is refused by name", async (_title, file, change, message) => {
  const source = await read(`timm/${file}.safetensors`, (map) => void change(map));
  expect(() => toTimm(source)).toThrow(message);
});

const float = (...shape: number[]): NamedArray => ({
  dtype: "float32",
  shape,
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
});

test.each<[string, Record<string, NamedArray>, string]>([
  [
    "nothing of a vision transformer",
    { "conv1.weight": float(1), "fc.bias": float(1) },
    'got 2 other tensors: "conv1.weight", "fc.bias"',
  ],
  ["no tensor at all", {}, "got 0 other tensors"],
  [
    "a student and a teacher",
    { "student.patch_embed.proj.weight": float(1), "teacher.patch_embed.proj.weight": float(1) },
    'must hold one vision transformer, got 2: "student.patch_embed.proj.weight", "teacher.patch_embed.proj.weight"; choose one by prefix',
  ],
  [
    "two layouts in one",
    { "patch_embed.proj.weight": float(1), "embeddings.patch_embeddings.projection.weight": float(1) },
    "must hold one vision transformer, got 2",
  ],
  [
    "signs of two layouts",
    {
      "patch_embed.proj.weight": float(1),
      pos_embed: float(1),
      dist_token: float(1),
      register_tokens: float(1),
    },
    'must have the names of one layout, got "dist_token" of deit and "register_tokens" of dinov2; choose one by layout',
  ],
  [
    "DINOv3's names",
    { "patch_embed.proj.weight": float(1), "rope_embed.periods": float(1), storage_tokens: float(1) },
    'must have a table of position embeddings, got "rope_embed.periods"; DINOv3',
  ],
  [
    "DINOv3's names in transformers",
    { "embeddings.patch_embeddings.weight": float(1), "embeddings.register_tokens": float(1) },
    'got "embeddings.patch_embeddings.weight"; DINOv3',
  ],
  [
    "no position table",
    { "patch_embed.proj.weight": float(1), "blocks.0.gamma_1": float(1) },
    "got no pos_embed; DINOv3",
  ],
])("%s is refused with what was seen", (_title, tensors, message) => {
  expect(() => toTimm(checkpointOf(tensors))).toThrow(message);
});

test("of a student and a teacher the prefix chooses one", async () => {
  const both = await read("timm/timm_plain.safetensors", (map) => {
    for (const [name, array] of [...map]) {
      map.delete(name);
      map
        .set(`student.${name}`, array)
        .set(`teacher.${name}`, { ...array, data: array.data.slice().fill(0 as never) });
    }
  });
  const student = toTimm(both, { prefix: "student.", except: ["teacher.*"] });
  await expectTensors(student, (cases.find(({ name }) => name === "timm_plain") as Case).tensors);
  expect(student.unexpected.length).toBe(student.names.length);
  expect(() => toTimm(both, { prefix: "student." })).toThrow("unexpected teacher.");
  expect(() => toTimm(both, { prefix: "nobody." })).toThrow('"nobody.patch_embed.proj.weight"');
});

test("a layout that is given is not guessed, and one that does not exist is refused", async () => {
  const source = await read("timm/timm_plain.safetensors");
  expect(toTimm(source, { layout: "dinov2" }).from).toBe("dinov2");
  expect(() => toTimm(source, { layout: "jax" })).toThrow(
    'must have a patch embedding named "embedding/kernel"',
  );
  expect(() => toTimm(source, { layout: "flax" as "jax" })).toThrow(
    'layout must be one of timm, dinov2, huggingface, jax, mae, deit, got "flax"',
  );
});

test("shapes and element types that do not go together are refused before anything is read", async () => {
  const shaped = await read("transformers/vit_model.safetensors", (map) => {
    map.set("encoder.layer.0.attention.attention.key.weight", float(4, 8));
  });
  expect(() => toTimm(shaped)).toThrow(
    'for "blocks.0.attn.qkv.weight" must have equal shapes [N, …], got [8, 8], [4, 8], [8, 8]',
  );
  const typed = await read("transformers/vit_model.safetensors", (map) => {
    map.set("encoder.layer.0.attention.attention.key.bias", {
      dtype: "float16",
      shape: [8],
      data: new Uint16Array(8),
    });
  });
  expect(() => toTimm(typed)).toThrow("must have one dtype, got float32, float16, float32");
  const kernel = await read("jax/augreg.safetensors", (map) => map.set("embedding/kernel", float(4, 8)));
  expect(() => toTimm(kernel)).toThrow(
    '"embedding/kernel" for "patch_embed.proj.weight" must have [P, P, C, D], got [4, 8]',
  );
});

test("whatever is changed in a checkpoint, it is converted whole or refused with a reason", async () => {
  const files = cases.map(({ folder, file }) => `${folder}/${file}`);
  const originals = new Map(await Promise.all(files.map(async (file) => [file, await read(file)] as const)));
  const name = fc.oneof(
    fc.string(),
    fc.constantFrom("pos_embed", "blocks.7.norm1.weight", "__proto__", "head.bias"),
  );
  const change = fc.record({
    at: fc.nat(),
    what: fc.constantFrom("delete", "rename", "reshape", "retype", "duplicate"),
    name,
    shape: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 5 }),
  });
  let [whole, refused] = [0, 0];
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.array(change, { minLength: 0, maxLength: 3 }),
      (file, changes) => {
        const source = originals.get(file) as TensorSource;
        const infos = new Map(source.names.map((key) => [key, source.info(key)]));
        for (const { at, what, name: other, shape } of changes) {
          const key = [...infos.keys()][at % infos.size] as string;
          const info = infos.get(key)!;
          if (what === "delete" || what === "rename") infos.delete(key);
          if (what === "rename" || what === "duplicate") infos.set(other, info);
          if (what === "reshape") infos.set(key, { ...info, shape });
          if (what === "retype") infos.set(key, { ...info, dtype: "int8" });
        }
        const changed = { names: [...infos.keys()], info: (key: string) => infos.get(key)!, get: source.get };
        try {
          const converted = toTimm(changed, { distillation: "ignore" });
          expect([converted.missing, converted.unexpected]).toEqual([[], []]);
          const used = new Set(converted.entries.flatMap(({ sources }) => sources));
          for (const tensor of converted.ignored) used.add(tensor.name);
          expect([...used].sort()).toEqual([...infos.keys()].sort());
          whole++;
        } catch (error) {
          expect(error).toBeInstanceOf(WeightFormatError);
          refused++;
        }
      },
    ),
    { numRuns: 500, seed: 5 },
  );
  expect(Math.min(whole, refused)).toBeGreaterThan(50);
});

test("a name far beyond the depth is missing blocks, not a long wait", async () => {
  const source = await read("timm/timm_plain.safetensors", (map) =>
    map.set("blocks.999999999.norm1.weight", float(8)),
  );
  expect(() => toTimm(source)).toThrow("missing blocks.2.norm1.weight");
  expect(toTimm(source, { except: ["*"] }).names).toContain("blocks.999999999.norm1.weight");
});

test("old representation layers are left behind with the reason", async () => {
  const source = await read("timm/timm_plain.safetensors", (map) => {
    map.set("pre_logits.fc.weight", float(8, 8)).set("pre_logits.fc.bias", float(8));
  });
  expect(toTimm(source).ignored).toEqual([
    { name: "pre_logits.fc.weight", reason: expect.stringContaining("no longer builds") },
    { name: "pre_logits.fc.bias", reason: expect.stringContaining("no longer builds") },
  ]);
});

test("half precision stays as it is, is added in single precision, and is widened when asked to be", async () => {
  const half = (array: NamedArray): NamedArray => ({
    dtype: "bfloat16",
    shape: array.shape,
    data: Uint16Array.from(
      new Uint32Array((array.data as Float32Array).slice().buffer),
      (bits) => bits >>> 16,
    ),
  });
  const source = await read("timm/dinov2_registers.safetensors", (map) => {
    for (const [name, array] of [...map]) map.set(name, half(array));
  });
  const converted = toTimm(source);
  expect(converted.info("norm.weight").dtype).toBe("bfloat16");
  expect(converted.info("cls_token").dtype).toBe("float32");
  const widened = toTimm(source, { dtype: "float32" });
  for (const name of widened.names) {
    expect(widened.info(name).dtype).toBe("float32");
    expect((await widened.get(name)).data).toBeInstanceOf(Float32Array);
  }
  const [token, positions] = [await source.get("cls_token"), await source.get("pos_embed")];
  const value = (bits: number) => new Float32Array(Uint32Array.of(bits << 16).buffer)[0] as number;
  expect([...(await converted.get("cls_token")).data].map(Number)).toEqual(
    [...token.data].map((bits, i) => Math.fround(value(Number(bits)) + value(Number(positions.data[i])))),
  );
});

test("names of converted tensors that do not exist are errors", async () => {
  const converted = toTimm(await read("timm/timm_plain.safetensors"));
  expect(() => converted.info("blocks.9.norm1.weight")).toThrow(
    "info: name must be that of a converted tensor",
  );
  await expect(converted.get("mask_token")).rejects.toThrow("get: name must be that of a converted tensor");
});
