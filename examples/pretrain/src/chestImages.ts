import { join } from "node:path";
import {
  type Finding,
  openImageStore,
  prepareImages,
  readDataset,
  splitByPatient,
  writeSyntheticDataset,
} from "@cxrkit/datasets";
import type { GreyImages } from "./drawNaturalImages.js";

/** The parts of a set of radiographs. */
export type ChestImages = Readonly<Record<"train" | "valid" | "test", GreyImages>>;

/** Draws a set of radiographs in ChestX-ray14's layout, prepares it at some sizes, and reads all of it. */
export async function chestImages(
  folder: string,
  images: number,
  seed: number,
  sizes: readonly number[],
  findings: readonly Finding[],
): Promise<ChestImages[]> {
  await writeSyntheticDataset("chestxray14", join(folder, "data"), { images, imageSize: 128, seed });
  const manifest = splitByPatient(await readDataset("chestxray14", join(folder, "data")), {
    fraction: 0.2,
    seed,
  });
  const sets: ChestImages[] = [];
  for (const size of sizes) {
    const { path } = await prepareImages(manifest, { size, out: join(folder, `images-${size}.arrow`) });
    await using store = await openImageStore(path);
    const part = async (split: "train" | "valid" | "test"): Promise<GreyImages> => {
      const batches = store.batches({ pixels: "uint8", split, findings, batchSize: 64 });
      const [pixels, labels, patients]: [Uint8Array[], Float32Array[], string[]] = [[], [], []];
      for await (const batch of batches) {
        pixels.push(batch.images.slice());
        labels.push(batch.labels.slice());
        patients.push(...batch.patientIds);
      }
      const values = labels.flatMap((one) => [...one]);
      return { pixels: Buffer.concat(pixels), size, labels: Float32Array.from(values), findings, patients };
    };
    sets.push({ train: await part("train"), valid: await part("valid"), test: await part("test") });
  }
  return sets;
}
