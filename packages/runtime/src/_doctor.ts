import { inspectMachine, type Machine } from "./_inspectMachine.js";
import { measureProducts } from "./_measureProducts.js";
import { onGpu } from "./_openOnnxWebgpu.js";
import { describeRuntimes, type RuntimeDescription } from "./describeRuntimes.js";
import { openRuntime } from "./openRuntime.js";

/** How each line is shown. */
type Print = (line: string) => void;

/** Shows what the machine has, which engines run on it and how fast they multiply, and what would help. */
export async function doctor(print: Print, seconds: number): Promise<void> {
  const machine = await inspectMachine();
  for (const [name, value] of describeMachine(machine)) print(`${name.padEnd(16)} ${value}`);
  print("");
  const engines = await describeRuntimes();
  for (const { name, available, description } of engines) {
    print(`${available ? "✓" : "✗"} ${name.padEnd(14)} ${shortened(name, description)}`);
    if (!available) continue;
    const rate = await measureProducts(name, seconds).catch((error: unknown) => error);
    const result =
      typeof rate === "number"
        ? `${rate < 10 ? rate.toFixed(1) : Math.round(rate)} GFLOP/s in a float32 matrix product`
        : `its matrix product failed: ${String(rate)}`;
    print(`  ${"".padEnd(14)} ${result}`);
  }
  const { name: best } = await openRuntime("auto");
  const advice = [`openRuntime("auto") takes ${best}`, ...adviceFor(machine, engines)];
  print("");
  for (const line of advice) print(`→ ${line}`);
}

/** Without what the line says already. */
function shortened(name: string, description: string): string {
  return description
    .replace(`${name}: `, "")
    .replace(/^engine "[^"]*" must find the package .*, got none; /, "not installed; ")
    .replace(/^engine "[^"]*" /, "");
}

function describeMachine(machine: Machine): [string, string][] {
  const gigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const { node, platform, processor, numCores, instructionSets, memory } = machine;
  const { nvidiaGpus, renderDevices, cudaLibraries } = machine;
  return [
    ["Node", `${node} on ${platform}`],
    ["processor", `${processor}, ${numCores} core${numCores === 1 ? "" : "s"} to use`],
    ["instructions", instructionSets.join(", ") || "not readable here"],
    ["memory", `${gigabytes(memory.total)}, ${gigabytes(memory.free)} free`],
    ["GPUs", nvidiaGpus.join("; ") || (renderDevices.length > 0 ? renderDevices.join(", ") : "none seen")],
    ["CUDA libraries", cudaLibraries.join(", ") || "none that the loader knows"],
  ];
}

function adviceFor(machine: Machine, engines: readonly RuntimeDescription[]): string[] {
  const isAvailable = (name: string) => engines.some((engine) => engine.name === name && engine.available);
  const advice: string[] = [];
  if (!isAvailable("onnx-cpu"))
    advice.push("install onnxruntime-node: its CPU engine is some forty times as fast as wasm");
  if (!engines.some(isOnGpu)) {
    if (machine.nvidiaGpus.length > 0) advice.push(adviceForNvidia);
    else if (machine.renderDevices.length > 0)
      advice.push(
        "there is a graphics device that no engine uses: the Vulkan driver of its maker (Debian: mesa-vulkan-drivers) lets onnx-webgpu use it",
      );
  }
  if (machine.nvidiaGpus.length > 0 && process.env.NVIDIA_TF32_OVERRIDE !== "0")
    advice.push("CUDA multiplies in TF32 on recent GPUs; NVIDIA_TF32_OVERRIDE=0 keeps full float32");
  if (machine.load > machine.numCores / 2)
    advice.push(`other work is running (load ${machine.load.toFixed(1)}): the rates above are too low`);
  if (machine.numCores === 1) advice.push("there is one core: prepare images and train one after the other");
  if (machine.memory.free < 8 * 2 ** 30)
    advice.push("less than 8 GiB are free: a ViT-B with its moments takes 1.4 GB and some 0.5 GB an image");
  return advice;
}

const adviceForNvidia =
  "there is an NVIDIA GPU that no engine uses: onnx-cuda needs CUDA 12, cuDNN 9 and ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node; onnx-webgpu the Vulkan part of NVIDIA's driver; @tensorflow/tfjs-node-gpu CUDA 11.2 and cuDNN 8.1 for its own download, or npx @cxrkit/runtime build-tfjs --package tfjs-node-gpu for another libtensorflow";

function isOnGpu({ name, available, description }: RuntimeDescription): boolean {
  if (!available) return false;
  return name === "tfjs-node-gpu" || name === "onnx-cuda" || description.includes(onGpu);
}
