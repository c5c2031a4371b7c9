import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** The built program: `npm test` builds before it tests. */
const program = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const run = (...args: string[]) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
  return { stdout, stderr, status };
};

test("doctor shows machine, engines, their rates and what to take", () => {
  const { stdout, status } = run("doctor", "--seconds", "0.05");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Node +\d+\.\d+\.\d+ on /);
  expect(stdout).toMatch(/✓ onnx-cpu +compiled steps.*\n.* GFLOP\/s in a float32 matrix product\n/);
  expect(stdout).toMatch(/→ openRuntime\("auto"\) takes /);
});

test("the program shows its help, and says in one line what it does not know", () => {
  expect(run("--help").stdout).toMatch(/^Usage: npx @cxrkit\/runtime <command>/);
  expect(run()).toEqual(run("--help"));
  expect(run("cure")).toMatchObject({
    status: 1,
    stderr: "cxrkit-runtime: command must be doctor or build-tfjs, got cure; see --help\n",
  });
  expect(run("build-tfjs").stderr).toBe("cxrkit-runtime: build-tfjs needs --libtensorflow DIR; see --help\n");
  expect(run("doctor", "--seconds", "0").stderr).toBe(
    "cxrkit-runtime: --seconds must be a number in (0, 60], got 0\n",
  );
  expect(run("doctor", "--loud").status).toBe(1);
});
