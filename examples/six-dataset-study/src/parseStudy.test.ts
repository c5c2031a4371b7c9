import { expect, test } from "vitest";
import { parseStudy } from "./parseStudy.js";

test("the command line's defaults make a study of ChestX-ray14 from random weights", () => {
  const request = parseStudy(["--data", "chestxray14=/data/nih", "--fresh"]);
  expect(request).toMatchObject({
    help: false,
    isFresh: true,
    study: {
      target: { name: "chestxray14", root: "/data/nih" },
      starts: [{ name: "random", from: "random" }],
      preset: "small",
      imageSize: 64,
      seed: 2026,
      command: "npm run study -- --data chestxray14=/data/nih",
    },
  });
  expect(parseStudy(["--help"])).toEqual({ help: true });
});

test("starts are named, and files belong to theirs", () => {
  const request = parseStudy([
    "--data",
    "chestxray14=x",
    "--start",
    "dinov2=a=b.safetensors",
    "--start",
    "random",
  ]);
  expect(!request.help && request.study.starts).toEqual([
    { name: "dinov2", from: "checkpoint", path: "a=b.safetensors" },
    { name: "random", from: "random" },
  ]);
});

test.each([
  [[], "--data is not right"],
  [["--data", "nih=/x"], "--data is not right: must be NAME=FOLDER with NAME one of"],
  [["--data", "chestxray14=x", "--epochs", "0"], "--epochs is not right"],
  [["--data", "chestxray14=x", "--preset", "huge"], "--preset is not right"],
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
