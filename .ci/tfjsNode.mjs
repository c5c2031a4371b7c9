// The eager engines' tests on tfjs-node, whose native part is built here against the libtensorflow of tensorflow-cpu. Where
// Python, a compiler or that package cannot be had, it says so and ends well. Adds to node_modules, so it comes last.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const version = "2.21.0";
const folder = join("node_modules", ".cache", `tensorflow-cpu-${version}`);

function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", ...options });
  return { ok: status === 0, said: `${error?.message ?? ""}${stdout ?? ""}${stderr ?? ""}`.trim() };
}

function skip(reason) {
  console.log(`tfjs-node: not tested, ${reason.split("\n").at(-1)}`);
  process.exit(0);
}

function must(step, { ok, said }) {
  if (ok) return;
  console.error(`tfjs-node: ${step} failed\n${said}`);
  process.exit(1);
}

if (process.platform !== "linux") skip("its libtensorflow is taken from a package for Linux");
if (!run("c++", ["--version"]).ok) skip("there is no C++ compiler");
if (!existsSync(folder)) {
  const temporary = mkdtempSync(join(tmpdir(), "tensorflow-cpu-"));
  const download = run("python3", [
    "-m",
    "pip",
    "download",
    "--quiet",
    "--no-deps",
    "-d",
    temporary,
    `tensorflow-cpu==${version}`,
  ]);
  if (!download.ok) {
    rmSync(temporary, { recursive: true });
    skip(`tensorflow-cpu ${version} cannot be had: ${download.said}`);
  }
  const wheel = join(temporary, readdirSync(temporary)[0]);
  must("unpacking", run("python3", ["-m", "zipfile", "-e", wheel, join(temporary, "unpacked")]));
  mkdirSync(join(folder, ".."), { recursive: true });
  must("moving", run("cp", ["-r", join(temporary, "unpacked", "tensorflow"), `${folder}.part`]));
  renameSync(`${folder}.part`, folder);
  rmSync(temporary, { recursive: true });
}

const install = [
  "install",
  "--no-save",
  "--ignore-scripts",
  "--no-audit",
  "--no-fund",
  "@tensorflow/tfjs-node@4.22.0",
];
const installed = run("npm", install);
if (!installed.ok) skip(`@tensorflow/tfjs-node cannot be had: ${installed.said}`);
must(
  "building",
  run(process.execPath, ["packages/runtime/dist/cli.js", "build-tfjs", "--libtensorflow", folder]),
);
const tests = [
  "packages/runtime/src/openRuntime.test.ts",
  "packages/runtime/src/compiledOperations.test.ts",
  "examples/six-dataset-study/src/vitTrainingStep.test.ts",
];
const { status } = spawnSync("npx", ["vitest", "run", ...tests], {
  stdio: "inherit",
  env: { ...process.env, CXRKIT_ENGINES: "tfjs-node" },
});
process.exit(status ?? 1);
