// A million images of 8 × 8 pixels scored into a file: the most memory of the process, which must not grow with their
// number. Exit status 1 when a million images take more than 64 MB more than two hundred thousand. The command is:
// node bench/predictionMemory.mjs [FORM], with FORM arrow, csv or parquet
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { openRuntime } from "../packages/runtime/dist/index.js";
import { predictToFile } from "../packages/training/dist/index.js";

const findings = Array.from({ length: 14 }, (_, i) => `finding_${i}`);
const batchSize = 512;

async function measure(numImages, path) {
  const model = {
    parameters: new Map([
      [
        "w",
        {
          dtype: "float32",
          shape: [14, 64],
          data: Float32Array.from({ length: 14 * 64 }, (_, i) => Math.sin(i)),
        },
      ],
    ]),
    imageShape: [8, 8, 1],
    imageDType: "uint8",
    numClasses: 14,
    logits: ({ w }, images) => tf.matMul(tf.div(tf.reshape(images, [-1, 64]), 255), w, false, true),
  };
  const source = {
    numImages,
    findings,
    async *batches() {
      for (let first = 0; first < numImages; first += batchSize) {
        const rows = Math.min(batchSize, numImages - first);
        yield {
          images: new Uint8Array(rows * 64).map((_, i) => (first + 7 * i) & 255),
          labels: new Float32Array(rows * 14).map((_, i) => (i % 5 === 0 ? Number.NaN : i & 1)),
          imageIds: Array.from({ length: rows }, (_, i) => `image-${first + i}`),
          patientIds: Array.from({ length: rows }, (_, i) => `patient-${(first + i) >> 1}`),
        };
      }
    },
  };
  const began = performance.now();
  const written = await predictToFile(model, source, path, {
    runtime: await openRuntime("onnx-cpu"),
    batchSize,
  });
  const seconds = (performance.now() - began) / 1000;
  const peak = 1024 * Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
  console.log(JSON.stringify({ written, seconds, peak, bytes: statSync(path).size }));
}

if (process.argv[2] === "measure") {
  await measure(Number(process.argv[3]), process.argv[4]);
} else {
  const folder = mkdtempSync(join(tmpdir(), "predictions-"));
  const form = process.argv[2] ?? "arrow";
  try {
    const peaks = [200_000, 1_000_000].map((numImages) => {
      // In a process of its own, for its peak of memory.
      const path = join(folder, `${numImages}.${form}`);
      const { stdout, stderr } = spawnSync(
        process.execPath,
        [import.meta.filename, "measure", String(numImages), path],
        { encoding: "utf8" },
      );
      if (stdout === "") throw new Error(stderr);
      const { written, seconds, peak, bytes } = JSON.parse(stdout);
      console.log(
        `${written} images, 14 findings, .${form}: ${seconds.toFixed(1)} s, file ${(bytes / 1e6).toFixed(0)} MB, peak ${(peak / 1e6).toFixed(0)} MB`,
      );
      return peak;
    });
    process.exitCode = peaks[1] - peaks[0] > 64e6 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
