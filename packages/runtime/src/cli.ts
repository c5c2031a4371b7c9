#!/usr/bin/env node
import { parseArgs } from "node:util";
import { doctor } from "./_doctor.js";
import { buildTfjs } from "./buildTfjs.js";

const help = `Usage: npx @cxrkit/runtime <command>

  doctor                        what this machine has, which engines run on it, how fast
      --seconds N               time for each engine's matrix product (1)
  build-tfjs                    build the native part of @tensorflow/tfjs-node
      --libtensorflow DIR       the C library's folder, or tensorflow/ of the Python package
      --package NAME            tfjs-node (default) or tfjs-node-gpu
      --node-headers DIR        folder that holds node_api.h (include/node beside this Node)

  --help                        this text`;

async function main(args: readonly string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: "boolean" },
      seconds: { type: "string", default: "1" },
      libtensorflow: { type: "string" },
      package: { type: "string", default: "tfjs-node" },
      "node-headers": { type: "string" },
    },
  });
  const [command, ...rest] = positionals;
  if (values.help || command === undefined) return print(help);
  if (rest.length > 0) throw new RangeError(`unknown argument ${rest[0]}`);
  if (command === "doctor") return doctor(print, positiveNumber("--seconds", values.seconds));
  if (command === "build-tfjs") return build(values);
  throw new RangeError(`command must be doctor or build-tfjs, got ${command}; see --help`);
}

async function build(values: {
  readonly libtensorflow?: string | undefined;
  readonly package: string;
  readonly "node-headers"?: string | undefined;
}): Promise<void> {
  const { libtensorflow, package: name, "node-headers": nodeHeaders } = values;
  if (libtensorflow === undefined) throw new RangeError("build-tfjs needs --libtensorflow DIR; see --help");
  if (name !== "tfjs-node" && name !== "tfjs-node-gpu")
    throw new RangeError(`--package must be tfjs-node or tfjs-node-gpu, got ${name}`);
  print(`building the native part of @tensorflow/${name}, half a minute …`);
  print(await buildTfjs({ libtensorflow, name, ...(nodeHeaders === undefined ? {} : { nodeHeaders }) }));
}

function positiveNumber(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 60)) throw new RangeError(`${name} must be a number in (0, 60], got ${text}`);
  return value;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`cxrkit-runtime: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
