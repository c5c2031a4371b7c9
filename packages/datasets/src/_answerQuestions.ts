import { parentPort } from "node:worker_threads";
import { reasonOf } from "./_check.js";
import type { Answered, Asked } from "./_workerThreads.js";

/**
 * Makes this thread answer what it is asked. Answers are copied and never transferred: once an array buffer has been
 * detached in a thread, V8 looks at every access to any array whether its buffer still is there, and loops over pixels
 * take a third longer.
 */
export function answerQuestions<Question, Answer>(
  answerOf: (question: Question) => Promise<Answer> | Answer,
): void {
  parentPort?.on("message", async ({ id, question }: Asked) => {
    try {
      const answer = await answerOf(question as Question);
      parentPort?.postMessage({ id, answer } satisfies Answered);
    } catch (error) {
      const isRange = error instanceof RangeError;
      parentPort?.postMessage({ id, reason: reasonOf(error), isRange } satisfies Answered);
    }
  });
}
