import { parseSafetensors } from "@cxrkit/weights";

// What a fetch of a model file might give: here one tensor of two numbers.
const header = JSON.stringify({ "head.bias": { dtype: "F32", shape: [2], data_offsets: [0, 8] } }).padEnd(72);
const file = new Uint8Array(8 + header.length + 8);
new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
file.set(new TextEncoder().encode(header), 8);
new DataView(file.buffer).setFloat32(8 + header.length, 0.5, true);

const checkpoint = await parseSafetensors(file, { name: "model.safetensors" });
export const bias = await checkpoint.get("head.bias"); // { dtype: "float32", shape: [2], data: [0.5, 0] }
