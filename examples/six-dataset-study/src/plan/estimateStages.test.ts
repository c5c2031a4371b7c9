import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { planStudy } from "../planStudy.js";
import { demoStudy } from "../study.js";
import { estimateStages } from "./estimateStages.js";

test("an estimate scales a few measured updates up to all epochs, and is measured once a model and machine", async () => {
  const folder = await mkdtemp(join(tmpdir(), "cxrkit-estimate-"));
  try {
    const study = demoStudy(folder);
    const tiny = {
      ...study,
      starts: study.starts.map((start) => ({ ...start, model: "two-block" as const })),
    };
    const at16 = { ...tiny, imageSize: 16, engine: "onnx-cpu" as const };
    const stages = planStudy(at16);
    const notes: string[] = [];
    const options = { measure: true, note: (line: string) => void notes.push(line) };
    const estimates = await estimateStages(at16, stages, options);
    expect(notes).toEqual([]);
    const training = estimates.get("finetune target random")!;
    expect(training.seconds).toBeGreaterThan(0);
    expect(training.diskBytes).toBeGreaterThan(0);
    const pretraining = estimates.get("pretrain source")!;
    expect(pretraining.diskBytes).toBe(training.diskBytes);
    expect(pretraining.seconds).toBeGreaterThan(training.seconds!);
    expect(estimates.get("prepare target")).toEqual({ seconds: 600 / 40, diskBytes: 600 * 16 * 16 });
    const comparing = estimates.get("compare target")!.seconds!;
    expect(comparing).toBeGreaterThan(0);
    expect(estimates.get("report")!.seconds).toBeGreaterThan(0);
    const tenfold = { ...at16, replicates: 10 * at16.replicates };
    const longerComparing = await estimateStages(tenfold, planStudy(tenfold), options);
    expect(longerComparing.get("compare target")!.seconds).toBeCloseTo(10 * comparing, 6);
    const twice = { ...at16, finetuning: { ...at16.finetuning, epochs: 30 } };
    const longer = await estimateStages(twice, planStudy(twice), options);
    expect(longer.get("finetune target random")!.seconds).toBeCloseTo(2 * training.seconds!, 6);
    expect(await readdir(join(folder, "plan"))).toHaveLength(2);
    const unmeasured = await estimateStages(at16, stages, { ...options, measure: false });
    expect(unmeasured.has("finetune target random")).toBe(false);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);
