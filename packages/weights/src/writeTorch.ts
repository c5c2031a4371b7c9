import { pickleStateDict } from "./_pickleStateDict.js";
import { plannedTensors, readAhead } from "./_plannedTensors.js";
import { writeAtomically } from "./_writeAtomically.js";
import { createZipWriter } from "./_zipWriter.js";
import type { NamedArrays, TensorSource } from "./TensorSource.js";

/**
 * Writes tensors as a PyTorch state dict that `torch.load(path, weights_only=True)` opens, as a whole or not at all:
 * under a temporary name in the same folder, flushed, renamed.
 *
 * The file is an archive of stored members whose contents begin at multiples of 64 bytes, little-endian, with checksums;
 * the same tensors in the same order give the same bytes. From a checkpoint, tensors are read while they are written, so
 * that two of them are in memory at most. Files beyond 4 GiB get zip64 records. The dtypes uint16, uint32 and uint64
 * need PyTorch 2.3 to be read.
 *
 * @param path - Path of the file; its folder must exist.
 * @param tensors - Tensors by name, or a source that is asked for one after the other, such as an open checkpoint.
 * @throws RangeError if data do not fit their shape, TypeError if they do not fit their dtype, before anything is
 * written; what the source or the system throws, which leaves an older file as it was.
 * @see https://docs.pytorch.org/docs/stable/notes/serialization.html, section "Saved tensors preserve storage" and
 * "torch.save format"
 * @example
 * {@includeCode ../example/writeTorch.example.ts}
 */
export async function writeTorch(path: string, tensors: NamedArrays | TensorSource): Promise<void> {
  const planned = plannedTensors("writeTorch", tensors);
  await writeAtomically(path, async (append) => {
    const archive = createZipWriter(append);
    const encode = (text: string) => new TextEncoder().encode(text);
    await archive.add("archive/data.pkl", pickleStateDict(planned));
    await archive.add("archive/byteorder", encode("little"));
    let index = 0;
    for await (const bytes of readAhead(planned)) await archive.add(`archive/data/${index++}`, bytes);
    await archive.add("archive/version", encode("3\n"));
    await archive.finish();
  });
}
