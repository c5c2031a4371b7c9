import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { availableParallelism, cpus, freemem, loadavg, totalmem } from "node:os";
import { promisify } from "node:util";

/** What of a machine decides how fast it trains. */
export interface Machine {
  readonly node: string;
  readonly platform: string;
  readonly processor: string;
  readonly numCores: number;
  /** Instruction sets that matter to matrix products; empty where they cannot be read. */
  readonly instructionSets: readonly string[];
  /** Processes that wanted to run over the last minute, on average. */
  readonly load: number;
  /** Bytes. */
  readonly memory: { readonly total: number; readonly free: number };
  /** Name, driver and memory of each GPU that NVIDIA's driver lists. */
  readonly nvidiaGpus: readonly string[];
  /** Device files of GPUs of any make, on Linux. */
  readonly renderDevices: readonly string[];
  /** Libraries of CUDA and cuDNN that the loader knows. */
  readonly cudaLibraries: readonly string[];
}

const wanted = ["sse4_2", "avx", "avx2", "fma", "avx512f", "avx512_bf16", "amx_tile", "asimd"];

/** Looks at the machine; nothing that is absent is an error. */
export async function inspectMachine(): Promise<Machine> {
  const [flags, gpus, devices, libraries] = await Promise.all([
    readFile("/proc/cpuinfo", "utf8").catch(() => ""),
    linesOf("nvidia-smi", ["--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"]),
    readdir("/dev/dri").catch(() => []),
    linesOf("ldconfig", ["-p"]),
  ]);
  const known = new Set(/^(?:flags|Features)\s*:(.*)$/m.exec(flags)?.[1]?.trim().split(/\s+/) ?? []);
  const searched = await Promise.all(
    (process.env.LD_LIBRARY_PATH ?? "")
      .split(":")
      .filter((folder) => folder !== "")
      .map((folder) => readdir(folder).catch(() => [])),
  );
  const names = [...libraries.map((line) => line.trim().split(" ")[0] as string), ...searched.flat()];
  const cuda = names.filter((name) => /^lib(cudart|cudnn|cublas)\.so\.[\d.]+$/.test(name));
  return {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    numCores: availableParallelism(),
    instructionSets: wanted.filter((name) => known.has(name)),
    load: loadavg()[0] as number,
    memory: { total: totalmem(), free: freemem() },
    nvidiaGpus: gpus,
    renderDevices: devices.filter((name) => name.startsWith("renderD")),
    cudaLibraries: [...new Set(cuda)].sort(),
  };
}

/** What a program prints, a line each; nothing if it is not there or fails. */
async function linesOf(program: string, args: readonly string[]): Promise<string[]> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: 10_000, maxBuffer: 2 ** 24 });
    return stdout.split("\n").filter((line) => line.trim() !== "");
  } catch {
    return [];
  }
}
