import { readdirSync } from "node:fs";
import { datasetNames, type LabelTreatment } from "@cxrkit/datasets";
import { type PresetName, vitPresets } from "@cxrkit/vit";
import { z } from "zod";

/** Engines that can be asked for. */
export const engines = [
  "auto",
  "onnx-cpu",
  "onnx-cuda",
  "onnx-webgpu",
  "tfjs-node-gpu",
  "tfjs-node",
  "wasm",
  "cpu",
] as const;
/** Presets of models. */
export const models: readonly [PresetName, ...PresetName[]] = Object.keys(vitPresets) as [
  PresetName,
  ...PresetName[],
];

const text = { type: "string" } as const;
const several = { type: "string", multiple: true } as const;
const flag = { type: "boolean" } as const;

/** The options as `node:util` parses them. */
export const optionTypes: Readonly<
  Record<string, { readonly type: "string" | "boolean"; readonly multiple?: boolean }>
> = {
  preset: text,
  data: several,
  "data-root": text,
  protocol: text,
  out: text,
  start: several,
  model: text,
  "image-size": text,
  epochs: text,
  "batch-size": text,
  "learning-rate": text,
  uncertain: text,
  replicates: text,
  "minimum-positives": text,
  "check-files": flag,
  engine: text,
  seed: text,
  only: several,
  stage: several,
  plan: flag,
  "no-measure": flag,
  json: flag,
  slurm: text,
  partition: text,
  time: text,
  gpus: text,
  memory: text,
  fresh: flag,
  help: flag,
};

const count = z.coerce.number().int().min(1);
const is = (pattern: RegExp, rule: string) => z.string().regex(pattern, rule);
const off = z.boolean().default(false);

/** The options as the study takes them. */
export interface StudyOptions {
  readonly preset: "paper" | "small" | "demo";
  readonly data: readonly string[];
  readonly "data-root"?: string | undefined;
  readonly protocol: "as-published" | "corrected" | "both";
  readonly out?: string | undefined;
  readonly start: readonly string[];
  readonly model?: PresetName | undefined;
  readonly "image-size"?: number | undefined;
  readonly epochs?: number | undefined;
  readonly "batch-size"?: number | undefined;
  readonly "learning-rate"?: number | undefined;
  readonly uncertain?: LabelTreatment | undefined;
  readonly replicates?: number | undefined;
  readonly "minimum-positives"?: number | undefined;
  readonly "check-files": boolean;
  readonly engine: (typeof engines)[number];
  readonly seed: number;
  readonly only: readonly string[];
  readonly stage: readonly string[];
  readonly plan: boolean;
  readonly "no-measure": boolean;
  readonly json: boolean;
  readonly slurm?: string | undefined;
  readonly partition?: string | undefined;
  readonly time?: string | undefined;
  readonly gpus: number;
  readonly memory?: string | undefined;
  readonly fresh: boolean;
}

/** The rules of the options. */
export const studyOptions: z.ZodType<StudyOptions> = z.object({
  preset: z.enum(["paper", "small", "demo"]).default("small"),
  data: z
    .array(
      is(
        new RegExp(`^(${datasetNames.join("|")})=.`),
        `must be NAME=FOLDER with NAME one of ${datasetNames.join(", ")}`,
      ),
    )
    .default([]),
  "data-root": z.string().min(1).optional(),
  protocol: z.enum(["as-published", "corrected", "both"]).default("corrected"),
  out: z.string().min(1).optional(),
  start: z.array(is(/^(random|[a-z0-9-]+=.+)$/, "must be random or NAME=FILE")).default([]),
  model: z.enum(models).optional(),
  "image-size": count.max(4096).optional(),
  epochs: count.optional(),
  "batch-size": count.optional(),
  "learning-rate": z.coerce.number().positive().optional(),
  uncertain: z.enum(["negative", "positive", "ignore"]).optional(),
  replicates: count.optional(),
  "minimum-positives": count.optional(),
  "check-files": off,
  engine: z.enum(engines).default("auto"),
  seed: z.coerce.number().int().min(0).default(2026),
  only: z
    .array(
      is(
        /^(dataset|start|protocol)=[^,=]+(,(dataset|start|protocol)=[^,=]+)*$/,
        "must be dataset=, start= or protocol= with a name",
      ),
    )
    .default([]),
  stage: z.array(z.string()).default([]),
  plan: off,
  "no-measure": off,
  json: off,
  slurm: z.string().min(1).optional(),
  partition: is(/^[\w.,-]+$/, "must be a name").optional(),
  time: is(/^[\d:-]+$/, "must be a limit such as 2-00:00:00").optional(),
  gpus: z.coerce.number().int().min(0).max(64).default(0),
  memory: is(/^\d+[KMGT]?$/, "must be a size such as 64G").optional(),
  fresh: off,
});

/** Folders inside a folder, by name. */
export function foldersIn(root: string): string[] {
  const entries = readdirSync(root, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
}
