/** Lets one call at a time through and none after the end. */
export interface Gate {
  /** Does the work alone; two calls at once, or a call after the end, is an error that names `caller`. */
  readonly alone: <T>(caller: string, work: () => Promise<T>) => Promise<T>;
  /** Ends the life of what the gate protects; true the first time. */
  readonly close: () => boolean;
}

/** Makes a {@link Gate}. */
export function createGate(): Gate {
  let state: "open" | "busy" | "closed" = "open";
  return {
    async alone(caller, work) {
      if (state === "closed")
        throw new Error(`${caller}: step must not be used after dispose; compile it again`);
      if (state === "busy")
        throw new Error(`${caller}: step must finish one call before the next begins; await the first`);
      state = "busy";
      try {
        return await work();
      } finally {
        if (state === "busy") state = "open";
      }
    },
    close() {
      const wasOpen = state !== "closed";
      state = "closed";
      return wasOpen;
    },
  };
}
