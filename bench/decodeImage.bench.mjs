// Decoding of a radiograph of 1760 × 1760 pixels, 10 bits stored, in each coding, from memory to memory. CXRKIT_PYTHON names
// a Python with pydicom, pylibjpeg with its plugins and Pillow: it writes the codings that are not in the collection, and
// decodes each file in turns with us. The command is: npm run bench -- decodeImage
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { decodeImage, presentGrey } from "../packages/datasets/dist/index.js";

const CALLS = 9;
const ROUNDS = 3;

const data = process.env.CXRKIT_DATA ?? `${import.meta.dirname}/../../shared/data`;
const real = (name) => join(data, "dicom/real", `WG04_RG3_${name}.dcm`);
if (!existsSync(real("JPLL"))) {
  console.log(`left out: ${real("JPLL")} is not there`);
  process.exit(0);
}
const python = process.env.CXRKIT_PYTHON;
const peer = (...args) => {
  const { stdout, stderr, status } = spawnSync(python, [
    `${import.meta.dirname}/peers/decodeImage.py`,
    ...args,
  ]);
  return status === 0 ? String(stdout) : new Error(String(stderr).trim().split("\n").at(-1));
};

const folder = mkdtempSync(join(tmpdir(), "decodeImage-"));
const files = {
  "JPEG lossless": real("JPLL"),
  "JPEG extended, 12 bits": real("JPLY"),
  "JPEG-LS": real("JLSL"),
  "JPEG 2000 lossless, of the collection": real("J2KR"),
};
if (python !== undefined) {
  const written = peer("write", real("JPLL"), folder);
  if (written instanceof Error) throw written;
  for (const name of readdirSync(folder)) files[basename(name, ".dcm")] = join(folder, name);
}

const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
for (const [what, path] of Object.entries(files)) {
  const bytes = readFileSync(path);
  for (let round = 0; round < ROUNDS; round++) {
    const times = [];
    const greyTimes = [];
    let image;
    for (let i = 0; i <= CALLS; i++) {
      const start = performance.now();
      image = await decodeImage(bytes);
      const decoded = performance.now();
      presentGrey(image);
      if (i > 0) times.push(decoded - start);
      if (i > 0) greyTimes.push(performance.now() - decoded);
    }
    const ours = median(times);
    const line = `${what.padEnd(38)} decodeImage ${ours.toFixed(1)} ms, presentGrey ${median(greyTimes).toFixed(1)} ms`;
    if (python === undefined) {
      console.log(line);
      continue;
    }
    const answer = peer("time", path, String(CALLS));
    if (answer instanceof Error) {
      console.log(`${line}, the peer cannot: ${answer.message}`);
      continue;
    }
    const { tool, ms, sha256 } = JSON.parse(answer);
    const { buffer, byteOffset, byteLength } = image.pixels;
    const same =
      createHash("sha256")
        .update(new Uint8Array(buffer, byteOffset, byteLength))
        .digest("hex") === sha256;
    console.log(
      `${line}, ${tool} ${ms.toFixed(1)} ms (${same ? "same" : "other"} values): ${(ms / ours).toFixed(1)} times as fast`,
    );
  }
}
rmSync(folder, { recursive: true });
