import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Protocol } from "@cxrkit/datasets";
import { slurmOptions, splitOnce, withoutOptions } from "./argumentLists.js";
import { type StudyOptions as Options, optionTypes, studyOptions } from "./commandLine.js";
import type { StageSelection } from "./graph/selectStages.js";
import type { Study } from "./StudyRecord.js";
import { studyOf } from "./studyOf.js";
import type { SlurmOptions } from "./writeSlurm.js";

/** What is to be done with a study. */
type StudyAction =
  | { readonly do: "run" }
  | { readonly do: "plan"; readonly measure: boolean }
  | { readonly do: "slurm"; readonly slurm: SlurmOptions };

/** What the command line asks for. */
export type StudyRequest =
  | { readonly help: true }
  | {
      readonly help: false;
      /** One study a protocol. */
      readonly studies: readonly Study[];
      readonly action: StudyAction;
      readonly selection: StageSelection;
      /** The only stages to run, by name; empty for all. */
      readonly stages: readonly string[];
      readonly isFresh: boolean;
      /** Whether events are printed as JSON, one a line. */
      readonly isJson: boolean;
    };

/**
 * Reads the command line of the study.
 *
 * @throws RangeError that names the option, the rule and the value.
 */
export function parseStudy(args: readonly string[]): StudyRequest {
  const { values } = parseArgs({ args: [...args], options: optionTypes });
  if (values.help === true) return { help: true };
  const parsed = studyOptions.safeParse(values);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const option = String(issue?.path[0]);
    const got = (values as Record<string, unknown>)[option] ?? "nothing";
    throw new RangeError(`study: --${option} is not right: ${issue?.message}, got ${String(got)}`);
  }
  const options = parsed.data;
  const { datasets, starts, protocols: wanted } = selectionOf(options);
  const names: readonly Protocol[] =
    options.protocol === "both" ? ["as-published", "corrected"] : [options.protocol];
  const studies = names
    .filter((name) => wanted?.includes(name) ?? true)
    .map((name) => {
      const study = studyOf(options, name, args);
      return names.length > 1 ? { ...study, folder: join(study.folder, name) } : study;
    });
  return {
    help: false,
    studies,
    action: actionOf(options, args),
    selection: {
      ...(datasets === undefined ? {} : { datasets }),
      ...(starts === undefined ? {} : { starts }),
    },
    stages: options.stage,
    isFresh: options.fresh,
    isJson: options.json,
  };
}

function selectionOf({ only }: Options): {
  readonly datasets?: readonly string[];
  readonly starts?: readonly string[];
  readonly protocols?: readonly string[];
} {
  const pairs = only.flatMap((text) => text.split(",").map(splitOnce));
  const valuesOf = (key: string) => pairs.filter(([name]) => name === key).map(([, value]) => value);
  const [datasets, starts, chosen] = ["dataset", "start", "protocol"].map(valuesOf) as [
    string[],
    string[],
    string[],
  ];
  return {
    ...(datasets.length > 0 ? { datasets } : {}),
    ...(starts.length > 0 ? { starts } : {}),
    ...(chosen.length > 0 ? { protocols: chosen } : {}),
  };
}

function actionOf(options: Options, args: readonly string[]): StudyAction {
  if (options.plan) return { do: "plan", measure: !options["no-measure"] };
  if (options.slurm === undefined) return { do: "run" };
  const { slurm: folder, partition, time, gpus, memory } = options;
  const rest = withoutOptions(args, ["--fresh"], slurmOptions);
  return {
    do: "slurm",
    slurm: {
      folder,
      args: rest,
      gpus,
      ...(partition === undefined ? {} : { partition }),
      ...(time === undefined ? {} : { time }),
      ...(memory === undefined ? {} : { memory }),
    },
  };
}
