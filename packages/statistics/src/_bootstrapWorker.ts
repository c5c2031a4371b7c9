import {
  type BootstrapMeasures,
  type BootstrapWork,
  bootstrapMeasures,
  type Share,
} from "./_bootstrapMeasures.js";
import type { MeasuredArrays } from "./_meter.js";
import { onWork } from "./_workerThread.js";

/** What a worker is sent. */
export interface BootstrapTask {
  readonly work: BootstrapWork;
  readonly share: Share;
}

/** What a worker answers: how many resamples are done, several times, then what it measured or why it could not. */
export type BootstrapAnswer =
  | { readonly done: number }
  | { readonly measured: BootstrapMeasures }
  | { readonly refused: string };

/** Resamples between two answers. */
const every = 16;

onWork((message, answer) => {
  const { work, share } = message as BootstrapTask;
  const reply = (value: BootstrapAnswer, transfer?: readonly ArrayBuffer[]) => answer(value, transfer);
  let told = 0;
  try {
    const measured = bootstrapMeasures(work, share, (done) => {
      if (done - told < every) return;
      told = done;
      reply({ done });
    });
    const { observed, replicates, leftOut } = measured;
    reply({ measured }, [observed, replicates, leftOut].flatMap(buffersOf));
  } catch (error) {
    reply({ refused: error instanceof Error ? error.message : String(error) });
  }
});

function buffersOf(arrays: MeasuredArrays): ArrayBuffer[] {
  return arrays.flat(2).map(({ buffer }) => buffer as ArrayBuffer);
}
