import type { InferenceSession, Tensor } from "onnxruntime-node";
import { copyModel } from "./_copyModel.js";
import type { Onnx } from "./_loadOnnx.js";
import { copyTensor, hostTensor } from "./_onnxTensors.js";
import type { NamedArray, StepDType } from "./NamedArray.js";

/** Where a compiled step keeps its state between runs. */
export interface Storage {
  /** Where a session leaves the new state. */
  readonly location: "cpu" | "gpu-buffer";
  /** Copies an array to where the state is kept. */
  readonly put: (array: NamedArray) => Promise<Tensor>;
  /** Copies a tensor of the state out. */
  readonly get: (value: Tensor) => Promise<NamedArray>;
  /** Sends two numbers there and back; gives what went wrong, if anything. */
  readonly check: () => Promise<string | undefined>;
}

/** State in the memory of the host. */
export function hostStorage(onnx: Onnx): Storage {
  return {
    location: "cpu",
    put: async (array) => hostTensor(onnx, { ...array, data: array.data.slice() }),
    get: async (value) => copyTensor(value),
    check: async () => undefined,
  };
}

/**
 * State in buffers of the device. The binding has no way to copy one (`getData` of such a tensor ends the process), so
 * sessions of a single Identity do it, a tensor at a time: what is copied takes its own size on the device once more,
 * not that of the whole state.
 */
export function bufferStorage(onnx: Onnx, sessionOptions: InferenceSession.SessionOptions): Storage {
  const sessions = new Map<string, Promise<InferenceSession>>();
  const sessionFor = (dtype: StepDType, preferredOutputLocation: "cpu" | "gpu-buffer") => {
    const key = `${dtype} ${preferredOutputLocation}`;
    const session =
      sessions.get(key) ??
      onnx.InferenceSession.create(copyModel(dtype), { ...sessionOptions, preferredOutputLocation });
    sessions.set(key, session);
    session.catch(() => sessions.delete(key));
    return session;
  };
  const copy = async (x: Tensor, to: "cpu" | "gpu-buffer") => {
    const session = await sessionFor(x.type as StepDType, to);
    return (await session.run({ x })).y as Tensor;
  };
  const get = async (value: Tensor) => copyTensor(await copy(value, "cpu"));
  const put = async (array: NamedArray) => copy(hostTensor(onnx, array), "gpu-buffer");
  return {
    location: "gpu-buffer",
    put,
    get,
    check: async () => {
      try {
        const sent = await put({ dtype: "int32", shape: [2], data: Int32Array.of(7919, -1) });
        const { data } = await get(sent);
        sent.dispose();
        return data[0] === 7919 && data[1] === -1 ? undefined : `${data.join()} for 7919,-1`;
      } catch (cause) {
        return reasonOf(cause);
      }
    },
  };
}

/** The last part of ONNX Runtime's report, without the place in its sources. */
function reasonOf(cause: unknown): string {
  const report = cause instanceof Error ? cause.message : String(cause);
  return (report.trim().split("\n")[0] as string).replace(/^.* was false\. /, "");
}
