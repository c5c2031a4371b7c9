/** Options of Slurm, which have no meaning inside a job. */
export const slurmOptions: readonly string[] = ["--slurm", "--partition", "--time", "--gpus", "--memory"];

/** A command line without some flags, and without some options and their values. */
export function withoutOptions(
  args: readonly string[],
  flags: readonly string[],
  options: readonly string[],
): string[] {
  return args.filter(
    (arg, i) =>
      !flags.includes(arg) &&
      !options.includes(arg.split("=")[0] as string) &&
      !options.includes(args[i - 1] ?? ""),
  );
}

/** Name and value at both sides of the first equals sign. */
export function splitOnce(text: string): [name: string, value: string] {
  const border = text.indexOf("=");
  return [text.slice(0, border), text.slice(border + 1)];
}
