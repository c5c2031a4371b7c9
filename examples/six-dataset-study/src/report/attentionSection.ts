import { join } from "node:path";
import { openImageStore } from "@cxrkit/datasets";
import {
  type AttentionExample,
  type AttentionMap,
  attentionFigure,
  type ReportSection,
} from "@cxrkit/report";
import { attentionOf } from "../attentionOf.js";
import { imageSizeOf } from "../modelConfig.js";
import { storePath } from "../stages/prepareStage.js";
import type { ComparedModels, ReportMaterial } from "./ReportMaterial.js";

const numExamples = 3;

/** Where the models of the first comparison look on a few test images that show something. */
export async function attentionSection({ study, compared }: ReportMaterial): Promise<ReportSection> {
  const [first] = compared as readonly [ComparedModels, ...ComparedModels[]];
  const { trainings, dataset } = first.planned;
  const [size] = trainings.map((training) => imageSizeOf(study, training));
  const shown = trainings.filter((training) => imageSizeOf(study, training) === size);
  const images = await openImageStore(join(study.folder, storePath(dataset, size as number)));
  try {
    const examples: AttentionExample[] = [];
    const rows = exampleRows(images.rows("test"), first);
    const pixels: Uint8Array[] = [];
    for (const { row } of rows) pixels.push(await images.pixels(row));
    const maps: AttentionMap[][] = rows.map(() => []);
    for (const training of shown) {
      const found = await attentionOf(study, training, pixels);
      for (const [i, map] of found.entries()) maps[i]?.push({ start: training.start.name, ...map });
    }
    rows.forEach(({ finding }, i) => {
      const words = finding.replaceAll("_", " ");
      examples.push({
        caption: `Label: ${words}`,
        alt: `Frontal chest radiograph, labelled ${words}`,
        pixels: pixels[i] as Uint8Array,
        width: images.size,
        height: images.size,
        maps: maps[i] as AttentionMap[],
      });
    });
    return {
      id: "attention",
      title: "Where the models look",
      lead: "Attention rollout of the class token or, where a model has none at its head, of the mean of the patches.",
      content: [await attentionFigure(examples, { title: `${dataset.label}: attention on test images` })],
    };
  } finally {
    await images.close();
  }
}

/** For the findings with most positives the first test image that shows one. */
function exampleRows(
  testRows: Int32Array,
  { record, predictions }: ComparedModels,
): { readonly row: number; readonly finding: string }[] {
  const [table] = predictions.values();
  const estimates = Object.values(record.comparison.models)[0]?.perFinding ?? [];
  const byPositives = [...estimates]
    .filter(({ finding }) => finding !== "no_finding" && finding !== "healthy")
    .sort((a, b) => b.numPositives - a.numPositives)
    .slice(0, numExamples);
  const taken = new Set<number>();
  return byPositives.flatMap(({ finding }) => {
    const labels = table?.getChild(`label:${finding}`);
    const at = testRows.findIndex((_, i) => labels?.get(i) === 1 && !taken.has(i));
    if (at < 0) return [];
    taken.add(at);
    return [{ row: testRows[at] as number, finding }];
  });
}
