import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runExample } from "./consume.mjs";
import { run } from "./run.mjs";

/** What else runs JavaScript, from npm: its packages, its program, and what that takes before the file. */
const engines = [
  { name: "Node 22", install: "node@22", program: "node", args: [] },
  { name: "Node 24", install: "node@24", program: "node", args: [] },
  { name: "Node 26", install: "node@26", program: "node", args: [] },
  { name: "Deno", install: "deno", program: "deno", args: ["run", "--allow-all"], pure: true },
  { name: "Bun", install: "bun", program: "bun", args: ["run"], pure: true },
];

/** The README's examples on other Nodes, and those of the packages without native code in Deno and Bun. */
export async function otherEngines(projects, folder, say) {
  for (const { name, install, program, args, pure = false } of engines) {
    const home = join(folder, "engines", install.replace("@", "-"));
    await mkdir(home, { recursive: true });
    await writeFile(join(home, "package.json"), '{ "private": true }\n');
    const command = ["install", "--no-package-lock", "--loglevel=error", "--no-audit", install];
    const { status, said } = await run("npm", command, { cwd: home });
    const path = join(home, "node_modules", ".bin", program);
    const version = status === 0 ? await run(path, ["--version"]) : { status, said };
    if (version.status !== 0) {
      say(`${name}: skipped, npm cannot install it here: ${version.said.split("\n")[0]}`);
      continue;
    }
    const names = [...projects.keys()].filter((one) => !pure || one === "metrics" || one === "statistics");
    for (const one of names) await runExample(projects.get(one), path, args);
    say(`${version.said.split("\n")[0].replace(/^v/, "Node ")}: the examples of ${names.join(", ")}`);
  }
}
