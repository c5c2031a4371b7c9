import {
  checkpointOf,
  conversionReport,
  describeCheckpoint,
  formatConversionReport,
  fromTimm,
  openCheckpoint,
  readTensors,
  readTimm,
  toTimm,
} from "@cxrkit/weights";

const file = new URL("../fixtures/transformers/vit_classifier.safetensors", import.meta.url).pathname;

// #region toTimm
const checkpoint = await openCheckpoint(file);
const timm = toTimm(checkpoint); // the layout is found by the names, and everything must have a place
export const found = timm.from; // "huggingface"
export const qkv = await timm.get("blocks.0.attn.qkv.weight"); // read and joined when it is asked for
// #endregion toTimm

// #region readTimm
const start = await readTimm(file, { dtype: "float32", except: ["head.*"] }); // the whole file, whatever its head
export const classToken = start.get("cls_token"); // { dtype: "float32", shape: [1, 1, 8], data }
// #endregion readTimm

// #region describe
export const { patchSize, width, depth, numClasses } = describeCheckpoint(checkpoint, { numHeads: 2 });
// #endregion describe

// #region report
const report = await conversionReport(timm);
export const table = formatConversionReport(report); // one line a tensor: shape, type, hash, where it came from
// #endregion report

// #region fromTimm
const tensors = await readTensors(timm); // … or parameters after fine-tuning
const hub = fromTimm(checkpointOf(tensors), "huggingface", { numHeads: 2 });
export const query = await hub.get("vit.encoder.layer.0.attention.attention.query.weight");
// #endregion fromTimm
await checkpoint.close();
