import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseStudy } from "./parseStudy.js";
import type { Study } from "./StudyRecord.js";

/** The only study that a command line asks for. */
function studyOf(...args: string[]): Study {
  const request = parseStudy(args);
  if (request.help || request.studies.length !== 1) throw new Error("one study was expected");
  return request.studies[0]!;
}

test("the command line's defaults make a study of ChestX-ray14 from random weights", () => {
  const request = parseStudy(["--data", "chestxray14=/data/nih", "--fresh"]);
  expect(request).toMatchObject({
    help: false,
    isFresh: true,
    action: { do: "run" },
    studies: [
      {
        protocol: { name: "corrected" },
        datasets: [{ label: "chestxray14", name: "chestxray14", root: "/data/nih" }],
        starts: [{ name: "random", model: "small", weights: { from: "random" } }],
        imageSize: 64,
        seed: 2026,
        command: "npm run study -- --data chestxray14=/data/nih",
      },
    ],
  });
  expect(parseStudy(["--help"])).toEqual({ help: true });
});

test("starts are named, and files belong to theirs", () => {
  const study = studyOf("--data", "chestxray14=x", "--start", "dinov2=a=b.safetensors", "--start", "random");
  expect(study.starts).toMatchObject([
    { name: "dinov2", head: "pytorch", weights: { from: "checkpoint", path: "a=b.safetensors" } },
    { name: "random", weights: { from: "random" } },
  ]);
  expect(study.comparisons).toEqual([{ name: "starts", starts: ["dinov2", "random"], list: "all" }]);
});

test("the demonstration takes other starts, too", () => {
  const { starts, datasets } = studyOf(
    "--preset",
    "demo",
    "--start",
    "dino=d.safetensors",
    "--start",
    "random",
  );
  expect(starts).toMatchObject([{ name: "dino", weights: { path: "d.safetensors" } }, { model: "tiny" }]);
  expect(datasets.every(({ drawing }) => drawing !== undefined)).toBe(true);
});

test("the paper's size has its three starts, with files where they are given", () => {
  const data = ["--data", "mimic-cxr=/m", "--data", "padchest=/p"];
  const study = studyOf("--preset", "paper", ...data, "--start", "imagenet=/w/b16.npz", "--epochs", "3");
  expect(study.starts.map(({ name, weights }) => [name, weights.from])).toEqual([
    ["dinov2", "checkpoint"],
    ["imagenet", "checkpoint"],
    ["mimic", "pretraining"],
  ]);
  expect(study.starts[1]?.weights).toEqual({ from: "checkpoint", path: "/w/b16.npz" });
  expect(study).toMatchObject({ imageSize: 224, finetuning: { epochs: 3, learningRate: 1e-5 } });
  const without = studyOf("--preset", "paper", "--data", "padchest=/p");
  expect(without.starts.map(({ name }) => name)).toEqual(["dinov2", "imagenet"]);
  expect(without.notices[0]).toMatch(/comparison with the MIMIC start is left out/);
});

test("--data-root takes the folders that have a collection's name, and --data goes before it", async () => {
  const root = await mkdtemp(join(tmpdir(), "cxrkit-root-"));
  try {
    for (const name of ["padchest", "chexpert", "notes"]) await mkdir(join(root, name));
    const study = studyOf("--data-root", root, "--data", "padchest=/elsewhere");
    const roots = study.datasets.map((dataset) => [dataset.name, dataset.root]);
    expect(Object.fromEntries(roots)).toEqual({
      padchest: "/elsewhere",
      chexpert: join(root, "chexpert"),
    });
  } finally {
    await rm(root, { recursive: true });
  }
});

test("--protocol both makes a study of each in a folder of its own, and --only chooses among them", () => {
  const args = ["--data", "chestxray14=x", "--out", "o", "--protocol", "both"];
  const both = parseStudy(args);
  expect(!both.help && both.studies.map(({ folder, protocol }) => [folder, protocol.name])).toEqual([
    [join("o", "as-published"), "as-published"],
    [join("o", "corrected"), "corrected"],
  ]);
  const one = parseStudy([
    ...args,
    "--only",
    "protocol=corrected,dataset=chestxray14",
    "--only",
    "start=random",
  ]);
  expect(one).toMatchObject({
    selection: { datasets: ["chestxray14"], starts: ["random"] },
    studies: [{ folder: join("o", "corrected") }],
  });
});

test("--uncertain changes what uncertain labels count as, and nothing else of the protocol", () => {
  const { protocol } = studyOf("--data", "chexpert=x", "--uncertain", "positive");
  expect(protocol.labels).toEqual({ uncertain: "positive", missing: "negative" });
});

test("--slurm keeps its own options out of the command line of the jobs", () => {
  const request = parseStudy(
    "--data chestxray14=x --slurm jobs --partition gpu --time=1-00:00:00 --gpus 1 --epochs 2".split(" "),
  );
  expect(request).toMatchObject({
    action: {
      do: "slurm",
      slurm: {
        folder: "jobs",
        args: ["--data", "chestxray14=x", "--epochs", "2"],
        partition: "gpu",
        time: "1-00:00:00",
        gpus: 1,
      },
    },
  });
});

test.each([
  [[], "--data is not right: must be given at least once, or --data-root"],
  [["--data", "nih=/x"], "--data is not right: must be NAME=FOLDER with NAME one of"],
  [["--data", "chestxray14=x", "--epochs", "0"], "--epochs is not right"],
  [["--data", "chestxray14=x", "--model", "huge"], "--model is not right"],
  [["--data", "chestxray14=x", "--preset", "tiny"], "--preset is not right"],
  [["--data", "chestxray14=x", "--only", "finding=mass"], "--only is not right: must be dataset=, start="],
  [["--data", "chestxray14=x", "--partition", "a b"], "--partition is not right"],
  [
    ["--data", "chestxray14=x", "--image-size", "70"],
    "--image-size must be a multiple of 8, the patch size of small, got 70",
  ],
  [
    ["--data", "chestxray14=x", "--start", "random", "--start", "random"],
    "--start must name each model once",
  ],
  [["--data", "chestxray14=x", "--nonsense"], "Unknown option '--nonsense'"],
])("parseStudy(%j) says what is wrong", (args, message) => {
  expect(() => parseStudy(args)).toThrow(message);
});
