import { fileURLToPath } from "node:url";
import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

/** Replaces Vite's default list, so the defaults are repeated after the source condition. */
const sourceFirst = (defaults: readonly string[]) => ["@cxrkit/source", ...defaults];

/** What `imports` of the package datasets names by its built files. */
const datasetsFile = (name: string) =>
  fileURLToPath(new URL(`packages/datasets/src/${name}`, import.meta.url));

export default defineConfig({
  resolve: {
    conditions: sourceFirst(defaultClientConditions),
    alias: {
      "#codecs": datasetsFile("_codecImports.ts"),
      "#inflate": datasetsFile("_inflateNode.ts"),
      "#pictures": datasetsFile("_codecSharp.ts"),
    },
  },
  ssr: { resolve: { conditions: sourceFirst(defaultServerConditions) } },
  test: {
    include: [
      "packages/*/{src,example}/**/*.test.ts",
      "examples/*/src/**/*.test.ts",
      "test/**/*.test.ts",
      "bench/**/*.test.mjs",
    ],
    setupFiles: ["test/setup.ts"],
    testTimeout: 30_000,
    // By default one core is left free, which of two cores is half.
    maxWorkers: "100%",
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts"],
      exclude: ["**/*.test.ts"],
      reporter: ["text-summary"],
    },
  },
});
