import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findGpu } from "./_findGpu.js";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "cxrkit-gpu-"));
});
afterEach(() => rm(root, { recursive: true }));

const put = async (path: string, content = "") => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
};
const driver = (path: string, library: string) =>
  put(path, JSON.stringify({ file_format_version: "1.0.0", ICD: { library_path: library } }));
const renderDevice = async (name: string, vendor: string) => {
  await put(`dev/dri/${name}`);
  await put(`sys/class/drm/${name}/device/vendor`, `${vendor}\n`);
};
const find = (env: Record<string, string> = {}, platform = "linux") =>
  findGpu({ platform, env, home: join(root, "home/me"), root });

test("a driver and the device of its maker are a GPU", async () => {
  await driver("usr/share/vulkan/icd.d/lvp_icd.json", "/usr/lib/libvulkan_lvp.so");
  await driver("usr/share/vulkan/icd.d/radeon_icd.json", "/usr/lib/libvulkan_radeon.so");
  await driver("usr/share/vulkan/icd.d/intel_icd.json", "libvulkan_intel.so");
  expect(await find(), "drivers without a device").toBeUndefined();
  await renderDevice("renderD128", "0x8086");
  expect(await find()).toEqual({ maker: "Intel", driver: "libvulkan_intel.so" });
  await renderDevice("renderD129", "0x1002");
  expect(await find()).toEqual({ maker: "AMD", driver: "libvulkan_radeon.so" });
});

test("NVIDIA's own device files count where its driver makes no others", async () => {
  await put("dev/nvidiactl");
  await driver("etc/vulkan/icd.d/nvidia_icd.json", "libGLX_nvidia.so.0");
  expect(await find(), "the control device alone").toBeUndefined();
  await put("dev/nvidia0");
  expect(await find()).toEqual({ maker: "NVIDIA", driver: "libGLX_nvidia.so" });
});

test("a device without a driver for Vulkan, or with a software driver only, is none", async () => {
  await put("dev/nvidia0");
  await renderDevice("renderD128", "0x10de");
  expect(await find()).toBeUndefined();
  await driver("usr/share/vulkan/icd.d/lvp_icd.json", "libvulkan_lvp.so");
  expect(await find()).toBeUndefined();
  await renderDevice("renderD129", "0x1af4");
  expect(await find(), "a machine's virtual graphics").toBeUndefined();
});

test("drivers that the environment names replace, or come before, those that are installed", async () => {
  await put("dev/nvidia0");
  await renderDevice("renderD128", "0x1002");
  await driver("usr/share/vulkan/icd.d/nvidia_icd.json", "libGLX_nvidia.so.0");
  await driver("elsewhere/soft.json", "./libvk_swiftshader.so");
  await driver("elsewhere/radeon.json", "libvulkan_radeon.so");
  const [soft, radeon] = [join(root, "elsewhere/soft.json"), join(root, "elsewhere/radeon.json")];
  expect(await find({ VK_ICD_FILENAMES: soft })).toBeUndefined();
  expect(await find({ VK_DRIVER_FILES: `${soft}:${radeon}` })).toEqual({
    maker: "AMD",
    driver: "libvulkan_radeon.so",
  });
  expect(await find({ VK_ADD_DRIVER_FILES: soft })).toEqual({ maker: "NVIDIA", driver: "libGLX_nvidia.so" });
});

test("drivers of one user are found in the home folder and where XDG says", async () => {
  await put("dev/nvidia0");
  await driver("home/me/.local/share/vulkan/icd.d/nvidia_icd.json", "libGLX_nvidia.so.0");
  expect((await find())?.maker).toBe("NVIDIA");
  expect(await find({ XDG_DATA_HOME: join(root, "nothing") })).toBeUndefined();
  await driver("config/vulkan/icd.d/nvidia_icd.json", "libGLX_nvidia.so.0");
  expect(
    (await find({ XDG_DATA_HOME: join(root, "nothing"), XDG_CONFIG_HOME: join(root, "config") }))?.maker,
  ).toBe("NVIDIA");
});

test("manifests that are broken, huge or gone name no driver", async () => {
  await put("dev/nvidia0");
  await put("usr/share/vulkan/icd.d/a.json", "{");
  await put("usr/share/vulkan/icd.d/b.json", "[]");
  await put("usr/share/vulkan/icd.d/c.json", JSON.stringify({ ICD: { library_path: ["nvidia"] } }));
  await put("usr/share/vulkan/icd.d/d.json", `{"ICD": {"library_path": "nvidia"}${" ".repeat(2 ** 16)}}`);
  await put("usr/share/vulkan/icd.d/e.json", "null");
  await symlink(join(root, "gone.json"), join(root, "usr/share/vulkan/icd.d/f.json"));
  expect(await find()).toBeUndefined();
});

test("macOS always has one, and on other systems it cannot be told", async () => {
  expect(await find({}, "darwin")).toEqual({ maker: "Apple" });
  expect(await find({}, "win32")).toBeUndefined();
});
