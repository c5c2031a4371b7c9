import type { Stage } from "./Stage.js";

/** Which part of a study is wanted: datasets and starts by name; left out, all. */
export interface StageSelection {
  readonly datasets?: readonly string[];
  readonly starts?: readonly string[];
}

/**
 * The stages that are about the wanted datasets and starts alone, and all that they need. What is about all datasets or
 * all starts, such as the report, is left out when some are not wanted.
 *
 * @throws RangeError if nothing is left.
 */
export function selectStages(stages: readonly Stage[], { datasets, starts }: StageSelection): Stage[] {
  if (datasets === undefined && starts === undefined) return [...stages];
  const isWanted = ({ dataset, starts: own }: Stage) =>
    (datasets === undefined || (dataset !== undefined && datasets.includes(dataset))) &&
    (starts === undefined || (own?.every((start) => starts.includes(start)) ?? false));
  const wanted = stages.filter(isWanted);
  if (wanted.length === 0)
    throw new RangeError(
      `study: --only must leave a stage, got none for ${[...(datasets ?? []), ...(starts ?? [])].join(", ")}`,
    );
  return withNeeded(stages, wanted);
}

/** Some stages of a study and all that they need, in the study's order. */
function withNeeded(stages: readonly Stage[], wanted: readonly Stage[]): Stage[] {
  const chosen = new Set(wanted);
  for (const stage of stages.toReversed()) {
    if (!chosen.has(stage)) continue;
    for (const other of stages) if (needs(stage, other)) chosen.add(other);
  }
  return stages.filter((stage) => chosen.has(stage));
}

/** Whether a stage reads what another one writes. */
export function needs(stage: Stage, other: Stage): boolean {
  return stage.inputs.some((path) => other.outputs.includes(path));
}
