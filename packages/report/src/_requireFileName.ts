/** Refuses a name that is not a plain file name on every system: no folder, no drive, no device of Windows. */
export function requireFileName(where: string, name: string): void {
  const isPlain = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(name) && !name.endsWith(".");
  const isDevice = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name);
  if (!isPlain || isDevice) {
    throw new RangeError(
      `${where}: name of a file must match ^[A-Za-z0-9][A-Za-z0-9._-]*$ and be no device, got ${JSON.stringify(name)}`,
    );
  }
}
