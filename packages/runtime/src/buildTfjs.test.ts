import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type BuildTfjsOptions, buildTfjs } from "./index.js";

let root: string;
let options: BuildTfjsOptions;
let binding: string;

const put = async (path: string, content = ""): Promise<void> => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
};

/** A stand-in for the compiler that writes its arguments where the library should go, or fails. */
const compilerThat = async (script: string): Promise<string> => {
  await put("compiler", `#!/bin/sh\n${script}\n`);
  await chmod(join(root, "compiler"), 0o755);
  return join(root, "compiler");
};
const writesItsArguments =
  'all="$*"; while [ $# -gt 0 ]; do [ "$1" = -o ] && out="$2"; shift; done; echo "$all" > "$out"';

const suffix = process.platform === "darwin" ? "2.dylib" : "so.2";

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "cxrkit-tfjs-"));
  await put("app/node_modules/@tensorflow/tfjs-node/package.json", "{}");
  await put("headers/node_api.h");
  await put("tensorflow/include/tensorflow/c/c_api.h");
  await put(`tensorflow/libtensorflow_cc.${suffix}`);
  await put(`tensorflow/libtensorflow_framework.${suffix}`);
  binding = join(root, "app/node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node");
  options = {
    libtensorflow: join(root, "tensorflow"),
    from: join(root, "app"),
    nodeHeaders: join(root, "headers"),
    compiler: await compilerThat(writesItsArguments),
  };
});
afterEach(() => rm(root, { recursive: true }));

test("buildTfjs compiles the package's sources against the Python package's library", async () => {
  expect(await buildTfjs(options)).toBe(binding);
  const args = await readFile(binding, "utf8");
  expect(args).toContain("tfjs-node/binding/tfjs_backend.cc");
  expect(args).toContain(`${root}/tensorflow/libtensorflow_cc.${suffix}`);
  expect(args).toContain(`-Wl,-rpath,${root}/tensorflow`);
  expect(await readdir(dirname(binding))).toEqual(["tfjs_binding.node"]);
});

test("buildTfjs takes the C library's archive as well", async () => {
  await put(`archive/include/tensorflow/c/c_api.h`);
  await put(`archive/lib/libtensorflow.${suffix}`);
  await put(`archive/lib/libtensorflow_framework.${suffix}`);
  await buildTfjs({ ...options, libtensorflow: join(root, "archive") });
  expect(await readFile(binding, "utf8")).toContain(`-Wl,-rpath,${root}/archive/lib`);
});

test("buildTfjs says what is not there", async () => {
  await expect(buildTfjs({ ...options, from: root })).rejects.toThrow(
    /^buildTfjs: package @tensorflow\/tfjs-node must be installed where .*, got none; install it with npm install --ignore-scripts/,
  );
  await expect(buildTfjs({ ...options, nodeHeaders: root })).rejects.toThrow(
    /^buildTfjs: node headers must have .*node_api\.h, got none; name their folder with --node-headers$/,
  );
  await expect(buildTfjs({ ...options, libtensorflow: root })).rejects.toThrow(
    /^buildTfjs: libtensorflow must have .*c_api\.h, got none; give the folder/,
  );
  await rm(join(root, `tensorflow/libtensorflow_cc.${suffix}`));
  await expect(buildTfjs(options)).rejects.toThrow(
    /libtensorflow must have .*, got neither; give the folder/,
  );
});

test("buildTfjs passes on the compiler's complaint and leaves an older binding as it was", async () => {
  await buildTfjs(options);
  const before = await readFile(binding, "utf8");
  const compiler = await compilerThat('echo "note: x" >&2; echo "a.cc:1: error: no such type" >&2; exit 1');
  await expect(buildTfjs({ ...options, compiler })).rejects.toThrow(
    `buildTfjs: ${compiler} must compile the binding, got\na.cc:1: error: no such type`,
  );
  expect(await readFile(binding, "utf8")).toBe(before);
  expect(await readdir(dirname(binding))).toEqual(["tfjs_binding.node"]);
});

test("buildTfjs stops when it is told to", async () => {
  const compiler = await compilerThat("exec sleep 20");
  const controller = new AbortController();
  const reason = new Error("enough");
  const building = buildTfjs({ ...options, compiler, signal: controller.signal });
  setTimeout(() => controller.abort(reason), 100);
  await expect(building).rejects.toBe(reason);
});
