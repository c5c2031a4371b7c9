import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  openImageStore,
  prepareImages,
  readDataset,
  splitByPatient,
  writeSyntheticDataset,
} from "@cxrkit/datasets";
import { initialParameters, vitPresets } from "@cxrkit/vit";
import { openCheckpoint, writeSafetensors } from "@cxrkit/weights";
import { expect, test } from "vitest";
import { fineTune } from "./fineTune.js";

test("a checkpoint with another head is fine-tuned on a store, and its weights are written under the same names", async () => {
  const folder = await mkdtemp(join(tmpdir(), "cxrkit-fine-tune-"));
  try {
    await writeSyntheticDataset("chexpert", folder, { images: 40, imageSize: 64, seed: 1 });
    const manifest = splitByPatient(await readDataset("chexpert", folder), { fraction: 0.2, seed: 1 });
    const { path } = await prepareImages(manifest, { size: 64, out: join(folder, "images.arrow") });
    await using store = await openImageStore(path);

    const config = { ...vitPresets.tiny, numClasses: 5 };
    const start = join(folder, "start.safetensors");
    const before = initialParameters(config, 1);
    await writeSafetensors(start, before);
    const out = join(folder, "fine-tuned.safetensors");
    const normalise = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
    const findings = ["pleural_effusion", "edema"];
    const { history } = await fineTune(store, {
      findings,
      start,
      config,
      normalise,
      epochs: 1,
      batchSize: 8,
      out,
    });

    expect(Number.isFinite(history[0]?.trainLoss)).toBe(true);
    const tuned = await openCheckpoint(out);
    expect([...tuned.names].sort()).toEqual([...before.keys()].sort());
    expect((await tuned.get("head.weight")).shape).toEqual([2, config.width]);
    expect((await tuned.get("patch_embed.proj.weight")).data).not.toEqual(
      before.get("patch_embed.proj.weight")?.data,
    );
    await tuned.close();
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);

test("the guide shows the whole of it", async () => {
  const source = await readFile(new URL("fineTune.ts", import.meta.url), "utf8");
  const guide = await readFile(
    new URL("../../../docs/guide/fine-tune-on-your-own-radiographs.md", import.meta.url),
    "utf8",
  );
  expect(guide).toContain(`\`\`\`ts\n${source}\`\`\``);
});
