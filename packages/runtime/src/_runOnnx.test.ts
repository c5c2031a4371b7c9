import { expect, test } from "vitest";
import { explainOnnx } from "./_runOnnx.js";

const advice = "take a smaller batch or image, or another engine";

/** Reports as each provider words them, and what is made of them. */
const reports = {
  "the processor's arena": [
    "Non-zero status code returned while running MatMul node. Name:'MatMul7' Status Message: /src/bfc_arena.cc:360 Failed to allocate memory for requested buffer of size 16000000000000\n",
    "a request of 16000000000000 bytes for the result of MatMul",
  ],
  "the C++ library": ["std::bad_alloc", "a request of unknown size"],
  "CUDA's arena": [
    "Non-zero status code returned while running Gemm node. Name:'' Status Message: Available memory of 1024 is smaller than requested bytes of 4096",
    "a request of 4096 bytes for the result of Gemm",
  ],
  "CUDA itself": ["CUDA failure 2: out of memory ; GPU=0 ; hostname=x", "a request of unknown size"],
  "WebGPU's limit": [
    "WebGPU validation failed. Buffer size (4000000000) exceeds the max buffer size limit (1073741824).\n - While calling [Device].CreateBuffer([BufferDescriptor]).",
    "a request of 4000000000 bytes, where one buffer may have 1073741824",
  ],
  "WebGPU's driver": [
    "WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.",
    "a request of unknown size",
  ],
} as const;

test.each(Object.entries(reports))("a want of memory is told from the report of %s", (_, [report, asked]) => {
  const cause = new Error(report);
  const error = explainOnnx("run", cause);
  expect(error).toBeInstanceOf(RangeError);
  expect(error.message).toBe(
    `run: step must fit into memory, got a refusal of ${asked}; ${advice}; the state is as it was before`,
  );
  expect(error.cause).toBe(cause);
});

test("a want of memory says what the whole step needs, where that is known", () => {
  const memory = { stateBytes: 12, inputBytes: 3, activationBytes: 40 };
  expect(explainOnnx("run", new Error("bad allocation"), memory).message).toContain(
    "; the whole step needs 12 bytes of state, while it runs up to twice that, and 40 of results at a time; take",
  );
});

test("before the first run there is no state to speak of", () => {
  expect(explainOnnx("compile", new Error("bad allocation")).message).toBe(
    `compile: step must fit into memory, got a refusal of a request of unknown size; ${advice}`,
  );
});

test("any other failure is told by its first line, and the whole report is the cause", () => {
  const cause = new Error("Invalid rank for input: x\nGot: 1 Expected: 2\n");
  expect(explainOnnx("run", cause)).toMatchObject({
    message:
      "run: ONNX Runtime must do its part, got: Invalid rank for input: x; the state is as it was before",
    cause,
  });
  expect(explainOnnx("run", "no error at all").message).toContain("got: no error at all;");
});
