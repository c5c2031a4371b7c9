import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** The picture of the packages: left may import right, and nothing else. Change it only with a decision in docs/decisions. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  metrics: [],
  statistics: ["metrics"],
  datasets: [],
  weights: [],
  vit: [],
  runtime: [],
  training: ["runtime"],
  report: ["metrics", "statistics"],
};

/** Packages in which TensorFlow.js may appear. */
const withTensors = ["vit", "runtime", "training"];

const root = new URL("..", import.meta.url).pathname;
const packages = readdirSync(join(root, "packages")).sort();

interface PackageJson {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, path), "utf8")) as T;
}

function imports(folder: string): { file: string; specifier: string }[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .flatMap((file) => {
      const source = readFileSync(join(root, folder, file), "utf8");
      const found = source.matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g);
      return [...found].map(([, specifier]) => ({
        file: `${folder}/${file}`,
        specifier: specifier as string,
      }));
    });
}

const ours = (names: Iterable<string>) =>
  [...names]
    .filter((name) => name.startsWith("@cxrkit/"))
    .map((name) => name.slice("@cxrkit/".length))
    .sort();

test("the packages are the eight of the picture", () => {
  expect(packages).toEqual(Object.keys(arrows).sort());
});

test.each(packages)("%s declares exactly its arrows, in package.json and in tsconfig.json", (name) => {
  const { dependencies, optionalDependencies, peerDependencies } = readJson<PackageJson>(
    `packages/${name}/package.json`,
  );
  const declared = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  expect(ours(declared)).toEqual(arrows[name]);
  const { references = [] } = readJson<{ references?: { path: string }[] }>(`packages/${name}/tsconfig.json`);
  expect(references.map(({ path }) => path.slice("../".length)).sort()).toEqual(arrows[name]);
});

test.each(packages)(
  "%s imports nothing of ours outside its arrows, and no path that leaves the package",
  (name) => {
    const forbidden = imports(`packages/${name}/src`).filter(({ file, specifier }) => {
      if (specifier.startsWith("@cxrkit/"))
        return !arrows[name]?.includes(specifier.slice("@cxrkit/".length));
      const depth = file.split("/").length - "packages/x/src/".split("/").length;
      return specifier.startsWith("../".repeat(depth + 1));
    });
    expect(forbidden).toEqual([]);
  },
);

test.each(packages.filter((name) => !withTensors.includes(name)))(
  "%s knows nothing of TensorFlow.js",
  (name) => {
    expect(
      imports(`packages/${name}/src`).filter(({ specifier }) => specifier.startsWith("@tensorflow/")),
    ).toEqual([]);
  },
);
