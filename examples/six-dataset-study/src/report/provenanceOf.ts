import { createRequire } from "node:module";
import { version } from "node:process";
import type { Fact } from "@cxrkit/report";
import type { ReportMaterial } from "./ReportMaterial.js";

/** All packages are released under one version. */
const { version: cxrkitVersion } = createRequire(import.meta.url)("@cxrkit/training/package.json") as {
  readonly version: string;
};

/** What the numbers rest on. */
export function provenanceOf({ study, datasets, trainings, stages }: ReportMaterial): Fact[] {
  const { command, imageSize, seed, protocol } = study;
  const sources = datasets.map(({ description }) => description.metadata);
  const unique = [...new Map(sources.map((metadata) => [metadata.citation, metadata])).values()];
  const models = stages.flatMap(({ outputs }) =>
    Object.entries(outputs).filter(([path]) => path.endsWith(".safetensors")),
  );
  return [
    { label: "Command", value: command },
    { label: "Protocol", value: protocol.name },
    {
      label: "Models",
      value: `${[...new Set(study.starts.map(({ model }) => model ?? "shape of the start's file"))].join(", ")}; images of ${imageSize} px`,
    },
    { label: "Seed", value: String(seed) },
    { label: "Engine", value: [...new Set(trainings.map(({ record }) => record.engine))].join("; ") },
    { label: "cxrkit", value: cxrkitVersion },
    { label: "Node.js", value: version },
    ...unique.flatMap(({ dataset = "", version: edition = "", licence = "", citation = "" }) => [
      { label: "Layout of the data", value: `${dataset} ${edition}` },
      { label: "Terms of use", value: licence },
      { label: "Please cite", value: citation },
    ]),
    ...models.map(([path, sha256]) => ({ label: path, value: `SHA-256 ${sha256}` })),
  ];
}
