// Augmented batches of 224-pixel images in random order: bytes and numbers from an image store, against a torch DataLoader
// that reads the same images from JPEG files of that size, as the study's loader does. CXRKIT_PYTHON names a Python with
// torch, torchvision and Pillow. The command is: npm run bench -- batches
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import {
  openImageStore,
  prepareImages,
  readDataset,
  writeSyntheticDataset,
} from "../packages/datasets/dist/index.js";

const IMAGES = 800;
const SIZE = 224;
const BATCH = 32;
const EPOCHS = 5;
const ROUNDS = 3;

const folder = mkdtempSync(join(tmpdir(), "cxrkit-bench-"));
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
try {
  const root = join(folder, "chestxray14");
  await writeSyntheticDataset("chestxray14", root, { images: IMAGES, seed: 1, imageSize: SIZE });
  const manifest = await readDataset("chestxray14", root);
  const { path } = await prepareImages(manifest, { size: SIZE, out: join(folder, "store.arrow") });
  const store = await openImageStore(path);
  const jpegs = join(folder, "jpeg");
  mkdirSync(jpegs);
  for (const row of store.rows()) {
    const raw = { width: SIZE, height: SIZE, channels: 1 };
    const file = sharp(await store.pixels(row), { raw })
      .toColourspace("b-w")
      .jpeg({ quality: 95 });
    writeFileSync(join(jpegs, `${row}.jpg`), await file.toBuffer());
  }
  console.log(
    `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.versions.node}, ${store.numImages} images, batches of ${BATCH}, flip and ±7°`,
  );

  const options = { batchSize: BATCH, shuffle: true, seed: 1, augment: { flip: true, rotationDegrees: 7 } };
  const cases = {
    "bytes [B, H, W, 1]": { ...options, pixels: "uint8" },
    "bytes, 2 workers": { ...options, pixels: "uint8", workers: 2 },
    "bytes, 2 workers, given back": { ...options, pixels: "uint8", workers: 2, giveBack: true },
    "bytes, not augmented": { ...options, augment: undefined, pixels: "uint8" },
    "numbers [B, H, W, 3]": { ...options, mean: 0.5, std: 0.25 },
    "numbers, 2 workers, given back": { ...options, mean: 0.5, std: 0.25, workers: 2, giveBack: true },
  };
  const python = process.env.CXRKIT_PYTHON;
  for (const [what, { giveBack = false, ...asked }] of Object.entries(cases)) {
    const rates = [];
    let sum = 0;
    for (let epoch = 0; epoch <= EPOCHS * ROUNDS; epoch++) {
      const start = performance.now();
      let numImages = 0;
      for await (const batch of store.batches({ ...asked, epoch })) {
        numImages += batch.numValid;
        sum += batch.images[12_345];
        if (giveBack) store.release(batch);
      }
      if (epoch > 0) rates.push((1000 * numImages) / (performance.now() - start));
    }
    console.log(`${what.padEnd(37)} ${median(rates).toFixed(0)} images/s (check ${sum.toFixed(1)})`);
    cases[what] = median(rates);
  }
  for (const kind of python === undefined ? [] : ["bytes", "numbers"]) {
    const { stdout, stderr, status } = spawnSync(python, [
      `${import.meta.dirname}/peers/batches.py`,
      jpegs,
      String(BATCH),
      String(EPOCHS),
      String(availableParallelism()),
      kind,
    ]);
    if (status !== 0) throw new Error(String(stderr));
    const { version, imagesPerSecond } = JSON.parse(String(stdout));
    for (const [what, rate] of Object.entries(cases))
      if (what.startsWith(kind) && !what.includes("not augmented"))
        console.log(
          `${what}: torch ${version} DataLoader of ${availableParallelism()} workers ${imagesPerSecond.toFixed(0)} images/s; ours is ${(rate / imagesPerSecond).toFixed(1)} times as fast`,
        );
  }
  await store.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
