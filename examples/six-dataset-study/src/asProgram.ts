import { exit, stderr } from "node:process";

/** Runs a program until it ends or is interrupted; an error is one line for a person and exit status 1. */
export async function asProgram(main: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort());
  process.once("SIGTERM", () => controller.abort());
  try {
    await main(controller.signal);
  } catch (error) {
    if (controller.signal.aborted) {
      stderr.write("\nstopped; the same command goes on from here\n");
      exit(130);
    }
    stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    exit(1);
  }
}
