import { describeRuntimes } from "@cxrkit/runtime";

const engines = await describeRuntimes();
export const usable = engines.filter(({ available }) => available).map(({ name }) => name); // "onnx-cpu", "wasm", "cpu", …
export const missing = engines.find(({ name }) => name === "tfjs-node-gpu")?.description; // why, and what installs it
