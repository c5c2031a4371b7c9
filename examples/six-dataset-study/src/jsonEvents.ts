import type { StageView } from "./graph/runStages.js";

/** Milliseconds between two events of progress of a stage. */
const interval = 1000;

/** Prints what happens as JSON, one object a line: `start`, `progress`, `note` and `end` of each stage. */
export function jsonEvents(print: (line: string) => void): (stage: string) => StageView {
  const tell = (event: object) => print(JSON.stringify({ time: new Date().toISOString(), ...event }));
  return (stage) => {
    tell({ event: "start", stage });
    const begin = performance.now();
    let last = Number.NEGATIVE_INFINITY;
    return {
      progress(done, total, words) {
        if (performance.now() - last < interval && done < total) return;
        last = performance.now();
        tell({ event: "progress", stage, done, total, words });
      },
      note: (words) => tell({ event: "note", stage, words }),
      finish: (outcome) =>
        tell({ event: "end", stage, outcome, seconds: (performance.now() - begin) / 1000 }),
    };
  };
}
