import { rm } from "node:fs/promises";
import { join } from "node:path";
import { openImageStore } from "@cxrkit/datasets";
import {
  downloads,
  expandable,
  figureNumbers,
  type HtmlReportInput,
  htmlReport,
  type ReportSection,
  reportFiles,
} from "@cxrkit/report";
import type { Stage } from "../graph/Stage.js";
import { imageSizeOf } from "../modelConfig.js";
import { attentionSection } from "../report/attentionSection.js";
import { comparisonSection } from "../report/comparisonSection.js";
import { dataSection } from "../report/dataSection.js";
import { flowSection } from "../report/flowSection.js";
import { imageSection } from "../report/imageSection.js";
import { provenanceOf } from "../report/provenanceOf.js";
import { publishedSection } from "../report/publishedSection.js";
import { type ReportMaterial, readMaterial } from "../report/ReportMaterial.js";
import { reportingSection } from "../report/reportingSection.js";
import { resultsSection } from "../report/resultsSection.js";
import { summaryOf } from "../report/summaryOf.js";
import { trainingSection } from "../report/trainingSection.js";
import { resultsPath } from "../results.js";
import type { Study, StudyDataset } from "../StudyRecord.js";
import { trainingRecordPath, weightsPath } from "../TrainingRecord.js";
import type { PlannedTrainings } from "../trainings.js";
import { writeFileAtomic } from "../writeFileAtomic.js";
import { predictionsPath } from "./predictStage.js";
import { storePath } from "./prepareStage.js";
import { descriptionPath } from "./readStage.js";

/** Everything that a person looks at: one page, and its drawings and tables as files in `report/`. */
export function reportStage(
  study: Study,
  planned: PlannedTrainings,
  datasets: readonly StudyDataset[],
): Stage {
  const { folder, title, notices, seed, engine } = study;
  const { pretrainings, finetunings, comparisons } = planned;
  const trainings = [...pretrainings, ...finetunings];
  const stores = comparisons.flatMap(({ trainings: [first] }) =>
    first === undefined ? [] : [storePath(first.dataset, imageSizeOf(study, first))],
  );
  return {
    name: "report",
    kind: "report",
    version: 3,
    options: { title, notices, seed, engine, protocol: study.protocol.name },
    inputs: [
      resultsPath,
      ...new Set(stores),
      ...datasets.map(descriptionPath),
      ...trainings.map(trainingRecordPath),
      ...finetunings.map(weightsPath),
      ...finetunings.map(predictionsPath),
    ],
    outputs: ["report.html", "report/README.md"],
    async run({ progress, signal }) {
      const report = await compose(await readMaterial(study, datasets, planned), (done, total, words) => {
        signal.throwIfAborted();
        progress(done, total, words);
      });
      await writeFileAtomic(join(folder, "report.html"), htmlReport(report));
      await rm(join(folder, "report"), { recursive: true, force: true });
      for (const [path, content] of reportFiles(report))
        if (path !== "report.html") await writeFileAtomic(join(folder, "report", path), content);
    },
  };
}

async function compose(
  material: ReportMaterial,
  progress: (done: number, total: number, words: string) => void,
): Promise<HtmlReportInput> {
  const { study, results, compared } = material;
  const total = compared.length + 5;
  const sections: ReportSection[] = [flowSection(material)];
  const add = async (words: string, section: Promise<ReportSection>) => {
    progress(sections.length, total, words);
    sections.push(await section);
  };
  await add("results", resultsSection(results));
  for (const one of compared) await add(one.planned.name, comparisonSection(study, one));
  const published = publishedSection(material);
  if (published !== undefined) sections.push(published);
  await add("images", imagesOf(material));
  await add("attention", attentionSection(material));
  await add("training", trainingSection(material));
  sections.push(dataSection(material), reportingSection(material), filesSection(material, sections));
  return {
    title: study.title,
    summary: [...summaryOf(results), ...study.notices],
    generated: `Made ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC by ${study.command}`,
    sections,
    provenance: provenanceOf(material),
  };
}

async function imagesOf({ study, compared }: ReportMaterial): Promise<ReportSection> {
  const { planned, predictions } = compared[0]!;
  const [training] = planned.trainings;
  const path = storePath(planned.dataset, imageSizeOf(study, training!));
  const images = await openImageStore(join(study.folder, path));
  try {
    return await imageSection(images, [...predictions][0]!);
  } finally {
    await images.close();
  }
}

/** Most characters of files inside the page; larger ones stand in the folder beside it only. */
const mostInPage = 3_000_000;

function filesSection({ results }: ReportMaterial, sections: readonly ReportSection[]): ReportSection {
  const content = `${JSON.stringify(results)}\n`;
  const numbers = figureNumbers(sections);
  const size = numbers.reduce((sum, one) => sum + one.content.length, 0);
  const file = { name: "results.json", content, description: "every number of this page" };
  return {
    id: "files",
    title: "Files",
    content: [
      ...(content.length < mostInPage ? [downloads([file])] : []),
      ...(numbers.length > 0 && size < mostInPage
        ? [expandable("The numbers behind each figure", [downloads(numbers, { title: "One file a figure" })])]
        : []),
      "Drawings with their numbers, and tables, stand as SVG, CSV, Markdown and LaTeX in the folder report beside this page.",
    ],
  };
}
