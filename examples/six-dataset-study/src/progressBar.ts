import { stdout } from "node:process";
import { Presets, SingleBar } from "cli-progress";
import type { StageOutcome, StageView } from "./graph/runStages.js";

const signs: Readonly<Record<StageOutcome, string>> = {
  done: "✓",
  skipped: "·",
  stopped: "✗",
  failed: "✗",
  held: "…",
  waiting: "…",
};
const words: Readonly<Partial<Record<StageOutcome, string>>> = {
  skipped: " already done",
  held: " another process runs it",
  waiting: " waits for what failed or is held",
};

/** Milliseconds between two lines of a stage where there is no terminal. */
const interval = 60_000;

/** Shows stages as progress bars on a terminal; elsewhere a line a minute, and one when a stage is done. */
export function progressBars(labelWidth: number): (name: string) => StageView {
  return (name) => progressBar(name, labelWidth);
}

function progressBar(name: string, labelWidth: number): StageView {
  const label = name.padEnd(labelWidth);
  const begin = performance.now();
  const bar = stdout.isTTY
    ? new SingleBar(
        {
          format: `    ${label} {bar} {percentage} % {words}`,
          barsize: 24,
          hideCursor: true,
          clearOnComplete: true,
        },
        Presets.shades_classic,
      )
    : undefined;
  let started = false;
  let told = begin;
  const notes: string[] = [];
  return {
    progress(done, total, text = "") {
      if (bar === undefined) {
        if (performance.now() - told < interval) return;
        told = performance.now();
        console.log(`    ${label} ${Math.floor((100 * done) / total)} % ${text}`);
        return;
      }
      if (!started) bar.start(total, done, { words: text });
      started = true;
      bar.setTotal(total);
      bar.update(done, { words: text });
    },
    note(line) {
      notes.push(line);
    },
    finish(outcome) {
      if (started) bar?.stop();
      const seconds = ((performance.now() - begin) / 1000).toFixed(1).padStart(7);
      console.log(`  ${signs[outcome]} ${label}${words[outcome] ?? `${seconds} s`}`);
      for (const line of notes) console.log(`    ${line}`);
    },
  };
}
