import { bytesAsText, parseCommand, type Terminal } from "./_commandLine.js";
import { downloadCheckpoint } from "./downloadCheckpoint.js";

const options = {
  file: { type: "string" },
  revision: { type: "string" },
  sha256: { type: "string" },
  cache: { type: "string" },
  offline: { type: "boolean" },
} as const;

const checkedAgainst = {
  argument: "as asked for",
  hub: "as the hub says",
  nothing: "compared with nothing",
} as const;

export async function download(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values, given } = parseCommand(args, options, ["SOURCE"]);
  const { environment, signal } = terminal;
  const found = await downloadCheckpoint(given[0] as string, {
    ...values,
    environment,
    signal,
    onProgress: ({ received, total }) => {
      const share =
        total === undefined ? "" : ` of ${bytesAsText(total)}, ${Math.floor((100 * received) / total)} %`;
      terminal.status(`${bytesAsText(received)}${share}`);
    },
  });
  terminal.status("");
  const how = found.fromCache ? "in the cache" : "fetched";
  terminal.write(
    `${found.path}\n${how}: ${bytesAsText(found.bytes)}\nSHA-256: ${found.sha256} (${checkedAgainst[found.verifiedBy]})\n`,
  );
  if (found.commit !== undefined) terminal.write(`commit: ${found.commit}\n`);
}
