// Runs every benchmark in a process of its own, one after the other; "npm run bench -- vitB14" runs those named.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";

const names = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith(".bench.mjs"))
  .map((name) => name.replace(".bench.mjs", ""));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`bench: name must be one of ${names.join(", ")}, got ${unknown.join(", ")}`);
  process.exit(1);
}
console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.versions.node}`,
);
for (const name of wanted.length > 0 ? wanted : names) {
  console.log(`\n${name}`);
  const { status } = spawnSync(process.execPath, [`${import.meta.dirname}/${name}.bench.mjs`], {
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}
