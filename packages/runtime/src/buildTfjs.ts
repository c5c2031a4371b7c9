import { execFile } from "node:child_process";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

/** Options of {@link buildTfjs}. */
export interface BuildTfjsOptions {
  /**
   * Folder of libtensorflow: that of the C library's archive (with `include/` and `lib/`), or `tensorflow/` inside a
   * Python installation of `tensorflow` or `tensorflow-cpu` (with `include/` and `libtensorflow_cc`).
   */
  readonly libtensorflow: string;
  /** Package to build for. @defaultValue `"tfjs-node"` */
  readonly name?: "tfjs-node" | "tfjs-node-gpu";
  /** Folder from which the package is looked up, as `import` would. @defaultValue the working folder */
  readonly from?: string;
  /** Folder of Node's headers, which holds `node_api.h`. @defaultValue `include/node` beside this Node */
  readonly nodeHeaders?: string;
  /** C++ compiler; it must know C++ 17. @defaultValue `CXX` of the environment, else `c++` */
  readonly compiler?: string;
  /** Stops the compiler. */
  readonly signal?: AbortSignal;
}

const where = "buildTfjs";

/** Node-API version whose folder the package looks into on every Node that we support. */
const napiVersion = 8;

/**
 * Builds the native part of `@tensorflow/tfjs-node` from the sources inside the package against a libtensorflow that is
 * there already: for machines where the package's own download fails or has no build for the CUDA or CPU at hand. The
 * package itself must be installed (`npm install --ignore-scripts @tensorflow/tfjs-node@4.22.0`). libtensorflow is used
 * where it lies, so it must stay there. Linux and macOS.
 *
 * @param options - Where libtensorflow is.
 * @returns Path of the binding.
 * @throws RangeError naming what is not there and where it was looked for; Error with the compiler's first lines.
 * @see https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-node/binding.gyp for what the package's own build does.
 */
export async function buildTfjs({
  libtensorflow,
  name = "tfjs-node",
  from = process.cwd(),
  nodeHeaders = join(dirname(dirname(process.execPath)), "include", "node"),
  compiler = process.env.CXX || "c++",
  signal,
}: BuildTfjsOptions): Promise<string> {
  const folder = packageFolder(name, from);
  const root = resolve(libtensorflow);
  await requireFile("node headers", join(nodeHeaders, "node_api.h"), "name their folder with --node-headers");
  await requireFile("libtensorflow", join(root, "include", "tensorflow", "c", "c_api.h"), layouts);
  const libraries = await findLibraries(root);
  const out = join(folder, "lib", `napi-v${napiVersion}`, "tfjs_binding.node");
  const temporary = `${out}.${process.pid}.tmp`;
  await mkdir(dirname(out), { recursive: true });
  const args = [
    ...["-shared", "-fPIC", "-O2", "-std=c++17", `-DNAPI_VERSION=${napiVersion}`],
    ...(process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : []),
    ...[nodeHeaders, join(root, "include"), folder, dirname(folder)].flatMap((path) => ["-I", path]),
    ...["tfjs_backend.cc", "tfjs_binding.cc"].map((file) => join(folder, "binding", file)),
    ...["-o", temporary, ...libraries],
    `-Wl,-rpath,${dirname(libraries[0] as string)}`,
  ];
  try {
    await compile(compiler, args, signal);
    await rename(temporary, out);
  } finally {
    await rm(temporary, { force: true });
  }
  return out;
}

const layouts =
  "give the folder of the C library's archive, which has include/ and lib/, or that of the Python package tensorflow or tensorflow-cpu";

function packageFolder(name: string, from: string): string {
  try {
    return dirname(createRequire(join(from, "index.js")).resolve(`@tensorflow/${name}/package.json`));
  } catch (cause) {
    throw new RangeError(
      `${where}: package @tensorflow/${name} must be installed where ${from} can import it, got none; install it with npm install --ignore-scripts @tensorflow/${name}@4.22.0`,
      { cause },
    );
  }
}

async function requireFile(subject: string, path: string, advice: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new RangeError(`${where}: ${subject} must have ${path}, got none; ${advice}`);
}

/** The two libraries of either layout. */
async function findLibraries(root: string): Promise<string[]> {
  const suffix = process.platform === "darwin" ? "2.dylib" : "so.2";
  const choices = [
    ["lib/libtensorflow", "lib/libtensorflow_framework"],
    ["libtensorflow_cc", "libtensorflow_framework"],
  ].map((names) => names.map((library) => join(root, `${library}.${suffix}`)));
  for (const paths of choices) {
    const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
    if (found.every((file) => file?.isFile())) return paths;
  }
  throw new RangeError(
    `${where}: libtensorflow must have ${choices.map((paths) => paths.join(" and ")).join(", or ")}, got neither; ${layouts}`,
  );
}

function compile(compiler: string, args: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  return new Promise((done, fail) => {
    execFile(compiler, args, { maxBuffer: 2 ** 26, signal }, (error, _, stderr) => {
      if (error === null) return done();
      if (signal?.aborted) return fail(signal.reason);
      const lines = stderr
        .split("\n")
        .filter((line) => /error|fatal|undefined reference/i.test(line))
        .slice(0, 5);
      const said = lines.length > 0 ? lines.join("\n") : error.message;
      fail(new Error(`${where}: ${compiler} must compile the binding, got\n${said}`, { cause: error }));
    });
  });
}
