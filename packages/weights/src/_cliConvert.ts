import { basename, resolve } from "node:path";
import { layoutOf, openAs, readingOptions } from "./_cliInspect.js";
import { parseCommand, requireCount, requireWord, type Terminal, UsageError } from "./_commandLine.js";
import { composeConversions } from "./_composeConversions.js";
import { hashFile } from "./_downloadPart.js";
import { version } from "./_version.js";
import { writeAtomically } from "./_writeAtomically.js";
import type { Checkpoint } from "./Checkpoint.js";
import type { ConvertedCheckpoint } from "./ConvertedCheckpoint.js";
import { type ConversionReport, conversionReport } from "./conversionReport.js";
import { describeCheckpoint } from "./describeCheckpoint.js";
import { formatConversionReport } from "./formatConversionReport.js";
import { fromTimm, type TimmTarget } from "./fromTimm.js";
import { openCheckpoint } from "./openCheckpoint.js";
import { toTimm } from "./toTimm.js";
import { writeSafetensors } from "./writeSafetensors.js";
import { writeTorch } from "./writeTorch.js";

const options = {
  ...readingOptions,
  to: { type: "string" },
  float32: { type: "boolean" },
  except: { type: "string", multiple: true },
  "ignore-distillation": { type: "boolean" },
  heads: { type: "string" },
  report: { type: "string" },
} as const;

type Values = ReturnType<typeof parseCommand<typeof options>>["values"];

export async function convertFile(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values, given } = parseCommand(args, options, ["FILE", "OUT"]);
  const [from, out] = given as [string, string];
  const isTorch = /\.(pth|pt)$/.test(out);
  if (!isTorch && !out.endsWith(".safetensors")) {
    throw new UsageError(`OUT must end in .safetensors, .pth or .pt, got ${JSON.stringify(out)}`);
  }
  requireApart(from, out, values.report);
  const checkpoint = await openAs(from, values);
  try {
    const converted = convertAs(checkpoint, values);
    terminal.status(`writing ${out}`);
    if (isTorch) await writeTorch(out, converted);
    else await writeSafetensors(out, converted, { "cxrkit.layout": converted.to });
    terminal.status(`comparing ${out}`);
    const written = await openCheckpoint(out);
    const report = await conversionReport(converted, { written, signal: terminal.signal }).finally(() =>
      written.close(),
    );
    if (values.report !== undefined) {
      const facts = await factsOf(from, out, checkpoint, report, terminal.signal);
      const text = new TextEncoder().encode(`${JSON.stringify(facts, undefined, 1)}\n`);
      await writeAtomically(values.report, (append) => append(text));
    }
    terminal.status("");
    terminal.write(`${formatConversionReport(report)}\n\nwritten: ${out}\n`);
    if (values.report !== undefined) terminal.write(`report: ${values.report}\n`);
  } finally {
    await checkpoint.close();
  }
}

/** Three files, or two: none may be written over another. */
function requireApart(from: string, out: string, report: string | undefined): void {
  const written = report === undefined ? [out] : [out, report];
  const twice = written.find((path) => resolve(path) === resolve(from));
  if (twice !== undefined) throw new UsageError(`${twice} is the file that is read`);
  if (report !== undefined && resolve(report) === resolve(out)) {
    throw new UsageError(`--report must be another file than OUT, got ${report} for both`);
  }
}

function convertAs(checkpoint: Checkpoint, values: Values): ConvertedCheckpoint {
  const targets: readonly TimmTarget[] = ["timm", "dinov2", "huggingface", "jax"];
  const target = requireWord("to", values.to ?? "timm", targets);
  const except = values.except ?? [];
  const dtype = values.float32 ? ({ dtype: "float32" } as const) : {};
  const distillation = values["ignore-distillation"] ? "ignore" : "refuse";
  const timm = toTimm(checkpoint, { ...layoutOf(values), except, distillation, ...dtype });
  if (target === "timm") return timm;
  const found = describeCheckpoint(checkpoint, layoutOf(values));
  const numHeads = values.heads === undefined ? found.numHeads : requireCount("heads", values.heads);
  return composeConversions(timm, fromTimm(timm, target, { except, numHeads }));
}

async function factsOf(
  from: string,
  out: string,
  checkpoint: Checkpoint,
  report: ConversionReport,
  signal: AbortSignal,
): Promise<object> {
  return {
    tool: { name: "@cxrkit/weights", version: version() },
    input: { file: basename(from), format: checkpoint.format, sha256: await hashFile(from, signal) },
    output: { file: basename(out), sha256: await hashFile(out, signal) },
    ...report,
  };
}
