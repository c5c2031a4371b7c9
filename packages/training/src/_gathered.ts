import type { ForwardBatch } from "./_evaluate.js";
import { concat } from "./_evaluate.js";

/** Gathers batches into larger ones of at least `rows` images; the last may be smaller. */
export async function* gathered(
  batches: AsyncIterable<ForwardBatch>,
  rows: number,
): AsyncGenerator<ForwardBatch> {
  let waiting: ForwardBatch[] = [];
  let count = 0;
  for await (const batch of batches) {
    waiting.push(batch);
    count += batch.imageIds.length;
    if (count < rows) continue;
    yield joined(waiting);
    waiting = [];
    count = 0;
  }
  if (count > 0) yield joined(waiting);
}

function joined(batches: readonly ForwardBatch[]): ForwardBatch {
  const mirroredValues = batches.flatMap((batch) => batch.mirroredValues ?? []);
  return {
    imageIds: batches.flatMap(({ imageIds }) => imageIds),
    patientIds: batches.flatMap(({ patientIds }) => patientIds),
    labels: concat(batches.map(({ labels }) => labels)),
    values: concat(batches.map(({ values }) => values)),
    mirroredValues: mirroredValues.length === 0 ? undefined : concat(mirroredValues),
  };
}
