import type { InferenceSession, OnnxValue } from "onnxruntime-node";
import type { StepMemory } from "./CompiledStep.js";

/** Runs a session; says in our words what did not fit into memory. The state fed is as it was before. */
export async function runOnnx(
  session: InferenceSession,
  feeds: Readonly<Record<string, OnnxValue>>,
  fetches: Readonly<Record<string, OnnxValue | null>>,
  memory?: StepMemory,
): Promise<Readonly<Record<string, OnnxValue>>> {
  try {
    return await session.run(feeds, fetches);
  } catch (cause) {
    throw explainOnnx("run", cause, memory);
  }
}

/** What a provider says when it has no memory left: the arena of the CPU, CUDA, WebGPU, the C++ library. */
const signsOfNoMemory =
  /failed to allocate|out of memory|bad_alloc|bad allocation|OUT_OF_(?:DEVICE|HOST)_MEMORY|\[Invalid Buffer|max buffer size limit|smaller than requested bytes|too many storage buffers|narrowing_error/i;
const requestedBytes = [
  /requested buffer of size (\d+)/i,
  /requested bytes of (\d+)/i,
  /Buffer size \((\d+)\) exceeds/i,
];

/** Puts ONNX Runtime's report of a failure into a sentence of ours; the report itself is the cause. */
export function explainOnnx(caller: string, cause: unknown, memory?: StepMemory): Error {
  const report = cause instanceof Error ? cause.message : String(cause);
  const operation = /while running (\w+) node/.exec(report)?.[1];
  const where = operation === undefined ? "" : ` for the result of ${operation}`;
  const kept = caller === "compile" ? "" : "; the state is as it was before";
  if (!signsOfNoMemory.test(report)) {
    const line = report.trim().split("\n")[0] as string;
    return new Error(`${caller}: ONNX Runtime must do its part, got: ${line}${kept}`, { cause });
  }
  return new RangeError(
    `${caller}: step must fit into memory, got a refusal of ${requestIn(report)}${where}${needOf(memory)}; take a smaller batch or image, or another engine${kept}`,
    { cause },
  );
}

/** How much was asked for, as far as the report says. */
function requestIn(report: string): string {
  const bytes = requestedBytes
    .map((pattern) => pattern.exec(report)?.[1])
    .find((found) => found !== undefined);
  const limit = /max buffer size limit \((\d+)\)/.exec(report)?.[1];
  const asked = bytes === undefined ? "a request of unknown size" : `a request of ${bytes} bytes`;
  return limit === undefined ? asked : `${asked}, where one buffer may have ${limit}`;
}

function needOf(memory: StepMemory | undefined): string {
  if (memory?.activationBytes === undefined) return "";
  return `; the whole step needs ${memory.stateBytes} bytes of state, while it runs up to twice that, and ${memory.activationBytes} of results at a time`;
}
