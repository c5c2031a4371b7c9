// Fails when the changesets cannot be read: the release would fail there.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";

const output = "changeset-status.json";
const { status } = spawnSync("npx", ["changeset", "status", `--output=${output}`], {
  stdio: ["ignore", "ignore", "inherit"],
});
if (status !== 0) process.exit(1);
const { releases } = JSON.parse(readFileSync(output, "utf8"));
rmSync(output);
console.log(releases.map(({ name, newVersion }) => `${name} ${newVersion}`).join("\n"));
