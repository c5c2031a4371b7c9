import { join } from "node:path";
import { expect, test } from "vitest";
import { pandasFolder } from "../test/labelFiles.js";
import { chestXray14Findings } from "./_chestXray14Entries.js";
import { type Finding, findings } from "./findings.js";
import { type DatasetName, datasetNames } from "./Manifest.js";
import { mimicPretrainingFindings } from "./mimicPretrainingFindings.js";
import { readDataset } from "./readDataset.js";
import { studyFindings } from "./studyFindings.js";

/** The study's lists as printed in its code, with the words that the vocabulary has for some of them. */
const printed: Readonly<Record<string, readonly [string, string | null]>> = {
  "vindr-cxr": [
    "Cardiomegaly, Pleural effusion, Pneumonia, Atelectasis, No finding, Consolidation, Pneumothorax, Pleural thickening, Lung Opacity, Pulmonary fibrosis, Nodule/Mass",
    "Cardiomegaly, Pleural effusion, Pneumonia, Atelectasis, No finding, Consolidation, Pneumothorax, Lung Opacity",
  ],
  chestxray14: [
    "cardiomegaly, effusion, pneumonia, atelectasis, no_finding, consolidation, pneumothorax, fibrosis, emphysema, hernia, pleural_thickening, edema, nodule, mass",
    "cardiomegaly, effusion, pneumonia, atelectasis, no_finding, consolidation, pneumothorax",
  ],
  chexpert: [
    "cardiomegaly, pleural_effusion, pneumonia, atelectasis, no_finding, consolidation, pneumothorax, lung_opacity, lung_lesion, fracture",
    "cardiomegaly, pleural_effusion, pneumonia, atelectasis, no_finding, consolidation, pneumothorax, lung_opacity, lung_lesion, fracture",
  ],
  "mimic-cxr": [
    "cardiomegaly, pleural_effusion, pneumonia, atelectasis, no_finding, consolidation, pneumothorax, lung_opacity, lung_lesion, fracture",
    null,
  ],
  "uka-cxr": [
    "cardiomegaly, congestion, pleural_effusion_right, pleural_effusion_left, pneumonic_infiltrates_right, pneumonic_infiltrates_left, atelectasis_right, atelectasis_left, healthy",
    "cardiomegaly, pleural_effusion, pneumonic_infiltrates, atelectasis, healthy",
  ],
  padchest: [
    "cardiomegaly, pleural_effusion, pneumonia, atelectasis, no_finding, consolidation, pneumothorax, emphysema, hernia, scoliosis, congestion, aortic_elongation, kyphosis, COPD_signs, pleural_thickening, nodule_mass, infiltrates",
    "cardiomegaly, pleural_effusion, pneumonia, atelectasis, no_finding, consolidation, pneumothorax",
  ],
};
const words: Readonly<Record<string, Finding>> = {
  effusion: "pleural_effusion",
  pulmonary_fibrosis: "fibrosis",
  infiltrates: "infiltration",
};
const wordsOf = (list: string) =>
  list.split(", ").map((name) => {
    const word = name.toLowerCase().replaceAll(/[ /]/g, "_");
    return words[word] ?? word;
  });

test.each(Object.keys(printed) as DatasetName[])("%s has the study's lists, in the study's order", (name) => {
  const [full, reduced] = printed[name] as readonly [string, string | null];
  expect(studyFindings(name)).toEqual(wordsOf(full));
  expect(studyFindings(name, { start: "imagenet" })).toEqual(wordsOf(full));
  if (reduced === null)
    expect(() => studyFindings(name, { start: "mimic" })).toThrow("start must not be mimic for mimic-cxr");
  else expect(studyFindings(name, { start: "mimic" })).toEqual(wordsOf(reduced));
});

test("the MIMIC head has as many outputs as the target, and where both name one it is the same", () => {
  const numbers: readonly (readonly [DatasetName, number])[] = [
    ["chexpert", 10],
    ["vindr-cxr", 8],
    ["chestxray14", 7],
    ["padchest", 7],
    ["uka-cxr", 5],
    ["taix-ray", 4],
  ];
  for (const [target, number] of numbers) {
    const pretraining = mimicPretrainingFindings(target);
    const reduced = studyFindings(target, { start: "mimic" });
    expect([target, pretraining.length, reduced.length]).toEqual([target, number, number]);
    expect(pretraining).toEqual(studyFindings("mimic-cxr").slice(0, number));
    reduced.forEach((finding, k) => {
      if (pretraining.includes(finding)) expect(pretraining[k]).toBe(finding);
    });
  }
  expect(mimicPretrainingFindings("vindr-cxr").at(-1)).toBe("lung_opacity");
});

test("the vocabulary is in snake_case, has every word once, and begins with the fifteen of ChestX-ray14 in their order", () => {
  expect(new Set(findings).size).toBe(findings.length);
  for (const finding of findings) expect(finding).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
  expect(findings.slice(0, 15)).toEqual(chestXray14Findings);
  for (const finding of findings)
    if (finding.endsWith("_right")) expect(findings).toContain(finding.replace(/_right$/, "_left"));
});

test.each(["chestxray14", "vindr-cxr", "chexpert", "mimic-cxr", "uka-cxr", "taix-ray", "padchest"] as const)(
  "the manifest of %s has a column for each of its study's findings",
  async (name) => {
    const manifest = await readDataset(name, join(pandasFolder, name), { checkImages: false });
    for (const finding of studyFindings(name)) expect(manifest.findings).toContain(finding);
    for (const finding of manifest.findings) expect(findings).toContain(finding);
    if (name !== "mimic-cxr")
      for (const finding of studyFindings(name, { start: "mimic" }))
        expect(manifest.findings).toContain(finding);
  },
);

test("names and starts that are none are refused", () => {
  expect(datasetNames.map((name) => studyFindings(name).length)).toEqual([11, 14, 10, 10, 9, 8, 17, 4]);
  expect(() => studyFindings("nih" as never)).toThrow("studyFindings: name must be one of vindr-cxr");
  expect(() => studyFindings("chexpert", { start: "scratch" as never })).toThrow(
    "start must be one of dinov2, imagenet, mimic",
  );
  expect(() => mimicPretrainingFindings("vindr-pcxr")).toThrow("start must not be mimic for vindr-pcxr");
});
