// Preparing radiographs of 1024 × 1024 pixels at 224 pixels: ours into a store, Pillow's resize into memory with as many
// processes as there are cores. CXRKIT_PYTHON names a Python with Pillow and NumPy. The command is: npm run bench -- prepareImages
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { prepareImages, readDataset, writeSyntheticDataset } from "../packages/datasets/dist/index.js";

const IMAGES = 100;
const SIDE = 1024;
const ROUNDS = 3;

const folder = mkdtempSync(join(tmpdir(), "cxrkit-bench-"));
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
try {
  const root = join(folder, "chestxray14");
  await writeSyntheticDataset("chestxray14", root, { images: IMAGES, seed: 1, imageSize: SIDE });
  const manifest = await readDataset("chestxray14", root);
  console.log(
    `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.versions.node}, ${IMAGES} PNG files of ${SIDE} × ${SIDE}`,
  );
  const cases = {
    corrected: { recipe: { name: "corrected" }, workers: availableParallelism() },
    "corrected, no workers": { recipe: { name: "corrected" }, workers: 0 },
    "as-published": { recipe: { name: "as-published" } },
    "as-published, no workers": { recipe: { name: "as-published" }, workers: 0 },
  };
  let ours = 0;
  for (const [what, options] of Object.entries(cases)) {
    const rates = [];
    for (let round = 0; round < ROUNDS; round++) {
      const out = join(folder, "store.arrow");
      rates.push((await prepareImages(manifest, { size: 224, out, ...options })).imagesPerSecond);
    }
    if (ours === 0) ours = median(rates);
    console.log(`${what.padEnd(25)} ${median(rates).toFixed(1)} images/s`);
  }
  const python = process.env.CXRKIT_PYTHON;
  if (python !== undefined) {
    const { stdout, stderr, status } = spawnSync(python, [
      `${import.meta.dirname}/peers/prepareImages.py`,
      root,
      String(ROUNDS),
      String(availableParallelism()),
    ]);
    if (status !== 0) throw new Error(String(stderr));
    const { version, imagesPerSecond } = JSON.parse(String(stdout));
    console.log(
      `Pillow ${version}, ${availableParallelism()} processes ${imagesPerSecond.toFixed(1)} images/s: ours is ${(ours / imagesPerSecond).toFixed(2)} times as fast`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
