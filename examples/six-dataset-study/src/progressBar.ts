import { stdout } from "node:process";
import { Presets, SingleBar } from "cli-progress";
import type { StageContext } from "./Stage.js";

/** A progress bar on a terminal; elsewhere one line when the stage is done. */
export interface ProgressBar extends Pick<StageContext, "progress" | "note"> {
  /** Ends the bar with the line that stays, and the notes below it. */
  readonly finish: (outcome: keyof typeof signs) => void;
}

const labelWidth = 24;
const signs = { done: "✓", skipped: "·", stopped: "✗" };

/** Starts a bar for the stage of that name. */
export function progressBar(name: string): ProgressBar {
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
  const notes: string[] = [];
  return {
    progress(done, total, words = "") {
      if (bar === undefined) return;
      if (!started) bar.start(total, done, { words });
      started = true;
      bar.setTotal(total);
      bar.update(done, { words });
    },
    note(line) {
      notes.push(line);
    },
    finish(outcome) {
      if (started) bar?.stop();
      const seconds = ((performance.now() - begin) / 1000).toFixed(1).padStart(7);
      console.log(`  ${signs[outcome]} ${label}${outcome === "skipped" ? " already done" : `${seconds} s`}`);
      for (const line of notes) console.log(`    ${line}`);
    },
  };
}
