import { requireOneOf } from "./_check.js";
import type { BatchesOptions, ByteBatchesOptions } from "./ImageStore.js";

/** For each channel the number that each grey byte becomes, one table for all if they are equal; undefined for bytes. */
export function channelValues(
  where: string,
  options: BatchesOptions | ByteBatchesOptions,
): readonly Float32Array<ArrayBuffer>[] | undefined {
  requireOneOf(where, "pixels", options.pixels ?? "float32", ["float32", "uint8"]);
  if (options.pixels === "uint8") {
    const { channels, mean, std } = options as unknown as BatchesOptions;
    for (const [name, value] of Object.entries({ channels, mean, std }))
      if (value !== undefined)
        throw new RangeError(`${where}: ${name} must be left out where pixels are bytes, got ${value}`);
    return undefined;
  }
  const { channels = 3, mean = 0, std = 1 } = options;
  requireOneOf(where, "channels", String(channels), ["1", "3"]);
  const perChannel = (name: string, value: number | readonly number[]) => {
    const list = typeof value === "number" ? Array.from({ length: channels }, () => value) : value;
    if (list.length !== channels || !list.every(Number.isFinite))
      throw new RangeError(`${where}: ${name} must be one number or ${channels}, got ${list.join(", ")}`);
    return list;
  };
  const means = perChannel("mean", mean);
  const stds = perChannel("std", std);
  if (!stds.every((s) => s > 0))
    throw new RangeError(`${where}: std must be above 0, got ${stds.join(", ")}`);
  const tables = means.map((m, c) =>
    Float32Array.from({ length: 256 }, (_, grey) => (grey / 255 - m) / (stds[c] as number)),
  );
  const areEqual = means.every((m) => m === means[0]) && stds.every((s) => s === stds[0]);
  return areEqual ? tables.map(() => tables[0] as Float32Array<ArrayBuffer>) : tables;
}
