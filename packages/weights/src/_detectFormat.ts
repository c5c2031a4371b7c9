import { WeightFormatError } from "./WeightFormatError.js";

/** What a file begins like; a zip may be PyTorch's or NumPy's. */
export type Signature = "safetensors" | "index" | "zip" | "torch-legacy" | "npy";

/** First bytes of what is not read, as characters of one byte each. */
const refused: readonly (readonly [signature: string, what: string])[] = [
  ["\x89HDF\r\n", "HDF5 file (Keras, MATLAB); save its arrays with numpy.savez"],
  ["GGUF", "GGUF file"],
  ["\x1f\x8b", "gzip file; unpack it first"],
  ["BZh", "bzip2 file; unpack it first"],
  ["\xfd7zXZ", "xz file; unpack it first"],
  ["\x28\xb5\x2f\xfd", "Zstandard file; unpack it first"],
  ["version https://git-lfs", "pointer of Git LFS; fetch the file itself"],
];

/** Tells formats apart by the first bytes; whatever looks like nothing else is held to the rules of safetensors. */
export function detectFormat(path: string, head: Uint8Array, size: number): Signature {
  const text = Buffer.from(head).toString("latin1");
  if (isSafetensors(head, size)) return "safetensors";
  if (text.startsWith("PK\x03\x04") || text.startsWith("PK\x05\x06")) return "zip";
  if (text.startsWith("\x93NUMPY")) return "npy";
  if (head[0] === 0x80 && [2, 3, 4, 5].includes(head[1] as number) && head[2] !== 0) return "torch-legacy";
  if (/^\s*\{/.test(text)) return "index";
  const what = nameOf(text);
  if (what === undefined) return "safetensors";
  throw new WeightFormatError(
    "header",
    `openCheckpoint: ${path} must be safetensors, PyTorch or NumPy, got a ${what}`,
  );
}

/** What a file is that none of our readers reads, as far as its beginning says. */
function nameOf(text: string): string | undefined {
  if (text.startsWith("ustar", 257)) {
    return "tar archive, which PyTorch wrote before 0.1.10; open it with torch.load and save it again";
  }
  if (/^\s*<(!doctype|html|\?xml)/i.test(text)) return "web page; the download went wrong";
  return refused.find(([signature]) => text.startsWith(signature))?.[1];
}

/** A length that fits and a header that begins; the other signatures can be such lengths too. */
function isSafetensors(head: Uint8Array, size: number): boolean {
  if (head.length < 9) return false;
  const length = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
  return length <= BigInt(size - 8) && head[8] === 0x7b;
}
