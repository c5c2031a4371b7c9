import { createRequire } from "node:module";
import { version } from "node:process";
import type { DatasetDescription } from "@cxrkit/datasets";
import type { Fact } from "@cxrkit/report";
import type { Study } from "../Study.js";

/** All packages are released under one version. */
const { version: cxrkitVersion } = createRequire(import.meta.url)("@cxrkit/training/package.json") as {
  readonly version: string;
};

/** What the numbers rest on. */
export function provenanceOf(
  { command, preset, imageSize, seed }: Study,
  engine: string,
  descriptions: readonly DatasetDescription[],
): Fact[] {
  const sources = descriptions.map(({ metadata }) => metadata);
  const unique = [...new Map(sources.map((metadata) => [metadata.citation, metadata])).values()];
  return [
    { label: "Command", value: command },
    { label: "Model", value: `${preset}, images of ${imageSize} px` },
    { label: "Seed", value: String(seed) },
    { label: "Engine", value: engine },
    { label: "cxrkit", value: cxrkitVersion },
    { label: "Node.js", value: version },
    ...unique.flatMap(({ dataset = "", version: edition = "", licence = "", citation = "" }) => [
      { label: "Layout of the data", value: `${dataset} ${edition}` },
      { label: "Terms of use", value: licence },
      { label: "Please cite", value: citation },
    ]),
  ];
}
