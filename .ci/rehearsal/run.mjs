import { spawn } from "node:child_process";

/** Settings of npm that belong to whoever runs the rehearsal and not to the project that is made for it. */
const inherited = /^npm_(config_|lifecycle|package|execpath|command|node)|^NODE_(OPTIONS|PATH)$|^INIT_CWD$/i;

/**
 * Runs a command to its end.
 *
 * @returns Exit status, and what it said on both streams together.
 */
export function run(command, args, { cwd, env = {}, timeoutMs = 300_000, input } = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !inherited.test(name));
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...Object.fromEntries(kept), NO_COLOR: "1", ...env },
      shell: process.platform === "win32",
      timeout: timeoutMs,
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => {
        said += text;
      });
    child.on("error", ({ message }) => resolve({ status: 127, said: message }));
    child.on("close", (status, signal) => resolve({ status: status ?? signal, said: said.trim() }));
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** The same; anything but success is an error that shows what was said. */
export async function must(what, command, args, options) {
  const { status, said } = await run(command, args, options);
  if (status !== 0) throw new Error(`${what}: failed with ${status}\n${said}`);
  return said;
}
