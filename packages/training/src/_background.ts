/** Work beside a run, one piece at a time. */
export interface Background {
  /** Waits for what is under way, begins the next piece and returns; throws what an earlier piece threw. */
  readonly begin: (work: () => Promise<void>) => Promise<void>;
  /**
   * To be called after each update with the milliseconds that updates take: gives what is under way a twentieth of
   * them. Some engines keep the thread for themselves during an update, and without this a file would grow by one write
   * an update. Throws what a piece threw.
   */
  readonly share: (updateMs: number) => Promise<void>;
  /** Waits for what is under way; throws what a piece threw. */
  readonly finish: () => Promise<void>;
}

/** Most milliseconds that one call of `share` takes. */
const longestShare = 1000;

/** Makes a {@link Background} with nothing under way. */
export function createBackground(): Background {
  let under: Promise<void> | undefined;
  let failed: { readonly error: unknown } | undefined;
  const check = () => {
    if (failed !== undefined) throw failed.error;
  };
  const finish = async () => {
    await under;
    check();
  };
  return {
    begin: async (work) => {
      await finish();
      under = work()
        .catch((error: unknown) => {
          failed = { error };
        })
        .finally(() => {
          under = undefined;
        });
    },
    share: async (updateMs) => {
      if (under !== undefined) await Promise.race([under, later(Math.min(updateMs / 20, longestShare))]);
      check();
    },
    finish,
  };
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
