import {
  comparisonTable,
  differenceFigure,
  expandable,
  forestFigure,
  protocolTable,
  type ReportSection,
  type ReportSubsection,
  type RocPanel,
  rocGrid,
  type SubgroupRow,
  subgroupFigure,
  subgroupTable,
} from "@cxrkit/report";
import { bandReplicates } from "../plan/measureStatistics.js";
import { predictionMatrices } from "../predictionMatrices.js";
import type { Study } from "../StudyRecord.js";
import { calibrationContent } from "./calibrationContent.js";
import { plainName } from "./plainName.js";
import type { ComparedModels } from "./ReportMaterial.js";

/** What came out of one comparison: numbers, intervals, curves, calibration, parts of the patients, both protocols. */
export async function comparisonSection(study: Study, compared: ComparedModels): Promise<ReportSection> {
  const { record, planned } = compared;
  const id = planned.file.replaceAll(/[^a-z0-9]+/gi, "-").toLowerCase();
  const comparison = study.protocol.name === "as-published" ? record.published : record.comparison;
  const hasPairs = comparison.pairs.length > 0;
  const few = record.leftOut.map(({ finding, numPositives }) => `${plainName(finding)} (${numPositives})`);
  const title = planned.name.replace(/^compare /, "");
  const subsections: ReportSubsection[] = [
    {
      id: `${id}-intervals`,
      title: hasPairs ? "Intervals and differences" : "Intervals",
      content: [
        await forestFigure(comparison, { title: `${title}: area under the ROC curve with its interval` }),
        ...(hasPairs
          ? [await differenceFigure(comparison, { title: `${title}: differences on the same resamples` })]
          : []),
      ],
    },
    {
      id: `${id}-curves`,
      title: "ROC curves",
      content: [
        await rocGrid(rocPanels(compared, comparison), {
          title: `${title}: ROC curves by finding`,
          band: { seed: study.seed, replicates: bandReplicates, patients: patientsOf(compared) },
        }),
      ],
    },
    { id: `${id}-calibration`, title: "Calibration", content: await calibrationContent(compared, title) },
    ...(await subgroupSubsection(id, title, compared)),
    {
      id: `${id}-protocols`,
      title: "Both protocols",
      lead: "The same scores by the published statistics and by the corrected ones.",
      content: [
        expandable("Areas and differences by both, and what the rules change", [
          protocolTable(record.published, record.comparison, { title: `${title}: both protocols` }),
        ]),
      ],
    },
  ];
  return {
    id,
    title: `Comparison: ${title}`,
    lead: `Area under the ROC curve on ${record.numImages} test images, finding by finding.`,
    content: [
      comparisonTable(comparison),
      ...(few.length > 0
        ? [`Left out because too few test images show them, with their number: ${few.join(", ")}.`]
        : []),
    ],
    subsections,
  };
}

function patientsOf({ predictions }: ComparedModels): readonly string[] {
  const [table] = predictions.values();
  return predictionMatrices(table!, []).patients;
}

function rocPanels(
  { predictions }: ComparedModels,
  { models }: ComparedModels["record"]["comparison"],
): RocPanel[] {
  const findings = Object.values(models)[0]?.perFinding ?? [];
  return findings.map(({ finding }, k) => ({
    finding,
    curves: [...predictions].map(([name, table]) => {
      const { labels, scores } = predictionMatrices(table, [finding]);
      return { name, labels: labels.data, scores: scores.data, estimate: models[name]!.perFinding[k]! };
    }),
  }));
}

async function subgroupSubsection(
  id: string,
  title: string,
  { record }: ComparedModels,
): Promise<ReportSubsection[]> {
  const rows = record.subgroups.flatMap(({ by, group, numImages, models }) =>
    Object.entries(models).map(
      ([model, { macro }]): SubgroupRow => ({
        model,
        attribute: { sex: "Sex", age: "Age", view: "View" }[by],
        group,
        n: numImages,
        numPositives: macro.numPositives,
        estimate: macro.estimate,
        lower: macro.lower,
        upper: macro.upper,
      }),
    ),
  );
  if (rows.length === 0) return [];
  const options = { title: `${title}: by sex, age and view`, measure: "mean AUROC" };
  return [
    {
      id: `${id}-groups`,
      title: "Parts of the patients",
      lead: "Mean over the findings that have enough positives in the part; parts have other findings and other patients, so compare models within a part.",
      content: [
        await subgroupFigure(rows, options),
        expandable("As a table, with counts", [
          subgroupTable(rows, { ...options, title: `${title}: numbers by sex, age and view` }),
        ]),
      ],
    },
  ];
}
