import { open, readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, delimiter, join } from "node:path";

/** Where to look for a GPU; a test gives a folder of its own. */
export interface Machinery {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Folder that stands for `/`. */
  readonly root: string;
}

/** A GPU that WebGPU can use: who made it, and how the file of its Vulkan driver begins (Linux only). */
export interface Gpu {
  readonly maker: string;
  readonly driver?: string;
}

/** Makers of the GPUs that a server or desktop has: their PCI number, and what the files of their drivers are called. */
const makers = [
  { maker: "NVIDIA", vendor: "0x10de", files: /nvidia|nouveau/i },
  { maker: "AMD", vendor: "0x1002", files: /radeon|amdvlk/i },
  { maker: "Intel", vendor: "0x8086", files: /intel/i },
] as const;

const thisMachine = (): Machinery => ({
  platform: process.platform,
  env: process.env,
  home: homedir(),
  root: "/",
});

/**
 * Looks for a GPU with a driver that WebGPU can use, without loading anything: on Linux the manifests that Vulkan's
 * loader reads beside the device files of the kernel; on macOS every machine has one. On Windows it cannot be told from
 * a software device, so the answer is none.
 *
 * @see https://github.com/KhronosGroup/Vulkan-Loader/blob/main/docs/LoaderDriverInterface.md
 */
export async function findGpu(machinery: Machinery = thisMachine()): Promise<Gpu | undefined> {
  if (machinery.platform === "darwin") return { maker: "Apple" };
  if (machinery.platform !== "linux") return undefined;
  const [drivers, vendors] = await Promise.all([vulkanDrivers(machinery), vendorsOf(machinery)]);
  for (const { maker, vendor, files } of makers) {
    const driver = drivers.find((file) => files.test(file));
    if (driver !== undefined && vendors.has(vendor))
      return { maker, driver: driver.replace(/\.so.*$/, ".so") };
  }
  return undefined;
}

/** File names of the Vulkan drivers that the loader would try. */
async function vulkanDrivers(machinery: Machinery): Promise<string[]> {
  const files = await manifestsOf(machinery);
  const libraries = await Promise.all(files.map(libraryOf));
  return libraries.filter((library) => library !== undefined);
}

async function manifestsOf({ env, home, root }: Machinery): Promise<string[]> {
  const listed = (names: string | undefined) => (names ?? "").split(delimiter).filter((name) => name !== "");
  const only = env.VK_DRIVER_FILES ?? env.VK_ICD_FILENAMES;
  if (only !== undefined) return listed(only);
  const folders = [
    join(env.XDG_CONFIG_HOME ?? join(home, ".config"), "vulkan/icd.d"),
    join(env.XDG_DATA_HOME ?? join(home, ".local/share"), "vulkan/icd.d"),
    ...["etc", "etc/xdg", "usr/local/etc", "usr/local/share", "usr/share"].map((folder) =>
      join(root, folder, "vulkan/icd.d"),
    ),
  ];
  const found = await Promise.all(
    folders.map(async (folder) =>
      (await namesIn(folder)).filter((name) => name.endsWith(".json")).map((name) => join(folder, name)),
    ),
  );
  return [...listed(env.VK_ADD_DRIVER_FILES), ...found.flat()];
}

/** Name of the library that a manifest names; a manifest that cannot be read names none. */
async function libraryOf(manifest: string): Promise<string | undefined> {
  try {
    const file = await open(manifest);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(2 ** 16), 0, 2 ** 16, 0);
      const parsed = JSON.parse(buffer.toString("utf8", 0, bytesRead)) as {
        ICD?: { library_path?: unknown };
      };
      const path = parsed.ICD?.library_path;
      return typeof path === "string" ? basename(path) : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

/** PCI numbers of the makers of the GPUs that this process may open. */
async function vendorsOf({ root }: Machinery): Promise<Set<string>> {
  const [devices, render] = await Promise.all([namesIn(join(root, "dev")), namesIn(join(root, "dev/dri"))]);
  const vendors = await Promise.all(
    render
      .filter((name) => name.startsWith("renderD"))
      .map((name) => readFile(join(root, "sys/class/drm", name, "device/vendor"), "utf8").catch(() => "")),
  );
  const found = new Set(vendors.map((vendor) => vendor.trim().toLowerCase()));
  if (devices.some((name) => /^nvidia\d+$/.test(name))) found.add("0x10de");
  return found;
}

function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
