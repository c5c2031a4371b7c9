import type { TensorFile } from "@cxrkit/training";
import { openCheckpoint, readTensors, writeSafetensors } from "@cxrkit/weights";

/** Joins the safetensors files of `weights` to what `training` asks for. */
export const tensorFile: TensorFile = {
  write: (path, tensors, metadata) => writeSafetensors(path, tensors, { ...metadata }),
  async read(path) {
    const checkpoint = await openCheckpoint(path);
    try {
      return { metadata: checkpoint.metadata, tensors: await readTensors(checkpoint) };
    } finally {
      await checkpoint.close();
    }
  },
};
