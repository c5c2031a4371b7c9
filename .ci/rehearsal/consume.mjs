import { mkdir, realpath, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import ts from "typescript";
import { must } from "./run.mjs";

/** The only TypeScript example of a README. */
export function exampleOf({ name, readme }) {
  const [, code] = /^```ts\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  if (code === undefined) throw new Error(`${name}: README must have an example, got none`);
  return code;
}

/** The packages that a README says to install, itself first. */
function installedBy({ name, readme }) {
  const [, line] = /^npm install (.+)$/m.exec(readme) ?? [];
  if (!line?.split(" ").includes(name)) throw new Error(`${name}: README must say npm install, got ${line}`);
  return line.split(" ");
}

/**
 * An empty project with one package, installed from the registry on loopback as its README says, and its README's example.
 *
 * @param options.flags - More arguments of `npm install`.
 * @param options.env - More of the environment of `npm install`.
 * @returns Folder of the project and what npm said.
 */
export async function makeProject(folder, one, registry, { flags = [], env = {} } = {}) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), `${JSON.stringify({ private: true, type: "module" })}\n`);
  await writeFile(
    join(folder, ".npmrc"),
    `@cxrkit:registry=${registry}/\naudit=false\nfund=false\nyes=false\n`,
  );
  const args = ["install", "--no-package-lock", "--loglevel=error", ...flags, ...installedBy(one)];
  const said = await must(`npm ${args.join(" ")}`, "npm", args, { cwd: folder, env });
  const code = exampleOf(one);
  await writeFile(join(folder, "example.ts"), code);
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: false,
    },
  });
  await writeFile(join(folder, "example.js"), outputText);
  return { folder, said };
}

/** Compiles the example as a consumer would, under each way of finding modules; resolves to their names. */
export async function checkTypes(folder) {
  const types = join(folder, "node_modules", "@types");
  await mkdir(types, { recursive: true });
  for (const name of ["@types/node", "undici-types"]) {
    const target = join(folder, "node_modules", name);
    const source = await realpath(join("node_modules", name)).catch(() => undefined);
    const exists = await realpath(target).catch(() => undefined);
    if (source && !exists) await symlink(source, target, "junction");
  }
  const ways = [
    { module: "node16", moduleResolution: "node16" },
    { module: "nodenext", moduleResolution: "nodenext" },
    { module: "esnext", moduleResolution: "bundler" },
  ];
  const tsc = join(dirname(await realpath(join("node_modules", "typescript", "package.json"))), "bin", "tsc");
  for (const way of ways) {
    const compilerOptions = {
      target: "es2023",
      lib: ["es2023", "dom", "esnext.disposable"],
      types: ["node"],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      ...way,
    };
    await writeFile(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: ["example.ts"] }),
    );
    await must(`types of ${folder} by ${way.moduleResolution}`, process.execPath, [tsc, "-p", folder]);
  }
  return ways.map(({ moduleResolution }) => moduleResolution);
}

/** Runs the README's example and gives what a program that imports it sees, as one line of JSON. */
export async function runExample(folder, command = process.execPath, args = []) {
  await writeFile(
    join(folder, "see.js"),
    'const seen = Object.keys(await import("./example.js"));\nconsole.log(JSON.stringify(seen));\nprocess.exit(0);\n',
  );
  const said = await must(`example in ${folder}`, command, [...args, "see.js"], { cwd: folder });
  return JSON.parse(said.split("\n").at(-1));
}
