import type { BootstrapMeasures, BootstrapWork, Share } from "./_bootstrapMeasures.js";
import type { BootstrapAnswer, BootstrapTask } from "./_bootstrapWorker.js";
import { comparisonOf, planComparison } from "./_comparisonOf.js";
import { type MeasuredArrays, rankModels } from "./_meter.js";
import { requireRule } from "./_requireRule.js";
import { LANES } from "./_resampledAreas.js";
import { numCores, startBootstrapWorker, type WorkerThread } from "./_workerThread.js";
import type { Comparison } from "./Comparison.js";
import type { CompareModelsInput, CompareModelsOptions } from "./compareModels.js";

/** Options of {@link compareModelsInWorkers}. */
export interface CompareModelsInWorkersOptions extends CompareModelsOptions {
  /**
   * Number of worker threads, an integer ≥ 1; one where `oneClass` is `redraw`, which must draw one resample after the
   * other. @defaultValue as many as the machine can run at a time
   */
  readonly workers?: number;
}

/**
 * {@link compareModels} in worker threads, in Node and in the browser: the same digits, sooner, while the calling thread
 * stays free. The resamples are shared out; each worker has a copy of the sorted scores.
 *
 * @param input - Labels, scores, names of the findings, and patients.
 * @param options - As of {@link compareModels}, and the number of workers; `signal` stops them at once.
 * @returns What {@link compareModels} gives back for the same input and options.
 * @throws RangeError as {@link compareModels} does, or if the number of workers is no such integer; the signal's reason
 * if it is aborted; the platform's error if a worker cannot be started.
 * @example
 * {@includeCode ../example/statistics.example.ts#compareModelsInWorkers}
 */
export async function compareModelsInWorkers(
  input: CompareModelsInput,
  options: CompareModelsInWorkersOptions,
): Promise<Comparison> {
  const { workers = numCores(), onReplicate, signal } = options;
  requireRule(
    "compareModelsInWorkers",
    Number.isInteger(workers) && workers >= 1,
    "workers must be an integer ≥ 1",
    workers,
  );
  const plan = planComparison(input, options);
  signal?.throwIfAborted();
  const { replicates, numLeftOut } = plan;
  const shares = shareOut(replicates, numLeftOut, plan.work.oneClass === "redraw" ? 1 : workers);
  const done = shares.map(() => 0);
  const onDone = (worker: number, count: number) => {
    done[worker] = count;
    onReplicate?.(
      done.reduce((sum, value) => sum + value),
      replicates + numLeftOut,
    );
  };
  // The workers start while the scores are sorted.
  const threads = shares.map(startBootstrapWorker);
  try {
    const ranked = rankModels(input, options.threshold);
    const parts = await measureInWorkers({ ...plan.work, ranked }, shares, threads, onDone, signal);
    return comparisonOf(plan, Object.keys(input.models), options, joined(parts));
  } finally {
    for (const thread of threads) thread.terminate();
  }
}

/** Ranges of nearly equal length that begin at multiples of the resamples measured at a time. */
function shareOut(replicates: number, numLeftOut: number, workers: number): Share[] {
  const count = Math.max(1, Math.min(workers, Math.ceil(replicates / LANES)));
  const border = (total: number, i: number) =>
    Math.min(total, LANES * Math.round((i * total) / count / LANES));
  return Array.from({ length: count }, (_, i) => {
    const isLast = i === count - 1;
    const range = (total: number) => [border(total, i), isLast ? total : border(total, i + 1)] as const;
    return { replicates: range(replicates), leftOut: range(numLeftOut) };
  });
}

/** Gives each worker its share; the first that fails, or the signal, ends the wait. */
function measureInWorkers(
  work: BootstrapWork,
  shares: readonly Share[],
  threads: readonly WorkerThread[],
  onDone: (worker: number, done: number) => void,
  signal: AbortSignal | undefined,
): Promise<BootstrapMeasures[]> {
  const measured = shares.map((): BootstrapMeasures | undefined => undefined);
  const ended = new AbortController();
  return new Promise<BootstrapMeasures[]>((resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { signal: ended.signal });
    threads.forEach((thread, i) => {
      thread.onError(reject);
      thread.onMessage((message) => {
        const answer = message as BootstrapAnswer;
        try {
          if ("refused" in answer) throw new RangeError(answer.refused);
          if ("measured" in answer) measured[i] = answer.measured;
          onDone(i, "done" in answer ? answer.done : lengthOf(shares[i] as Share));
          if (measured.every((part) => part !== undefined)) resolve(measured);
        } catch (error) {
          reject(error);
        }
      });
      thread.post({ work, share: shares[i] as Share } satisfies BootstrapTask);
    });
  }).finally(() => ended.abort());
}

function lengthOf({ replicates, leftOut }: Share): number {
  return replicates[1] - replicates[0] + leftOut[1] - leftOut[0];
}

/** The shares one after the other. */
function joined(parts: readonly BootstrapMeasures[]): BootstrapMeasures {
  const [first] = parts as readonly [BootstrapMeasures, ...BootstrapMeasures[]];
  const join = (arraysOf: (part: BootstrapMeasures) => MeasuredArrays): MeasuredArrays =>
    arraysOf(first).map((ofMeasure, i) =>
      ofMeasure.map((model, m) =>
        model.map((_, k) => concatenated(parts.map((part) => arraysOf(part)[i]![m]![k]!))),
      ),
    );
  return {
    observed: first.observed,
    replicates: join(({ replicates }) => replicates),
    leftOut: join(({ leftOut }) => leftOut),
    numRedrawn: parts.reduce((sum, { numRedrawn }) => sum + numRedrawn, 0),
  };
}

function concatenated(arrays: readonly Float64Array[]): Float64Array {
  const result = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let next = 0;
  for (const array of arrays) {
    result.set(array, next);
    next += array.length;
  }
  return result;
}
