import { mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import type sharpModule from "sharp";
import { encodeDicom } from "./_encodeDicom.js";
import { loadSharp } from "./_loadSharp.js";
import type { Collection, DrawnPixels } from "./_syntheticCollection.js";
import type { PictureEncoding } from "./_syntheticLayout.js";

/** Pictures that are encoded at the same time, while the next ones are drawn. */
const numEncoders = 4;

/** Draws picture after picture of a collection and writes them under a folder. */
export async function writePictures(
  folder: string,
  collection: Collection,
  where: string,
  {
    signal,
    onProgress,
  }: {
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  },
): Promise<void> {
  const total = collection.numImages;
  const sharp = await loadSharp(where);
  const folders = new Set<string>();
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < total) {
      signal?.throwIfAborted();
      const i = next++;
      const { path, encoding } = collection.file(i);
      const bytes = await encodePicture(sharp, collection.draw(i), encoding);
      const parent = join(folder, dirname(path));
      if (!folders.has(parent)) await mkdir(parent, { recursive: true });
      folders.add(parent);
      const handle = await open(join(folder, path), "w");
      await handle.writeFile(bytes).finally(() => handle.close());
      onProgress?.({ done: ++done, total });
    }
  };
  const results = await Promise.allSettled(Array.from({ length: numEncoders }, worker));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

/** Bytes of a picture's file. */
async function encodePicture(
  sharp: typeof sharpModule,
  { width, height, pixels }: DrawnPixels,
  encoding: PictureEncoding,
): Promise<Uint8Array> {
  if (encoding.kind === "dicom")
    return encodeDicom({ ...encoding.header, width, height, pixels: pixels as Uint16Array });
  const raw = sharp(pixels, { raw: { width, height, channels: 1 } });
  if (encoding.kind === "jpeg")
    return raw
      .toColourspace("b-w")
      .jpeg({ quality: encoding.quality, chromaSubsampling: "4:4:4" })
      .toBuffer();
  const space = encoding.bits === 16 ? "grey16" : "b-w";
  return raw
    .toColourspace(space)
    .png({ compressionLevel: encoding.bits === 16 ? 1 : 6, adaptiveFiltering: false, palette: false })
    .toBuffer();
}

/** Writes a table and sees it on the disk. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(path, "w");
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
