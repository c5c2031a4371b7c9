import { parseArgs } from "node:util";
import { type DatasetName, datasetNames } from "@cxrkit/datasets";
import { type PresetName, vitPresets } from "@cxrkit/vit";
import { z } from "zod";
import type { Start, Study } from "./Study.js";

const engines = ["auto", "onnx-cpu", "tfjs-node-gpu", "tfjs-node", "wasm", "cpu"] as const;
const presets = Object.keys(vitPresets) as [PresetName, ...PresetName[]];

/** Names in lines of at most fifty characters, under the column of the descriptions. */
function listed(names: readonly string[]): string {
  const lines = [""];
  for (const name of names) {
    const line = lines.at(-1) as string;
    if (line.length + name.length > 48) lines.push(name);
    else lines[lines.length - 1] = line === "" ? name : `${line}, ${name}`;
  }
  return lines.join(`,\n${" ".repeat(27)}`);
}

/** What `--help` prints. */
export const usage: string = `Trains a vision transformer on a collection of chest radiographs and reports its AUROC with intervals.

usage: npm run study -- --data NAME=FOLDER [options]

  --data NAME=FOLDER       collection in its original layout; NAME is one of
                           ${listed(datasetNames)}
  --out FOLDER             where everything is kept                      (out/study)
  --start NAME[=FILE]      random, or a name and its checkpoint file;
                           given twice or more, the models are compared  (random)
  --preset NAME            shape of the model                            (small)
                           ${listed(presets)}
  --image-size PIXELS      side of the prepared images                   (64)
  --epochs N               passes over the training images               (30)
  --batch-size N           images of one update                          (32)
  --learning-rate X        highest learning rate                         (0.0005)
  --replicates N           bootstrap resamples                           (1000)
  --minimum-positives N    fewest test positives of a finding shown      (10)
  --engine NAME            where it runs                                 (auto)
                           ${listed(engines)}
  --seed N                 seed of everything drawn                      (2026)
  --fresh                  delete what an earlier run left in --out first
  --help                   print this

The same command given again goes on where it stopped and skips what is done.
`;

const count = z.coerce.number().int().min(1);
const schema = z.object({
  data: z
    .string()
    .regex(
      new RegExp(`^(${datasetNames.join("|")})=.`),
      `must be NAME=FOLDER with NAME one of ${datasetNames.join(", ")}`,
    ),
  out: z.string().min(1).default("out/study"),
  start: z
    .array(z.string().regex(/^(random|[a-z0-9-]+=.+)$/, "must be random or NAME=FILE"))
    .default(["random"]),
  preset: z.enum(presets).default("small"),
  "image-size": count.max(4096).default(64),
  epochs: count.default(30),
  "batch-size": count.default(32),
  "learning-rate": z.coerce.number().positive().default(0.0005),
  replicates: count.default(1000),
  "minimum-positives": count.default(10),
  engine: z.enum(engines).default("auto"),
  seed: z.coerce.number().int().min(0).default(2026),
  fresh: z.boolean().default(false),
});

/** What the command line asks for. */
export type StudyRequest =
  | { readonly help: true }
  | { readonly help: false; readonly study: Study; readonly isFresh: boolean };

/**
 * Reads the command line of the study.
 *
 * @throws RangeError that names the option, the rule and the value.
 */
export function parseStudy(args: readonly string[]): StudyRequest {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: text,
      out: text,
      start: { type: "string", multiple: true },
      preset: text,
      "image-size": text,
      epochs: text,
      "batch-size": text,
      "learning-rate": text,
      replicates: text,
      "minimum-positives": text,
      engine: text,
      seed: text,
      fresh: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) return { help: true };
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const option = String(issue?.path[0]);
    const got = (values as Record<string, unknown>)[option] ?? "nothing";
    throw new RangeError(`study: --${option} is not right: ${issue?.message}, got ${String(got)}`);
  }
  return { help: false, study: toStudy(parsed.data, args), isFresh: parsed.data.fresh };
}

function toStudy(options: z.infer<typeof schema>, args: readonly string[]): Study {
  const { imageSize, patchSize } = { ...vitPresets[options.preset], imageSize: options["image-size"] };
  if (imageSize % patchSize !== 0) {
    throw new RangeError(
      `study: --image-size must be a multiple of ${patchSize}, the patch size of ${options.preset}, got ${imageSize}`,
    );
  }
  const starts = options.start.map(toStart);
  if (new Set(starts.map(({ name }) => name)).size !== starts.length) {
    throw new RangeError(`study: --start must name each model once, got ${options.start.join(", ")}`);
  }
  const recipe = {
    epochs: options.epochs,
    batchSize: options["batch-size"],
    learningRate: options["learning-rate"],
    warmUp: 0.1,
    weightDecay: 0.05,
    rotationDegrees: 7,
    shift: 0.05,
  };
  const border = options.data.indexOf("=");
  const name = options.data.slice(0, border) as DatasetName;
  const root = options.data.slice(border + 1);
  return {
    title: "Chest radiographs read by a vision transformer",
    folder: options.out,
    target: { label: name, name, root },
    starts,
    preset: options.preset,
    imageSize,
    validationFraction: 0.15,
    pretraining: recipe,
    finetuning: recipe,
    replicates: options.replicates,
    minimumPositives: options["minimum-positives"],
    engine: options.engine,
    seed: options.seed,
    notices: [],
    command: ["npm run study --", ...args.filter((arg) => arg !== "--fresh")].join(" "),
  };
}

function toStart(text: string): Start {
  const border = text.indexOf("=");
  if (border < 0) return { name: text, from: "random" };
  return { name: text.slice(0, border), from: "checkpoint", path: text.slice(border + 1) };
}
