import {
  constantSchedule,
  cosineSchedule,
  linearSchedule,
  oneCycleSchedule,
  stepSchedule,
} from "@cxrkit/training";

/** Learning rates of a constant schedule. */
export function constantRates(): number[] {
  // #region constant
  const schedule = constantSchedule(1e-5);
  const rates = [schedule(0), schedule(1000)];
  // 1e-5, 1e-5
  // #endregion constant
  return rates;
}

/** Learning rates of a cosine schedule with warm-up. */
export function cosineRates(): number[] {
  // #region cosine
  const schedule = cosineSchedule({ peak: 1e-3, numSteps: 100, numWarmUpSteps: 9, final: 1e-5 });
  const rates = [schedule(0), schedule(9), schedule(100)];
  // 1e-4, 1e-3, 1e-5
  // #endregion cosine
  return rates;
}

/** Learning rates of a linear schedule with warm-up. */
export function linearRates(): number[] {
  // #region linear
  const schedule = linearSchedule({ peak: 1e-3, numSteps: 20, numWarmUpSteps: 10 });
  const rates = [schedule(10), schedule(15), schedule(20)];
  // 1e-3, 5e-4, 0
  // #endregion linear
  return rates;
}

/** Learning rates of a schedule with two drops. */
export function stepRates(): number[] {
  // #region step
  const schedule = stepSchedule({ peak: 0.1, drops: [100, 200] });
  const rates = [schedule(99), schedule(100), schedule(200)];
  // 0.1, 0.01, 0.001
  // #endregion step
  return rates;
}

/** Learning rates of one cycle. */
export function oneCycleRates(): number[] {
  // #region oneCycle
  const schedule = oneCycleSchedule({ peak: 0.1, numSteps: 100 });
  const rates = [schedule(0), schedule(29), schedule(99)];
  // 0.004, 0.1, 4e-7
  // #endregion oneCycle
  return rates;
}
