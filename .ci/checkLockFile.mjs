// Fails when the lock file names a download address: it must work with whatever registry npm is set to.
import { readFileSync } from "node:fs";

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const named = Object.entries(packages).filter(([, { resolved }]) => /^https?:/.test(resolved ?? ""));
if (named.length > 0) {
  console.error(
    `package-lock.json: ${named.length} entries must not name a download address, first ${named[0][0]}`,
  );
  process.exit(1);
}
