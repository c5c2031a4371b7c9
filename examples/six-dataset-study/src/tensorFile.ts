import type { StoredTensor, TensorFile } from "@cxrkit/training";
import { openCheckpoint, writeSafetensors } from "@cxrkit/weights";

/** Joins the safetensors files of `weights` to what `training` asks for. */
export const tensorFile: TensorFile = {
  write: (path, tensors, metadata) => writeSafetensors(path, tensors, { ...metadata }),
  async read(path) {
    const checkpoint = await openCheckpoint(path);
    try {
      const tensors = new Map<string, StoredTensor>();
      for (const name of checkpoint.names) tensors.set(name, await checkpoint.get(name));
      return { metadata: checkpoint.metadata, tensors };
    } finally {
      await checkpoint.close();
    }
  },
};
