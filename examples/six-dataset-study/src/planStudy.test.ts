import { datasetNames } from "@cxrkit/datasets";
import { expect, test } from "vitest";
import { needs, selectStages } from "./graph/selectStages.js";
import { planStudy } from "./planStudy.js";
import { asPublished, corrected } from "./protocols.js";
import { sharedFindings } from "./sharedFindings.js";
import { demoStudy, paperStudy } from "./study.js";
import { planTrainings } from "./trainings.js";

const six = ["vindr-cxr", "chestxray14", "chexpert", "mimic-cxr", "uka-cxr", "padchest"] as const;
const data = Object.fromEntries(six.map((name) => [name, `/data/${name}`]));
const paper = paperStudy({ folder: "/out", data });

test("the paper's study has four pretrainings, 21 fine-tunings and the eleven comparisons that it made", () => {
  const { pretrainings, finetunings, comparisons } = planTrainings(paper);
  expect(pretrainings.map(({ name }) => name)).toEqual([
    "pretrain mimic-cxr 8",
    "pretrain mimic-cxr 7",
    "pretrain mimic-cxr 10",
    "pretrain mimic-cxr 5",
  ]);
  // Six from DINOv2 and six from ImageNet on the full lists, five from MIMIC-CXR, and DINOv2 once more where the
  // reduced list is another one, which it is not for CheXpert.
  expect(finetunings).toHaveLength(6 + 6 + 5 + 4);
  expect(comparisons.filter(({ comparison }) => comparison.name === "dinov2-imagenet")).toHaveLength(6);
  const withMimic = comparisons.filter(({ comparison }) => comparison.name === "dinov2-mimic");
  expect(withMimic.map(({ dataset }) => dataset.label)).toEqual(six.filter((name) => name !== "mimic-cxr"));
});

test("heads, lists and checkpoints of the paper's study are those of its specification", () => {
  const { pretrainings, finetunings } = planTrainings(paper);
  const one = (name: string) => [...pretrainings, ...finetunings].find((training) => training.name === name)!;
  expect(one("pretrain mimic-cxr 7")).toMatchObject({
    head: "timm",
    checkpoint: expect.stringMatching(/B_16.*npz$/),
  });
  expect(one("finetune padchest mimic reduced")).toMatchObject({
    head: "transferred",
    checkpoint: "models/pretrained-mimic-cxr-7.safetensors",
    findings: expect.arrayContaining(["pneumothorax"]),
  });
  expect(one("finetune uka-cxr mimic reduced").findings).toHaveLength(5);
  expect(one("finetune chestxray14 dinov2").findings).toHaveLength(14);
  expect(one("finetune chestxray14 dinov2 reduced").findings).toHaveLength(7);
  expect(one("finetune padchest dinov2")).toMatchObject({
    head: "pytorch",
    start: { model: "dinov2-vit-b14" },
  });
  expect(one("finetune padchest imagenet")).toMatchObject({
    head: "timm",
    start: { model: "vit-b16-in21k" },
  });
});

test("every stage comes after those whose files it reads, and names and files are unique", () => {
  for (const study of [paper, demoStudy("/out"), { ...paper, checkFiles: true, protocol: asPublished }]) {
    const stages = planStudy(study);
    expect(new Set(stages.map(({ name }) => name)).size).toBe(stages.length);
    const outputs = stages.flatMap((stage) => stage.outputs);
    expect(new Set(outputs).size).toBe(outputs.length);
    stages.forEach((stage, i) => {
      for (const later of stages.slice(i))
        expect(needs(stage, later), `${stage.name}: ${later.name}`).toBe(false);
      const isFromOutside = (path: string) => path.startsWith("/") || /starts\//.test(path);
      for (const path of stage.inputs)
        if (!isFromOutside(path)) expect(outputs, `${stage.name} reads ${path}`).toContain(path);
    });
  }
});

test("a part of a study brings what it needs, and nothing that is about others", () => {
  const stages = planStudy(paper);
  const names = selectStages(stages, { datasets: ["padchest"], starts: ["mimic"] }).map(({ name }) => name);
  expect(names).toEqual([
    "read mimic-cxr",
    "read padchest",
    "prepare mimic-cxr",
    "prepare padchest",
    "pretrain mimic-cxr 7",
    "finetune padchest mimic reduced",
    "predict padchest mimic reduced",
  ]);
  expect(() => selectStages(stages, { datasets: ["nowhere"] })).toThrow(
    /must leave a stage, got none for nowhere/,
  );
});

test("a start that a study does not have, or a dataset to pretrain on, is named", () => {
  const { datasets, ...rest } = demoStudy("/out");
  const comparisons = [{ name: "starts", starts: ["dino"], list: "all" }];
  expect(() => planStudy({ ...rest, datasets, comparisons })).toThrow(
    "a start must be one of pretrained, random, got dino",
  );
  expect(() => planStudy({ ...rest, datasets: [datasets[1]!] })).toThrow(
    "start pretrained must be pretrained on one of the study's datasets, got source, which is not among target",
  );
});

test("what an option decides is in the options of the stages that it concerns, and of no others", () => {
  const keys = (study: typeof paper) =>
    new Map(planStudy(study).map(({ name, version, options }) => [name, JSON.stringify([version, options])]));
  const before = keys(paper);
  const changed = (change: Partial<typeof paper>) =>
    [...keys({ ...paper, ...change })]
      .filter(([name, key]) => before.get(name) !== key)
      .map(([name]) => name.split(" ")[0]);
  const kinds = (change: Partial<typeof paper>) => [...new Set(changed(change))];
  expect(kinds({ replicates: 10 })).toEqual(["compare", "summarise"]);
  expect(kinds({ minimumPositives: 7 })).toEqual(["compare"]);
  expect(kinds({ finetuning: { ...paper.finetuning, epochs: 2 } })).toEqual(["finetune"]);
  expect(kinds({ pretraining: { ...paper.pretraining, epochs: 2 } })).toEqual(["pretrain"]);
  expect(kinds({ notices: ["Mind this."] })).toEqual(["report"]);
  expect(kinds({ protocol: asPublished })).toEqual(
    expect.arrayContaining(["read", "prepare", "pretrain", "finetune", "predict", "compare", "report"]),
  );
});

test("the protocols differ in every row of the specification that a study can choose", () => {
  const differing = Object.keys(asPublished).filter((key) => {
    const [a, b] = [asPublished, corrected].map((protocol) => protocol[key as keyof typeof protocol]);
    return typeof a === "function" ? false : JSON.stringify(a) !== JSON.stringify(b);
  });
  expect(differing).toEqual([
    "name",
    "normalise",
    "validation",
    "monitor",
    "threshold",
    "statistics",
    "oneClass",
    "labels",
    "reading",
    "positivesOf",
    "swapSides",
    "lastBatch",
  ]);
  expect(asPublished.preparation(true)).toEqual({ name: "as-published", route: "direct", jpeg: true });
  expect(corrected.preparation(true)).toEqual({ name: "corrected" });
});

test("sides are shared as one finding, and Aachen's words mean what the others call it", () => {
  const shared = sharedFindings(["cardiomegaly", "atelectasis_right", "atelectasis_left", "healthy", "mass"]);
  expect([...shared]).toEqual([
    ["cardiomegaly", ["cardiomegaly"]],
    ["atelectasis", ["atelectasis_right", "atelectasis_left"]],
    ["no_finding", ["healthy"]],
    ["mass", ["mass"]],
  ]);
});

test("every collection can be in the paper's study or says why not", () => {
  for (const name of datasetNames.filter((known) => known !== "vindr-pcxr"))
    expect(planStudy(paperStudy({ folder: "/out", data: { [name]: "/d" } })).length).toBeGreaterThan(5);
  expect(() => planStudy(paperStudy({ folder: "/out", data: {} }))).toThrow(/at least one dataset must have/);
});
