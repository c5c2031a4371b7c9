import { type Fact, type FlowBox, type ReportSection, studyFlow } from "@cxrkit/report";
import type { Start } from "../StudyRecord.js";
import type { ReportMaterial } from "./ReportMaterial.js";

/** From the collections over the starts to the comparisons, with the numbers that remain at each step. */
export function flowSection({ study, datasets, trainings, compared }: ReportMaterial): ReportSection {
  const collections = datasets.map(({ dataset, description }): FlowBox => {
    const splits = Object.entries(description.splits).map(
      ([split, part]): Fact => ({ label: split, value: `${part.images} images, ${part.patients} patients` }),
    );
    return { name: dataset.label, counts: splits };
  });
  const excluded = datasets.flatMap(({ dataset, description }) =>
    Object.entries(description.dropped).map(
      ([code, count]): Fact => ({ label: `${dataset.label}, ${code}`, value: String(count) }),
    ),
  );
  const used = study.starts.filter(({ name }) =>
    trainings.some(({ training }) => training.start.name === name),
  );
  const models = trainings.filter(({ training }) => training.name.startsWith("finetune"));
  const fineTuned = datasets.flatMap(({ dataset }): FlowBox[] => {
    const own = models.filter(({ training }) => training.dataset.label === dataset.label);
    const counts = own.map(
      ({ training, record }): Fact => ({
        label: training.start.name,
        value: `${record.findings.length} findings, epoch ${record.bestEpoch}`,
      }),
    );
    return own.length === 0 ? [] : [{ name: dataset.label, counts }];
  });
  const comparisons = compared.map(
    ({ planned, record }): FlowBox => ({
      name: planned.name.replace(/^compare /, ""),
      detail: planned.comparison.starts.join(" and "),
      counts: [{ label: "test images", value: String(record.numImages) }],
    }),
  );
  const steps = [
    { title: "Collections", boxes: collections, ...(excluded.length > 0 ? { excluded } : {}) },
    { title: "Starts", boxes: used.map((start) => ({ name: start.name, detail: detailOf(start) })) },
    { title: "Fine-tuning", boxes: fineTuned },
    { title: "Comparisons", boxes: comparisons },
  ];
  return {
    id: "flow",
    title: "Flow of the study",
    lead: `Protocol ${study.protocol.name}.`,
    content: [studyFlow(steps, { title: "From the collections to the comparisons" })],
  };
}

function detailOf({ weights, model, head }: Start): string {
  const shape = model ?? "shape of its file";
  const from =
    weights.from === "random"
      ? "drawn at random"
      : weights.from === "checkpoint"
        ? "weights from a file"
        : `trained on ${weights.on}${weights.startingFrom === undefined ? "" : ` from ${weights.startingFrom}`}`;
  return `${shape}, ${from}; head ${head === "transferred" ? "transferred" : `drawn as ${head} does`}`;
}
