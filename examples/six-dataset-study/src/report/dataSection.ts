import type { DatasetDescription } from "@cxrkit/datasets";
import { datasetCard, type Fact, type ReportSection } from "@cxrkit/report";
import type { ReportMaterial } from "./ReportMaterial.js";

/** What the images are and where they come from. */
export function dataSection({ datasets }: ReportMaterial): ReportSection {
  return {
    id: "data",
    title: "Data",
    lead: "Patients are in one split only. Counts are of labels as the source gives them.",
    content: datasets.map(({ dataset, description }) => card(dataset.label, description)),
  };
}

function card(
  name: string,
  { images, patients, splits, age, sexes, views, findings, ...rest }: DatasetDescription,
) {
  const counts = (record: Readonly<Record<string, number>>) =>
    Object.entries(record)
      .map(([key, count]) => `${key} ${count}`)
      .join(", ");
  // A collection without ages has NaN here, which JSON reads back as null.
  const hasAge = Number.isFinite(age.mean);
  const facts: Fact[] = [
    { label: "Images", value: `${images} of ${patients} patients` },
    ...Object.entries(splits).map(([split, part]) => ({
      label: { train: "Training", valid: "Validation", test: "Test" }[split] ?? split,
      value: `${part.images} images of ${part.patients} patients`,
    })),
    {
      label: "Age",
      value: hasAge ? `${age.min} to ${age.max} years, mean ${age.mean.toFixed(1)}` : "not known",
    },
    { label: "Sex", value: counts(sexes) },
    { label: "View", value: counts(views) },
  ];
  return datasetCard({
    name,
    facts,
    findings: Object.entries(findings).map(([finding, count]) => ({
      finding,
      numPositives: count.positives,
      numNegatives: count.negatives,
      numUncertain: count.uncertain,
      numMissing: count.missing,
    })),
    notes: rest.warnings.map(({ count, message }) => `${count} × ${message}`),
  });
}
