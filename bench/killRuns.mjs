// Kills a training run at moments drawn from a seed, many of them while a checkpoint is being written, lets it go on to
// its end, and compares weights, checkpoints, logs and predictions with those of an uninterrupted run, to the bit. Exit
// status 1 when one differs. The command is: node bench/killRuns.mjs [NUMBER [SEED]]
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../packages/statistics/dist/index.js";
import { firstDifference, killRun, outcomeOf, runToEnd } from "../packages/training/test/killing.mjs";

const number = Number(process.argv[2] ?? 25);
const seed = Number(process.argv[3] ?? 1);
const random = seededRandom(seed);
const folder = mkdtempSync(join(tmpdir(), "killed-"));

/** Every third moment is anywhere; the others are inside the writing of one of the files of checkpoints. */
function drawMoment(i) {
  if (i % 3 === 0) return { afterMs: Math.floor(2500 * random()) };
  return { write: 1 + Math.floor(16 * random()), afterMs: i % 3 === 1 ? 0 : 12 * random() };
}

try {
  const whole = join(folder, "whole");
  mkdirSync(whole);
  await runToEnd(whole);
  const expected = outcomeOf(whole);
  let numKills = 0;
  let numInWrites = 0;
  let numDifferent = 0;
  for (let i = 0; numKills < number; i++) {
    const own = join(folder, String(i));
    mkdirSync(own);
    const lines = [];
    // One run in four is killed twice.
    for (let kill = 0; kill < (i % 4 === 3 ? 2 : 1); kill++) {
      const moment = drawMoment(i + kill);
      const left = await killRun(own, moment);
      if (left === undefined) continue;
      numKills += 1;
      if (left.length > 0) numInWrites += 1;
      lines.push(
        `${moment.write === undefined ? "" : `write ${moment.write} and `}${moment.afterMs.toFixed(1)} ms${left.length > 0 ? ` (in the middle of ${left[0].replace(/\..*/, "")})` : ""}`,
      );
    }
    if (lines.length === 0) continue;
    await runToEnd(own);
    const different = firstDifference(outcomeOf(own), expected);
    console.log(`${lines.join(", then ")}: ${different === undefined ? "equal" : `${different} differ`}`);
    if (different !== undefined) {
      numDifferent += 1;
      cpSync(own, join(tmpdir(), `killed-${seed}-${i}`), { recursive: true });
    }
    rmSync(own, { recursive: true });
  }
  console.log(
    `${numKills} kills from seed ${seed}, ${numInWrites} of them in the middle of a file; ${numDifferent} runs ended differently`,
  );
  process.exitCode = numDifferent === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
