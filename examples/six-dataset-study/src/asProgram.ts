import { exit, stderr } from "node:process";

/**
 * Runs a program until it ends or is interrupted; an error is one line for a person and exit status 1. The first SIGINT or
 * SIGTERM lets it save what it has and says how to go on; a second one ends it at once.
 */
export async function asProgram(main: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) exit(130);
    stderr.write("\nsaving; once more to leave at once\n");
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
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
