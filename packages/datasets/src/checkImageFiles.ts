import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf, requireInteger } from "./_check.js";
import { stringsOf } from "./_columns.js";
import { decodeImage } from "./decodeImage.js";
import type { Manifest, Split } from "./Manifest.js";

/** Options of {@link checkImageFiles}. */
export interface CheckImageFilesOptions {
  /** Whether to decode the images: without it only absent and empty files are found. @defaultValue `true` */
  readonly decode?: boolean;
  /** Number of files in work at a time, an integer ≥ 1. @defaultValue `4` */
  readonly concurrency?: number;
  /** Stops the work. */
  readonly signal?: AbortSignal;
  /** Is told after each image how many are checked. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** An image of a manifest. */
export interface CheckedImage {
  /** Id of the image. */
  readonly imageId: string;
  /** Path relative to the root. */
  readonly path: string;
}

/** An image whose file is there but cannot be used. */
export interface BadImage extends CheckedImage {
  /** What is wrong with it. */
  readonly reason: string;
}

/** Images whose decoded pixels are the same. */
export interface DuplicateImages {
  /** SHA-256 of the decoded pixels, in hexadecimal, with their shape and kind. */
  readonly sha256: string;
  /** The images, in the order of the manifest. */
  readonly images: readonly CheckedImage[];
  /** Splits that they are in; more than one is a leak. */
  readonly splits: readonly Split[];
  /** Whether they are of one patient. */
  readonly samePatient: boolean;
}

/** What {@link checkImageFiles} found. */
export interface ImageFileReport {
  /** Number of images of the manifest. */
  readonly total: number;
  /** Number of images without a fault; duplicates count among them. */
  readonly readable: number;
  /** Images without a file. */
  readonly absent: readonly CheckedImage[];
  /** Images whose file is empty or cannot be decoded. */
  readonly unreadable: readonly BadImage[];
  /** Images that are there more than once; empty without `decode`. */
  readonly duplicates: readonly DuplicateImages[];
}

const where = "checkImageFiles";
const maxFileBytes = 2 ** 29;

/**
 * Looks at the file of every image of a manifest: which are absent, which cannot be decoded, which show the same
 * pixels. A bad image is listed, never thrown.
 *
 * @param manifest - Manifest whose images are checked.
 * @returns Lists in the order of the manifest.
 * @throws RangeError if an option is out of range; the signal's reason if it was aborted.
 * @example
 * {@includeCode ../example/checkImageFiles.example.ts}
 */
export async function checkImageFiles(
  manifest: Manifest,
  { decode = true, concurrency = 4, signal, onProgress }: CheckImageFilesOptions = {},
): Promise<ImageFileReport> {
  requireInteger(where, "concurrency", concurrency, 1);
  const imageIds = stringsOf(manifest.table, "imageId");
  const paths = stringsOf(manifest.table, "path");
  const total = paths.length;
  const states: FileState[] = new Array(total);
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < total) {
      signal?.throwIfAborted();
      const row = next++;
      states[row] = await stateOf(join(manifest.root, paths[row] as string), decode);
      onProgress?.({ done: ++done, total });
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(concurrency, total) }, worker));
  for (const result of results) if (result.status === "rejected") throw result.reason;
  const imageOf = (row: number) => ({ imageId: imageIds[row] as string, path: paths[row] as string });
  const rowsOf = (kind: FileState["kind"]) =>
    Array.from(states.keys()).filter((row) => states[row]?.kind === kind);
  return {
    total,
    readable: rowsOf("readable").length,
    absent: rowsOf("absent").map(imageOf),
    unreadable: rowsOf("unreadable").map((row) => ({ ...imageOf(row), reason: states[row]?.text as string })),
    duplicates: decode ? groupDuplicates(manifest, states, imageOf) : [],
  };
}

interface FileState {
  readonly kind: "readable" | "absent" | "unreadable";
  /** Reason of an unreadable file, hash of a readable one. */
  readonly text: string;
}

async function stateOf(path: string, decode: boolean): Promise<FileState> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (info instanceof Error)
    return info.code === "ENOENT" || info.code === "ENOTDIR"
      ? { kind: "absent", text: "" }
      : { kind: "unreadable", text: reasonOf(info) };
  if (!info.isFile()) return { kind: "unreadable", text: "not a file" };
  if (info.size === 0) return { kind: "unreadable", text: "empty file" };
  if (info.size > maxFileBytes)
    return { kind: "unreadable", text: `more than ${maxFileBytes} bytes: ${info.size}` };
  if (!decode) return { kind: "readable", text: "" };
  try {
    const { width, height, bitsStored, signed, photometricInterpretation, pixels } = await decodeImage(
      await readFile(path),
    );
    const hash = createHash("sha256").update(
      `${width} ${height} ${bitsStored} ${signed} ${photometricInterpretation}\n`,
    );
    const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
    return { kind: "readable", text: hash.update(bytes).digest("hex") };
  } catch (error) {
    return { kind: "unreadable", text: reasonOf(error) };
  }
}

function groupDuplicates(
  { table }: Manifest,
  states: readonly FileState[],
  imageOf: (row: number) => CheckedImage,
): DuplicateImages[] {
  const splits = stringsOf(table, "split") as Split[];
  const patientIds = stringsOf(table, "patientId");
  const groups = new Map<string, number[]>();
  states.forEach(({ kind, text }, row) => {
    if (kind !== "readable") return;
    const rows = groups.get(text);
    if (rows === undefined) groups.set(text, [row]);
    else rows.push(row);
  });
  return [...groups]
    .filter(([, rows]) => rows.length > 1)
    .map(([sha256, rows]) => ({
      sha256,
      images: rows.map(imageOf),
      splits: [...new Set(rows.map((row) => splits[row] as Split))],
      samePatient: new Set(rows.map((row) => patientIds[row])).size === 1,
    }));
}
