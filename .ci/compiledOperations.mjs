// Writes the list of TensorFlow.js kernels that compile to ONNX into docs/compiled-operations.md, from the compiler's own table.
import { writeFileSync } from "node:fs";
import { compiledKernels } from "../packages/runtime/dist/compiler/_kernels.js";

const text = `# Operations that compile

Made by \`node .ci/compiledOperations.mjs\` from the compiler's own table; do not edit.

A step for \`onnx-cpu\` may use any TensorFlow.js operation that is made of these ${compiledKernels.length} kernels, and so may its gradients. An operation made of another kernel is an error when the step is compiled, which names the kernel. Each is held to the eager \`cpu\` backend in \`packages/runtime/src/compiledOperations.test.ts\`.

${compiledKernels.map((name) => `\`${name}\``).join(", ")}

Three are narrower than in TensorFlow.js: \`PadV2\` fills with 0, \`GatherV2\` has no batch axes, and \`AvgPoolGrad\` takes no padding (its gradient in TensorFlow.js is wrong at padded borders). Images are \`[B, H, W, C]\`.
`;
writeFileSync("docs/compiled-operations.md", text);
