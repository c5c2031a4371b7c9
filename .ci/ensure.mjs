// Installs what the lock file asks for when it is not there, and builds when asked to ("node .ci/ensure.mjs build").
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `cxrkit: Node must be 20.19 or newer, got ${process.versions.node}; install a current Node from nodejs.org`,
  );
  process.exit(1);
}

const env = {
  ...process.env,
  ONNXRUNTIME_NODE_INSTALL: "skip",
  TURBO_TELEMETRY_DISABLED: "1",
  DO_NOT_TRACK: "1",
};

/** Runs a command and shows what it says only when it fails. */
function run(what, command, args) {
  const begin = performance.now();
  process.stdout.write(`${what} … `);
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    shell: process.platform === "win32",
    env,
  });
  if (status === 0) {
    console.log(`${((performance.now() - begin) / 1000).toFixed(1)} s`);
    return;
  }
  console.log("failed");
  console.error(error ? `cxrkit: ${command} could not be started: ${error.message}` : `${stdout}${stderr}`);
  process.exit(status ?? 1);
}

const installed = "node_modules/.package-lock.json";
function upToDate() {
  try {
    return (
      statSync(installed).mtimeMs >= statSync("package-lock.json").mtimeMs &&
      readFileSync(installed).length > 0
    );
  } catch {
    return false;
  }
}

if (!upToDate()) run("installing", "npm", ["ci", "--no-audit"]);
if (process.argv[2] === "build")
  run("building", "node_modules/.bin/turbo", ["run", "build", "--output-logs=errors-only"]);
