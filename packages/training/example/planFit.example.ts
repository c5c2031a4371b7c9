import { openRuntime } from "@cxrkit/runtime";
import { type FitData, planFit, type TrainableModel } from "@cxrkit/training";

/** One line for a person about a run that has not begun. */
export async function summaryOf(model: TrainableModel, data: FitData): Promise<string> {
  // #region plan
  const runtime = await openRuntime("cpu");
  const options = { runtime, epochs: 10, batchSize: 8, learningRate: 1e-5 };
  const { numTrained, memoryBytes, secondsPerEpoch } = await planFit(model, data, options);
  const summary = `${numTrained} parameters, ${memoryBytes / 2 ** 20} MiB, ${secondsPerEpoch} s an epoch`;
  // #endregion plan
  return summary;
}
