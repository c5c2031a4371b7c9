import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyLabelPolicy, readDataset, writeSyntheticDataset } from "@cxrkit/datasets";

const root = join(await mkdtemp(join(tmpdir(), "collection-")), "chexpert");
await writeSyntheticDataset("chexpert", root, { images: 60, seed: 1, imageSize: 32 });

const { table } = await readDataset("chexpert", root);
const findings = ["atelectasis", "edema"];
const labels = (uncertain: "ignore" | "negative" | "positive") =>
  applyLabelPolicy(table, { findings, policy: { uncertain, missing: "negative" } });

export const ignored = labels("ignore"); // an uncertain label is NaN: losses and metrics leave it out and count it
export const zeros = labels("negative"); // … is 0, as in the study
export const ones = labels("positive"); // … is 1
