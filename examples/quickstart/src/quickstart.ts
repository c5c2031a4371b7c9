import { join } from "node:path";
import {
  openImageStore,
  prepareImages,
  readDataset,
  splitByPatient,
  writeSyntheticDataset,
} from "@cxrkit/datasets";
import { openRuntime } from "@cxrkit/runtime";
import { type Comparison, compareModels } from "@cxrkit/statistics";
import { fit, predict } from "@cxrkit/training";
import { initialParameters, vit, vitPresets } from "@cxrkit/vit";

/** Draws radiographs, trains a small vision transformer on them, and compares it with the untrained one. */
export async function quickstart(folder: string, images: number, epochs: number): Promise<Comparison> {
  await writeSyntheticDataset("chestxray14", join(folder, "data"), { images, imageSize: 128, seed: 1 });
  const manifest = splitByPatient(await readDataset("chestxray14", join(folder, "data")), {
    fraction: 0.2,
    seed: 1,
  });
  const { path } = await prepareImages(manifest, { size: 64, out: join(folder, "images.arrow") });
  await using store = await openImageStore(path);

  const findings = ["no_finding", "pleural_effusion"];
  const config = { ...vitPresets.tiny, numClasses: findings.length };
  const source = (split: "train" | "valid" | "test", shuffle = false) => ({
    numImages: store.rows(split).length,
    findings,
    batches: (position: { epoch: number; start: number }) =>
      store.batches({ split, findings, shuffle, batchSize: 8, mean: 0.5, std: 0.25, ...position }),
  });
  const model = {
    parameters: initialParameters(config, 1),
    imageShape: [64, 64, 3] as const,
    numClasses: findings.length,
    logits: (parameters: Parameters<typeof vit>[0], batch: Parameters<typeof vit>[1]) =>
      vit(parameters, batch, config),
  };

  const runtime = await openRuntime("auto");
  const data = { train: source("train", true), validation: source("valid") };
  const { parameters } = await fit(model, data, { runtime, epochs, batchSize: 8, learningRate: 0.0005 });

  const score = async (weights: typeof parameters) => {
    const table = await predict({ ...model, parameters: weights }, source("test"), { runtime, batchSize: 8 });
    const column = (name: string) => Array.from(table.getChild(name) ?? [], (value) => value as number);
    const matrix = (kind: string) => {
      const columns = findings.map((finding) => column(`${kind}:${finding}`));
      const data = Array.from({ length: table.numRows }, (_, row) =>
        columns.map((values) => values[row] ?? Number.NaN),
      );
      return { data: data.flat(), rows: table.numRows, columns: findings.length };
    };
    return { labels: matrix("label"), scores: matrix("score"), patients: column("patientId") };
  };
  const trained = await score(parameters);
  const untrained = await score(model.parameters);
  const models = { trained: trained.scores, untrained: untrained.scores };
  return compareModels({ ...trained, models, findings }, { seed: 1 });
}
