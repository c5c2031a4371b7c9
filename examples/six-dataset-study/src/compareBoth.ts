import type {
  ComparedMeasure,
  CompareModelsInput,
  CompareModelsOptions,
  Comparison,
} from "@cxrkit/statistics";
import { compareAside } from "./compareAside.js";
import { inTurn } from "./inTurn.js";

/** What is compared besides the area. */
const measures: readonly ComparedMeasure[] = [
  "averagePrecision",
  "accuracy",
  "sensitivity",
  "specificity",
  "f1",
];

/** Options of {@link compareBoth}. */
export interface CompareBothOptions {
  readonly seed: number;
  readonly replicates: number;
  /** What becomes of a resample without one of the classes, by the repaired statistics. */
  readonly oneClass: "redraw" | "skip";
  /** Thresholds from the validation images by start, one a finding; left out, they are fitted to each resample. */
  readonly thresholds?: Readonly<Record<string, readonly number[]>> | undefined;
  readonly signal?: AbortSignal;
  /** Told how many replicates of the two together are done. */
  readonly onReplicate?: (done: number) => void;
}

/** The same scores by the repaired statistics and by the published ones, side by side in threads of their own. */
export async function compareBoth(
  input: CompareModelsInput,
  { seed, replicates, oneClass, thresholds, signal, onReplicate }: CompareBothOptions,
): Promise<{ readonly comparison: Comparison; readonly published: Comparison }> {
  const shared = { seed, replicates, measures, ...(signal === undefined ? {} : { signal }) };
  const kinds: readonly CompareModelsOptions[] = [
    { ...shared, oneClass, threshold: thresholds === undefined ? "refit-youden" : { frozen: thresholds } },
    { ...shared, protocol: "as-published", oneClass: "redraw", threshold: "refit-youden" },
  ];
  const done = [0, 0];
  const [comparison, published] = await inTurn(kinds, (options, i) =>
    compareAside(input, {
      ...options,
      onReplicate: (count) => {
        done[i] = count;
        onReplicate?.((done[0] as number) + (done[1] as number));
      },
    }),
  );
  return { comparison: comparison as Comparison, published: published as Comparison };
}
