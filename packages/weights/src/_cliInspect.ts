import { stat } from "node:fs/promises";
import { sizeOf } from "./_arrayOperations.js";
import { bytesAsText, parseCommand, requireWord, type Terminal } from "./_commandLine.js";
import { nameMaps } from "./_detectLayout.js";
import { printable, textTable, wrap } from "./_textTable.js";
import type { Checkpoint } from "./Checkpoint.js";
import { type CheckpointArchitecture, describeCheckpoint } from "./describeCheckpoint.js";
import type { CheckpointLayout } from "./nameMaps/NameMap.js";
import { openCheckpoint } from "./openCheckpoint.js";
import { toTimm } from "./toTimm.js";
import { WeightFormatError } from "./WeightFormatError.js";

/** Options that say how a file is read. */
export const readingOptions = {
  root: { type: "string" },
  "strip-prefix": { type: "string" },
  from: { type: "string" },
  prefix: { type: "string" },
} as const;

const lineWidth = 100;

type Values = Readonly<Partial<Record<keyof typeof readingOptions, string>>>;

/** Opens a file as the options say. */
export function openAs(path: string, { root, "strip-prefix": stripPrefix }: Values): Promise<Checkpoint> {
  return openCheckpoint(path, {
    ...(root === undefined ? {} : { root }),
    ...(stripPrefix === undefined ? {} : { stripPrefix }),
  });
}

/** Layout and prefix as the options say. */
export function layoutOf({ from, prefix }: Values): { layout?: CheckpointLayout; prefix?: string } {
  const layouts = Object.keys(nameMaps) as CheckpointLayout[];
  return {
    ...(from === undefined ? {} : { layout: requireWord("from", from, layouts) }),
    ...(prefix === undefined ? {} : { prefix }),
  };
}

export async function inspect(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values, given } = parseCommand(args, readingOptions, ["FILE"]);
  const path = given[0] as string;
  const layout = layoutOf(values);
  const checkpoint = await openAs(path, values);
  try {
    const infos = checkpoint.names.map((name) => ({ name, ...checkpoint.info(name) }));
    const elements = infos.reduce((sum, { shape }) => sum + sizeOf(shape), 0).toLocaleString("en-GB");
    const { size } = await stat(path);
    const count = infos.length === 1 ? "1 tensor" : `${infos.length} tensors`;
    const lines = [
      `${printable(path)}: ${checkpoint.format}, ${count}, ${elements} elements, ${bytesAsText(size)}`,
      ...modelLines(checkpoint, layout),
      ...Object.entries(checkpoint.metadata).map(
        ([key, value]) => `metadata ${printable(key)}: ${printable(value).slice(0, 300)}`,
      ),
    ];
    for (const line of lines) terminal.write(`${wrap(line, lineWidth)}\n`);
    const rows = infos.map(({ name, dtype, shape }) => [name, dtype, `[${shape.join(", ")}]`]);
    const columns = [
      { title: "tensor", keep: "end", width: 70 },
      { title: "type" },
      { title: "shape" },
    ] as const;
    terminal.write(`\n${textTable(columns, rows, lineWidth)}\n`);
  } finally {
    await checkpoint.close();
  }
}

function modelLines(checkpoint: Checkpoint, options: ReturnType<typeof layoutOf>): string[] {
  try {
    const found = toTimm(checkpoint, { ...options, except: ["*"], distillation: "ignore" });
    const { missing, unexpected, ignored } = found;
    const listed = [
      ...listOf(
        "no use for",
        ignored.map(({ name }) => name),
      ),
      ...listOf("missing", missing),
      ...listOf("unexpected", unexpected),
    ];
    const after = found.prefix === "" ? "" : ` after "${printable(found.prefix)}"`;
    const model = architectureText(describeCheckpoint(checkpoint, options));
    return [`layout: ${found.from}${after}`, ...model, ...listed];
  } catch (error) {
    if (!(error instanceof WeightFormatError)) throw error;
    return [`layout: not known; ${printable(error.message.replace(/^\w+: /, ""))}`];
  }
}

function listOf(title: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const some = names.slice(0, 8).map(printable).join(", ");
  return [`${title}: ${some}${names.length > 8 ? `, … (${names.length} in all)` : ""}`];
}

function architectureText(model: CheckpointArchitecture): string[] {
  const { patchSize, channels, width, depth, mlpDim, mlp, numHeads, numHeadsFrom } = model;
  const grid =
    model.grid === undefined ? "no square grid" : `${model.grid} × ${model.grid} (${model.imageSize} px)`;
  const extras = [
    model.classToken ? "class token" : "no class token",
    ...(model.numRegisters > 0 ? [`${model.numRegisters} registers`] : []),
    ...(model.layerScale ? ["LayerScale"] : []),
    ...(model.preNorm ? ["norm before the blocks"] : []),
    ...(model.fcNorm ? ["norm after the mean"] : []),
    ...(model.qkvBias ? [] : ["no qkv bias"]),
  ];
  const head =
    model.numClasses === 0 ? "none" : `${model.numClasses} outputs of ${model.headColumns} numbers`;
  return [
    `model: ViT, patch ${patchSize}, ${channels} channels, width ${width}, depth ${depth}, ${numHeads} ${numHeads === 1 ? "head" : "heads"} (${numHeadsFrom}), MLP ${mlpDim} ${mlp}`,
    `tokens: ${extras.join(", ")}; positions ${grid}${model.classToken && !model.classPosition ? ", none for the class token" : ""}; head: ${head}`,
  ];
}
