import { convertFile } from "./_cliConvert.js";
import { download } from "./_cliDownload.js";
import { inspect } from "./_cliInspect.js";
import { type Terminal, UsageError } from "./_commandLine.js";
import { printable } from "./_textTable.js";
import { usage } from "./_usage.js";
import { version } from "./_version.js";

const commands: Readonly<Record<string, (args: readonly string[], terminal: Terminal) => Promise<void>>> = {
  inspect,
  convert: convertFile,
  download,
};

/** Runs a command line; gives the exit status: 0 done, 1 failed, 2 not a command, 130 stopped. */
export async function runCli(
  args: readonly string[],
  terminal: Terminal,
  writeError: (text: string) => void,
): Promise<number> {
  const [name, ...rest] = args;
  if (args.some((argument) => argument === "--help" || argument === "-h")) {
    terminal.write(usage);
    return 0;
  }
  if (name === "--version") {
    terminal.write(`${version()}\n`);
    return 0;
  }
  try {
    const command = Object.hasOwn(commands, name ?? "") ? commands[name as string] : undefined;
    if (command === undefined) {
      throw new UsageError(
        `a command is needed: ${Object.keys(commands).join(", ")}, got ${name === undefined ? "none" : JSON.stringify(name)}`,
      );
    }
    await command(rest, terminal);
    return 0;
  } catch (error) {
    terminal.status("");
    if (terminal.signal.aborted) {
      writeError("stopped\n");
      return 130;
    }
    const line = printable(
      error instanceof Error ? error.message.replaceAll(/\s*\n\s*/g, " ") : String(error),
    );
    const isUsage = error instanceof UsageError;
    writeError(`cxrkit-weights: ${line}${isUsage ? "; see --help" : ""}\n`);
    return isUsage ? 2 : 1;
  }
}
