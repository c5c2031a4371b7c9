import { chmod } from "node:fs/promises";
import { join, resolve } from "node:path";
import { cwd, execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { type Stage, type StageKind, stageKinds } from "./graph/Stage.js";
import { needs } from "./graph/selectStages.js";
import type { Study } from "./StudyRecord.js";
import { writeFileAtomic } from "./writeFileAtomic.js";

/** What the jobs ask for. */
export interface SlurmOptions {
  /** Folder of the scripts. */
  readonly folder: string;
  /** Command line of the study, without the options of Slurm. */
  readonly args: readonly string[];
  /** Graphics processors of a job that runs a model. */
  readonly gpus: number;
  /** @defaultValue the cluster's own */
  readonly partition?: string;
  /** Longest time of a job, such as `1-00:00:00`. @defaultValue the partition's */
  readonly time?: string;
  /** Memory of a job, such as `64G`. @defaultValue the cluster's */
  readonly memory?: string;
}

/** How often a task queues itself again: long trainings reach the limit of time some dozen times. */
const maxRestarts = 50;

/** Kinds of stages that run a model. */
const modelKinds: readonly StageKind[] = ["pretrain", "finetune", "predict", "cross", "report"];

/**
 * Writes a job array for each kind of stage, a list of its stages, and `submit.sh`, which submits them so that each waits
 * for those that it needs. A job that runs out of time is told before, saves, and queues itself again; one that is
 * killed goes on from its last checkpoint when it is queued again.
 *
 * @returns What to do next, in a line.
 */
export async function writeSlurm(
  study: Study,
  stages: readonly Stage[],
  options: SlurmOptions,
): Promise<string> {
  const folder = join(options.folder, study.protocol.name);
  const kinds = stageKinds.filter((kind) => stages.some((stage) => stage.kind === kind));
  for (const kind of kinds) {
    const own = stages.filter((stage) => stage.kind === kind);
    await writeFileAtomic(join(folder, `${kind}.txt`), `${own.map(({ name }) => name).join("\n")}\n`);
    await writeFileAtomic(join(folder, `${kind}.sbatch`), jobScript(study, kind, own.length, options));
  }
  const submit = join(folder, "submit.sh");
  await writeFileAtomic(submit, submitScript(kinds, stages));
  await chmod(submit, 0o755);
  return `${stages.length} stages in ${kinds.length} job arrays; submit them with: bash ${submit}`;
}

function jobScript(study: Study, kind: StageKind, numStages: number, options: SlurmOptions): string {
  const { partition, time, memory, gpus, folder } = options;
  const scripts = resolve(folder, study.protocol.name);
  const needsGpu = gpus > 0 && modelKinds.includes(kind);
  const directives = [
    `--job-name=cxrkit-${kind}`,
    `--array=0-${numStages - 1}`,
    `--output=${scripts}/${kind}-%a.log`,
    "--open-mode=append",
    "--requeue",
    "--signal=B:TERM@180",
    `--chdir=${cwd()}`,
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(time === undefined ? [] : [`--time=${time}`]),
    ...(memory === undefined ? [] : [`--mem=${memory}`]),
    ...(needsGpu ? [`--gpus=${gpus}`] : []),
  ];
  const command = [execPath, fileURLToPath(new URL("main.js", import.meta.url)), ...argsOf(study, options)];
  return `#!/usr/bin/env bash
${directives.map((directive) => `#SBATCH ${directive}`).join("\n")}
# One stage of the list a task. The study saves at SIGTERM; a task that was not done then, or whose process was killed,
# is queued again, at most ${maxRestarts} times.
set -u
mapfile -t stages < ${quote(`${scripts}/${kind}.txt`)}
stage="\${stages[\${SLURM_ARRAY_TASK_ID:-0}]}"
${command.map(quote).join(" ")} --stage "$stage" &
study=$!
trap 'kill -TERM "$study"' TERM
status=130
while kill -0 "$study" 2> /dev/null; do wait "$study"; status=$?; done
if { [ "$status" -eq 130 ] || [ "$status" -eq 137 ]; } && [ "\${SLURM_RESTART_COUNT:-0}" -lt ${maxRestarts} ]; then
  scontrol requeue "\${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}_\${SLURM_ARRAY_TASK_ID:-0}" && sleep 30
fi
exit "$status"
`;
}

/** The study's command line, of one protocol and with its folder. */
function argsOf({ protocol, folder }: Study, { args }: SlurmOptions): string[] {
  const own = ["--protocol", "--out"];
  const rest = args.filter(
    (arg, i) => !own.includes(arg) && !own.includes(args[i - 1] ?? "") && !/^--(protocol|out)=/.test(arg),
  );
  return [...rest, "--protocol", protocol.name, "--out", resolve(folder)];
}

function submitScript(kinds: readonly StageKind[], stages: readonly Stage[]): string {
  const lines = kinds.map((kind) => {
    const own = stages.filter((stage) => stage.kind === kind);
    const before = kinds.filter((other) =>
      stages.some((stage) => stage.kind === other && other !== kind && own.some((one) => needs(one, stage))),
    );
    const ids = before.map((other) => `:$${other}`).join("");
    const dependency = ids === "" ? "" : ` --dependency=afterok${ids}`;
    return `${kind}=$(sbatch --parsable "$@"${dependency} "$here/${kind}.sbatch")\necho "${kind} $${kind}"`;
  });
  return `#!/usr/bin/env bash
# Submits the study. What is given on the command line goes to every sbatch. Jobs whose stages are done end at once.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
${lines.join("\n")}
`;
}

function quote(text: string): string {
  return /^[\w./:=,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
