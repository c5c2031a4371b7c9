import { Worker } from "node:worker_threads";
import { reasonOf } from "./_check.js";

/** Threads that answer questions of one kind. */
export interface WorkerThreads<Question, Answer> {
  /** The answer of the thread that has the fewest questions; rejects with {@link WorkerLost} if that thread has ended. */
  ask(question: Question): Promise<Answer>;
  /** Ends all threads, whatever they are at. */
  close(): Promise<void>;
}

/** A question with its number. */
export interface Asked {
  readonly id: number;
  readonly question: unknown;
}

/** The answer to the question of that number, or why there is none. */
export type Answered =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly reason: string; readonly isRange: boolean };

/** A worker thread ended without being asked to, so that nothing can be said of the questions that it had. */
export class WorkerLost extends Error {}

interface Pending {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
  lost: string | undefined;
}

/** Starts threads of a compiled file that calls `answerQuestions`. They keep the process alive only while they are asked. */
export function openWorkerThreads<Question, Answer>(
  url: URL,
  workerData: unknown,
  numThreads: number,
): WorkerThreads<Question, Answer> {
  const threads = Array.from({ length: numThreads }, () => openThread(url, workerData));
  let id = 0;
  return {
    ask(question) {
      const thread = threads.reduce((a, b) => (b.pending.size < a.pending.size ? b : a));
      if (thread.lost !== undefined) return Promise.reject(new WorkerLost(thread.lost));
      id++;
      return new Promise<Answer>((resolve, reject) => {
        thread.pending.set(id, { resolve: resolve as Pending["resolve"], reject });
        thread.worker.ref();
        thread.worker.postMessage({ id, question } satisfies Asked);
      });
    },
    async close() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

/** A process whose program came by `--eval` hands its `--input-type` on, which no worker with a file may have. */
function inheritedFlags(): { execArgv?: string[] } {
  return process.execArgv.some((flag) => flag.startsWith("--input-type")) ? { execArgv: [] } : {};
}

function openThread(url: URL, workerData: unknown): Thread {
  const worker = new Worker(url, { workerData, ...inheritedFlags() });
  const thread: Thread = { worker, pending: new Map(), lost: undefined };
  const lose = (reason: string) => {
    thread.lost ??= reason;
    for (const { reject } of thread.pending.values()) reject(new WorkerLost(thread.lost));
    thread.pending.clear();
  };
  worker.on("message", (answered: Answered) => {
    const pending = thread.pending.get(answered.id);
    thread.pending.delete(answered.id);
    if (thread.pending.size === 0) worker.unref();
    if ("answer" in answered) pending?.resolve(answered.answer);
    else pending?.reject(new (answered.isRange ? RangeError : Error)(answered.reason));
  });
  worker.on("error", (error) => lose(reasonOf(error)));
  worker.on("exit", (code) => lose(`exit code ${code}`));
  worker.unref();
  return thread;
}
