import { PbfWriter } from "pbf";
import { onnxType } from "./compiler/_GraphBuilder.js";
import type { StepDType } from "./NamedArray.js";

/**
 * An ONNX model of one Identity from `x` to `y`, for tensors of any shape: what moves a tensor to a device or back,
 * depending on where its session leaves the output. Field numbers are those of onnx.proto.
 *
 * @see https://github.com/onnx/onnx/blob/v1.16.0/onnx/onnx.proto
 */
export function copyModel(dtype: StepDType): Uint8Array {
  const writer = new PbfWriter();
  const message = (parent: PbfWriter, field: number, write: (child: PbfWriter) => void) =>
    parent.writeMessage(field, (_, child) => write(child), undefined);
  writer.writeVarintField(1, 8);
  message(writer, 7, (graph) => {
    message(graph, 1, (node) => {
      node.writeStringField(1, "x");
      node.writeStringField(2, "y");
      node.writeStringField(4, "Identity");
    });
    graph.writeStringField(2, "copy");
    for (const [field, name] of [
      [11, "x"],
      [12, "y"],
    ] as const) {
      message(graph, field, (info) => {
        info.writeStringField(1, name);
        message(info, 2, (type) => message(type, 1, (tensor) => tensor.writeVarintField(1, onnxType[dtype])));
      });
    }
  });
  message(writer, 8, (operators) => {
    operators.writeStringField(1, "");
    operators.writeVarintField(2, 18);
  });
  return writer.finish();
}
