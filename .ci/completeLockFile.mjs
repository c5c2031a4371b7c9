// Adds the platform packages that a registry without them leaves out of the lock file, so that `npm ci` accepts it anywhere.
// A platform package is an optional dependency pinned to one version whose name ends in its platform ("…-darwin-arm64").
import { readFileSync, writeFileSync } from "node:fs";

const OS = {
  darwin: "darwin",
  linux: "linux",
  windows: "win32",
  win32: "win32",
  android: "android",
  freebsd: "freebsd",
  openharmony: "openharmony",
};
const CPU = {
  x64: "x64",
  64: "x64",
  arm64: "arm64",
  arm: "arm",
  ia32: "ia32",
  ppc64: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
};
const LIBC = { musl: "musl", musleabihf: "musl", gnu: "glibc", gnueabihf: "glibc" };

const path = "package-lock.json";
const lock = JSON.parse(readFileSync(path, "utf8"));
const added = [];
for (const { optionalDependencies = {}, dev } of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const entry = `node_modules/${name}`;
    const words = name.split(/[/-]/);
    const os = words.map((word) => OS[word]).find(Boolean);
    if (entry in lock.packages || !os || !/^\d+\.\d+\.\d+$/.test(version)) continue;
    const cpu = words.map((word) => CPU[word]).find(Boolean);
    const libc = words.map((word) => LIBC[word]).find(Boolean);
    lock.packages[entry] = {
      version,
      ...(cpu ? { cpu: [cpu] } : {}),
      ...(dev ? { dev } : {}),
      ...(libc && os === "linux" ? { libc: [libc] } : {}),
      optional: true,
      os: [os],
    };
    added.push(name);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(
  `${path}: ${added.length} platform packages added${added.length > 0 ? `: ${added.join(", ")}` : ""}`,
);
