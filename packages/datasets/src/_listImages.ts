import { readdir } from "node:fs/promises";
import { join, posix } from "node:path";

/** Names of the files in a folder; empty if there is no such folder. */
async function fileNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw error;
  });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
}

/** Where each image file of the given folders lies: file name → path relative to the root, with slashes. */
export async function listImages(root: string, folders: readonly string[]): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  for (const folder of folders) {
    for (const name of await fileNames(join(root, folder))) {
      const path = posix.join(folder, name);
      const other = paths.get(name);
      if (other !== undefined)
        throw new RangeError(
          `readDataset: image ${name} must lie in one folder of ${root}, got ${other} and ${path}`,
        );
      paths.set(name, path);
    }
  }
  return paths;
}
