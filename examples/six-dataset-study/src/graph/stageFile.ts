/** File name of a stage's records: its name, with a dash for what file systems do not like. */
export function stageFile(name: string): string {
  return name.replaceAll(/[^a-z0-9]+/gi, "-");
}
