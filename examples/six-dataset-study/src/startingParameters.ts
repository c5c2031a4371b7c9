import { resolve } from "node:path";
import {
  initialParameters,
  loadParameters,
  type NamedArray,
  selectHeadRows,
  type VitConfig,
} from "@cxrkit/vit";
import { readStart } from "./readStart.js";
import type { Training } from "./trainings.js";

/**
 * The parameters that a training begins with: drawn, or those of its checkpoint with a new head or with the checkpoint's.
 * A transferred head may have more outputs than are wanted; the first ones are taken, as in the reduced lists.
 *
 * @throws RangeError if the checkpoint does not fit the model, naming the start and everything that does not fit.
 */
export async function startingParameters(
  { folder, seed }: { readonly folder: string; readonly seed: number },
  { checkpoint, start, head }: Training,
  config: VitConfig,
): Promise<ReadonlyMap<string, NamedArray>> {
  const drawn = head === "transferred" ? "timm" : head;
  if (checkpoint === undefined) return initialParameters(config, seed, { head: drawn });
  const arrays = await readStart(resolve(folder, checkpoint));
  try {
    if (head !== "transferred")
      return loadParameters(config, arrays, { except: ["head.*"], seed, head: drawn });
    const numOutputs = arrays.get("head.weight")?.shape[0] ?? config.numClasses;
    const outputs = Array.from({ length: numOutputs }, (_, k) => `output ${k + 1}`);
    const loaded = loadParameters({ ...config, numClasses: numOutputs }, arrays);
    const wanted = Array.from({ length: config.numClasses }, (_, k) => `output ${k + 1}`);
    return selectHeadRows(loaded, outputs, wanted);
  } catch (cause) {
    throw new RangeError(
      `study: start ${start.name} must fit its model, got a file that does not, ${checkpoint}: ${(cause as Error).message}`,
      { cause },
    );
  }
}
