import type { Notices } from "./_notices.js";
import type { FitOptions } from "./FitOptions.js";
import type { EpochRecord, StepRecord, ValidationRecord } from "./FitResult.js";
import type { LogEntry } from "./RunLogger.js";

/** Tells callbacks and loggers what happened. */
export interface Reporter {
  readonly step: (record: StepRecord) => void;
  readonly validation: (record: ValidationRecord) => void;
  readonly epoch: (record: EpochRecord) => void;
}

/** Makes a {@link Reporter} of the callbacks and loggers of a run. */
export function createReporter(
  { onStep, onValidation, onEpoch, loggers = [] }: FitOptions,
  notices: Notices,
): Reporter {
  const log = (entry: LogEntry) => {
    for (const logger of loggers) notices.call((told: LogEntry) => logger.log(told), entry);
  };
  return {
    step: (record) => {
      const { step, epoch, loss, learningRate, imagesPerSecond, gradientNorm, lossScale, watched } = record;
      notices.call(onStep, record);
      const norm = gradientNorm === undefined ? {} : { "train/gradientNorm": gradientNorm };
      log({
        step,
        epoch,
        scalars: {
          "train/loss": loss,
          "train/learningRate": learningRate,
          "train/imagesPerSecond": imagesPerSecond,
          ...norm,
          ...(lossScale === undefined ? {} : { "train/lossScale": lossScale }),
          ...Object.fromEntries(Object.entries(watched).map(([name, value]) => [`train/${name}`, value])),
        },
      });
    },
    validation: (record) => {
      const { step, epoch, loss, score } = record;
      notices.call(onValidation, record);
      const scored = score === undefined ? {} : { "validation/score": score };
      log({ step, epoch, scalars: { "validation/loss": loss, ...scored } });
    },
    epoch: (record) => {
      const { step, epoch, trainLoss, seconds } = record;
      notices.call(onEpoch, record);
      log({ step, epoch, scalars: { "epoch/trainLoss": trainLoss, "epoch/seconds": seconds } });
    },
  };
}

/** Tells the loggers where the run begins; what fails is counted. */
export async function beginLoggers(
  { loggers = [] }: FitOptions,
  step: number,
  notices: Notices,
): Promise<void> {
  await Promise.all(loggers.map((logger) => notices.wait(async () => logger.begin?.(step))));
}

/** Waits until the loggers have everything safe; what fails is counted. */
export async function flushLoggers({ loggers = [] }: FitOptions, notices: Notices): Promise<void> {
  const waiting = loggers.map((logger) => async () => logger.flush?.());
  await Promise.all(waiting.map((flush) => notices.wait(flush)));
}
