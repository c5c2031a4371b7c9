import type { DatasetName } from "@cxrkit/datasets";
import { type PublishedRow, publishedTable, type ReportSection } from "@cxrkit/report";
import { plainName } from "./plainName.js";
import type { ReportMaterial } from "./ReportMaterial.js";

/**
 * Areas on the same test sets by a convolutional network of the same group, by the five findings that its collections
 * share: cardiomegaly, effusion, pneumonia, atelectasis, no finding. A result far from them points to a fault in data or
 * labels. The tables of the study itself are not known here, so no number of it is shown.
 */
const reference: Readonly<Partial<Record<DatasetName, readonly number[]>>> = {
  "vindr-cxr": [0.96, 0.98, 0.92, 0.9, 0.91],
  chestxray14: [0.88, 0.83, 0.71, 0.76, 0.72],
  chexpert: [0.87, 0.88, 0.76, 0.7, 0.88],
  "uka-cxr": [0.85, 0.91, 0.92, 0.86, 0.86],
  padchest: [0.93, 0.96, 0.86, 0.86, 0.86],
};
const findings = ["cardiomegaly", "pleural_effusion", "pneumonia", "atelectasis", "no_finding"];
const source = "authors' figure code of a sibling study, CNN";

/** Published numbers beside ours; undefined where no collection of the study has one, or all images are drawn. */
export function publishedSection({ compared }: ReportMaterial): ReportSection | undefined {
  const rows = compared.flatMap(({ planned, record }): PublishedRow[] => {
    const { name, label, drawing } = planned.dataset;
    const values = reference[name];
    if (values === undefined || drawing !== undefined) return [];
    return Object.entries(record.comparison.models).flatMap(([start, { perFinding }]) =>
      findings.flatMap((finding, k): PublishedRow[] => {
        const ours = perFinding.find((estimate) => estimate.finding === finding);
        if (ours === undefined) return [];
        return [
          {
            subject: `${label}, ${plainName(finding)}, ${start} (${record.name})`,
            measure: "AUROC",
            published: values[k] as number,
            source,
            ours: ours.estimate,
            lower: ours.lower,
            upper: ours.upper,
          },
        ];
      }),
    );
  });
  if (rows.length === 0) return undefined;
  return {
    id: "published",
    title: "Published numbers",
    lead: "Numbers of another network on the same test sets, as a band in which a result may be expected.",
    content: [
      publishedTable(rows, {
        title: "A convolutional network of the same group, and ours",
        notes: [
          "The network, its size of images and its list of findings are not those of this study; no tolerance is set.",
        ],
      }),
    ],
  };
}
