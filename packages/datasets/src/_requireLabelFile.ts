import { join } from "node:path";
import { readFirst, type TextFile } from "./_readText.js";

/** Reads the first of the named files of a root that is there, plain or packed; an error says where it comes from. */
export async function requireLabelFile(
  root: string,
  names: readonly string[],
  {
    url,
    maxBytes,
    kind = "label file",
  }: { readonly url: string; readonly maxBytes: number; readonly kind?: string },
): Promise<TextFile> {
  const paths = names.flatMap((name) => (name.endsWith(".gz") ? [name] : [name, `${name}.gz`]));
  const file = await readFirst(
    "readDataset",
    paths.map((path) => join(root, path)),
    maxBytes,
  );
  if (file !== null) return file;
  const packed = names.some((name) => name.endsWith(".csv")) ? " (plain or .gz)" : "";
  throw new RangeError(
    `readDataset: ${kind} must be ${join(root, names.join(" or "))}${packed}, got none; put it there, it comes with the images from ${url}`,
  );
}
