import { constantSchedule, cosineSchedule } from "@cxrkit/training";

/** Learning rates of a constant schedule. */
export function constantRates(): number[] {
  // #region constant
  const schedule = constantSchedule(1e-5);
  const rates = [schedule(0), schedule(1000)];
  // 1e-5, 1e-5
  // #endregion
  return rates;
}

/** Learning rates of a cosine schedule with warm-up. */
export function cosineRates(): number[] {
  // #region cosine
  const schedule = cosineSchedule({ peak: 1e-3, numSteps: 100, numWarmUpSteps: 9, final: 1e-5 });
  const rates = [schedule(0), schedule(9), schedule(100)];
  // 1e-4, 1e-3, 1e-5
  // #endregion
  return rates;
}
