import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeProject, runExample } from "./consume.mjs";
import { must } from "./run.mjs";

const ask = `import { openRuntime } from "@cxrkit/runtime";
const said = await openRuntime("onnx-cpu").then(
  ({ name }) => name,
  ({ message }) => message,
);
console.log(JSON.stringify(said));
process.exit(0);
`;

/** What opening the native engine gives in a project: its name, or the error's message. */
async function openNative(folder) {
  await writeFile(join(folder, "ask.js"), ask);
  return JSON.parse(
    (await must("openRuntime", process.execPath, ["ask.js"], { cwd: folder })).split("\n").at(-1),
  );
}

const native = (folder) => existsSync(join(folder, "node_modules", "onnxruntime-node"));

/** The native engine is optional: absent, or its download refused, the installation succeeds and the first use says what to do. */
export async function rehearseRuntime(one, registry, folder, say) {
  const closed = "http://127.0.0.1:9";
  // onnxruntime-node fetches its CUDA libraries through this proxy and npm does not know it: only that download fails.
  const unreachable = { GLOBAL_AGENT_HTTP_PROXY: closed, GLOBAL_AGENT_HTTPS_PROXY: closed };
  const ways = [
    ["left out (--omit=optional)", "runtime-omitted", { flags: ["--omit=optional"] }],
    ["download unreachable", "runtime-unreachable", { env: unreachable }],
    [
      "download unreachable, skipped",
      "runtime-skipped",
      { env: { ...unreachable, ONNXRUNTIME_NODE_INSTALL: "skip" } },
    ],
  ];
  for (const [what, name, options] of ways) {
    const { folder: project } = await makeProject(join(folder, name), one, registry, options);
    const seen = await runExample(project);
    const said = await openNative(project);
    const present = native(project);
    if (present !== (said === "onnx-cpu"))
      throw new Error(`runtime, ${what}: must open or explain itself, got ${said}`);
    if (!present && (said.includes("\n") || !said.includes("npm install")))
      throw new Error(`runtime, ${what}: must say in one line what to install, got ${said}`);
    say(
      `@cxrkit/runtime, native engine ${what}: installs, its example gives ${seen.join(", ")}; onnx-cpu: ${said}`,
    );
  }
}
