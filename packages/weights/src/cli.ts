#!/usr/bin/env node
import { argv, env, stderr, stdout } from "node:process";
import { runCli } from "./_runCli.js";

const stop = new AbortController();
process.once("SIGINT", () => stop.abort(new Error("stopped")));
process.once("SIGTERM", () => stop.abort(new Error("stopped")));

// Whoever reads the output may stop early, such as `head`.
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

let shown = "";
const status = (text: string) => {
  if (stderr.isTTY && text !== shown) stderr.write(`\r\u001b[K${text.slice(0, 99)}`);
  shown = text;
};

process.exitCode = await runCli(
  argv.slice(2),
  { write: (text) => void stdout.write(text), status, environment: env, signal: stop.signal },
  (text) => void stderr.write(text),
);
