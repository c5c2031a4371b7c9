import { expect, test } from "vitest";
import { openRuntime } from "../packages/runtime/src/index.js";
import { fit as train } from "../packages/training/src/index.js";
import { sourceOf } from "../packages/training/test/tinyRun.js";
import { freezeParameters, initialParameters, vit, vitPresets } from "../packages/vit/src/index.js";

test.each(["cpu", "onnx-cpu"] as const)(
  "on %s a training loop leaves frozen parameters as they are, weight decay or not, and trains the others",
  async (engine) => {
    const config = { ...vitPresets["two-block"], imageSize: 8, channels: 1, numClasses: 2 };
    const parameters = initialParameters(config, 1, { head: "pytorch" });
    const frozen = ["cls_token", "pos_embed", "patch_embed.*", "blocks.0.*"];
    const images = Array.from({ length: 8 }, (_, image) =>
      Array.from({ length: 64 }, (_, i) => Math.sin(image * 64 + i)),
    );
    const labels = images.map((_, image) => [image % 2, 1 - (image % 2)]);
    const result = await train(
      {
        parameters,
        imageShape: [8, 8, 1],
        numClasses: 2,
        logits: (tensors, pictures) => vit(freezeParameters(tensors, frozen), pictures, config),
      },
      { train: sourceOf({ images, labels }, 4, ["nodule", "mass"]) },
      { runtime: await openRuntime(engine), epochs: 1, batchSize: 4, learningRate: 0.01, weightDecay: 0.5 },
    );
    for (const [name, { data }] of parameters) {
      const isFrozen = /^(cls_token|pos_embed|patch_embed\.|blocks\.0\.)/.test(name);
      const trained = result.parameters.get(name)?.data as Float32Array;
      expect(
        trained.every((value, i) => value === data[i]),
        name,
      ).toBe(isFrozen);
    }
  },
);
