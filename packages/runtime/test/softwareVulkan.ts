import { existsSync } from "node:fs";

/** Manifests of a software Vulkan device that WebGPU accepts, as Debian's chromium and Chrome install them. */
const knownPlaces = [
  "/usr/lib/chromium/vk_swiftshader_icd.json",
  "/usr/lib64/chromium-browser/vk_swiftshader_icd.json",
  "/usr/lib/chromium-browser/vk_swiftshader_icd.json",
  "/opt/google/chrome/vk_swiftshader_icd.json",
  "/snap/chromium/current/usr/lib/chromium-browser/vk_swiftshader_icd.json",
];

/**
 * The manifest of a software device for tests: `CXRKIT_VULKAN_ICD` or one that is known; undefined if there is none.
 *
 * Importing this file gives it to Vulkan's loader, which reads the environment when ONNX Runtime first asks for WebGPU,
 * unless a driver is named already.
 */
export const softwareVulkan = [process.env.CXRKIT_VULKAN_ICD, ...knownPlaces].find(
  (path) => path !== undefined && existsSync(path),
);

if (softwareVulkan !== undefined && process.env.VK_DRIVER_FILES === undefined)
  process.env.VK_ICD_FILENAMES ??= softwareVulkan;
