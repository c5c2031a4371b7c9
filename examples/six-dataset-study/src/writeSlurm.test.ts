import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jsonEvents } from "./jsonEvents.js";
import { planStudy } from "./planStudy.js";
import { demoStudy } from "./study.js";
import { writeSlurm } from "./writeSlurm.js";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "cxrkit slurm-"));
  const study = demoStudy("out/demo");
  const args = ["--preset", "demo", "--out", "elsewhere", "--protocol", "both"];
  await writeSlurm(study, planStudy(study), { folder: root, args, gpus: 2, partition: "gpu", memory: "64G" });
});
afterAll(() => rm(root, { recursive: true }));
const file = (name: string) => readFile(join(root, "corrected", name), "utf8");

test("each kind of stage is a job array over a list of its stages", async () => {
  expect((await file("finetune.txt")).split("\n")).toEqual([
    "finetune target pretrained",
    "finetune target random",
    "",
  ]);
  const script = await file("finetune.sbatch");
  expect(script).toMatch(/^#SBATCH --array=0-1$/m);
  expect(script).toMatch(/^#SBATCH --partition=gpu$/m);
  expect(script).toMatch(/^#SBATCH --mem=64G$/m);
  expect(script).toMatch(/^#SBATCH --gpus=2$/m);
  expect(script).toMatch(/^#SBATCH --requeue$/m);
  expect(await file("read.sbatch")).not.toContain("--gpus");
});

test("a job runs the study of its own protocol and folder with one stage", async () => {
  const script = await file("read.sbatch");
  expect(script).toMatch(
    /main\.js --preset demo --protocol corrected --out \/\S+\/out\/demo --stage "\$stage" &$/m,
  );
  expect(script).toContain(`mapfile -t stages < '${root}/corrected/read.txt'`);
});

test("jobs wait for the kinds of stages whose files they read", async () => {
  const submit = await file("submit.sh");
  const dependencies = [...submit.matchAll(/^(\w+)=\$\(sbatch --parsable "\$@"(.*) "\$here/gm)].map(
    ([, kind, dependency]) => [kind, dependency!.trim()],
  );
  expect(Object.fromEntries(dependencies)).toEqual({
    draw: "",
    read: "--dependency=afterok:$draw",
    prepare: "--dependency=afterok:$read",
    pretrain: "--dependency=afterok:$read:$prepare",
    finetune: "--dependency=afterok:$read:$prepare:$pretrain",
    predict: "--dependency=afterok:$prepare:$finetune",
    compare: "--dependency=afterok:$read:$predict",
    summarise: "--dependency=afterok:$compare",
    report: "--dependency=afterok:$read:$prepare:$pretrain:$finetune:$predict:$summarise",
  });
});

test("events for machines are JSON, one object a line", () => {
  const lines: string[] = [];
  const view = jsonEvents((line) => lines.push(line))("read target");
  view.note("7 × something");
  view.progress(1, 1, "1/1");
  view.finish("done");
  const events = lines.map((line) => JSON.parse(line) as { event: string; stage: string; time: string });
  expect(events.map(({ event }) => event)).toEqual(["start", "note", "progress", "end"]);
  for (const { stage, time } of events)
    expect([stage, Number.isNaN(Date.parse(time))]).toEqual(["read target", false]);
});
