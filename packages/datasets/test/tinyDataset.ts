import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { onTestFinished } from "vitest";

export const header =
  "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y]";

/** Five invented rows: four patients, the last two images for testing. */
export const rows: readonly string[] = [
  "90000001_000.png,Effusion|Pneumonia,0,90001,63,F,AP,2500,2048,0.168,0.168",
  "90000001_001.png,Cardiomegaly,1,90001,64,F,AP,2500,2048,0.168,0.168",
  "90000002_003.png,No Finding,3,90002,41,M,PA,2992,2991,0.143,0.143",
  "90000003_000.png,Mass|Infiltration,0,90003,20,M,PA,2992,2991,0.143,0.143",
  "90000004_000.png,Hernia,0,90004,77,F,PA,2992,2991,0.143,0.143",
];
export const names: readonly string[] = rows.map((row) => row.slice(0, row.indexOf(",")));

/** A folder that is removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "cxrkit-datasets-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Grey bytes of the tiny image number `i`. */
export function tinyPixels(i: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size * size }, (_, p) => (p * 7 + i * 31) % 256);
}

export function greyPng(pixels: Uint8Array, width: number, height: number): Promise<Buffer> {
  return sharp(pixels, { raw: { width, height, channels: 1 } })
    .toColourspace("b-w")
    .png()
    .toBuffer();
}

/** Writes the rows as a collection; each file can be replaced, or left out with null. */
export async function tinyDataset(
  changes: {
    readonly csv?: string | Uint8Array | null;
    readonly csvName?: string;
    readonly train?: string | null;
    readonly test?: string | null;
    readonly images?: readonly string[];
    readonly folders?: readonly string[];
    readonly size?: number;
  } = {},
): Promise<string> {
  const root = await temporaryFolder();
  const { images = names, folders = ["images"], size = 6 } = changes;
  const { csvName = "Data_Entry_2017_v2020.csv", csv = `${[header, ...rows].join("\n")}\n` } = changes;
  const { train = `${names.slice(0, 3).join("\n")}\n`, test = `${names.slice(3).join("\n")}\n` } = changes;
  if (csv !== null) await writeFile(join(root, csvName), csv);
  if (train !== null) await writeFile(join(root, "train_val_list.txt"), train);
  if (test !== null) await writeFile(join(root, "test_list.txt"), test);
  for (const folder of folders) await mkdir(join(root, folder), { recursive: true });
  for (const [i, name] of images.entries()) {
    const folder = folders[i % folders.length] as string;
    await writeFile(join(root, folder, name), await greyPng(tinyPixels(i, size), size, size));
  }
  return root;
}

/** Path of the third-party data, which are not part of the repository. */
export function dataPath(path: string): string {
  const base = process.env.CXRKIT_DATA ?? new URL("../../../../shared/data", import.meta.url).pathname;
  return join(base, path);
}
