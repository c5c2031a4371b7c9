import { backend_util } from "@tensorflow/tfjs-core";
import { sizeOf } from "../_check.js";
import type { Value } from "./_Graph.js";
import type { GraphBuilder } from "./_GraphBuilder.js";
import { scatterAdd } from "./_indexRecorders.js";
import type { Recorder } from "./_Recorder.js";

type Attributes = Readonly<Record<string, unknown>>;
type Four = [number, number, number, number];

/** Sizes of a convolution or pooling in TensorFlow.js's own reckoning, and its window as ONNX attributes. */
interface Window {
  readonly info: backend_util.Conv2DInfo;
  readonly kernel: { readonly kernel_shape: readonly number[] };
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
}

function windowOf(info: backend_util.Conv2DInfo): Window {
  const { top, left, bottom, right } = info.padInfo;
  return {
    info,
    kernel: { kernel_shape: [info.filterHeight, info.filterWidth] },
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
  };
}

function convolution(input: readonly number[], filter: readonly number[], attributes: Attributes): Window {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attributes;
  if ((dataFormat ?? "NHWC") !== "NHWC")
    throw new RangeError(`compile: dataFormat of conv2d must be NHWC, got ${String(dataFormat)}`);
  return windowOf(
    backend_util.computeConv2DInfo(
      input as Four,
      filter as Four,
      strides as number,
      (dilations ?? 1) as number,
      pad as "same",
      dimRoundingMode as undefined,
    ),
  );
}

function pooling(input: readonly number[], attributes: Attributes): Window {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  return windowOf(
    backend_util.computePool2DInfo(
      input as Four,
      filterSize as number,
      strides as number,
      1,
      pad as "same",
      dimRoundingMode as undefined,
    ),
  );
}

const toChannelsFirst = (builder: GraphBuilder, x: Value) => builder.transpose(x, [0, 3, 1, 2]);
const toChannelsLast = (builder: GraphBuilder, x: Value) => builder.transpose(x, [0, 2, 3, 1]);
const channelsFirst = ([batch, height, width, channels]: readonly number[]) =>
  [batch, channels, height, width] as Four;

/** `[kh, kw, in, out]` convolved over `[B, H, W, in]`. */
export function recordConv2D(builder: GraphBuilder, x: Value, filter: Value, attributes: Attributes): Value {
  const { info, kernel, strides, dilations, pads } = convolution(x.shape, filter.shape, attributes);
  const operands = [toChannelsFirst(builder, x), builder.transpose(filter, [3, 2, 0, 1])];
  return toChannelsLast(
    builder,
    builder.emit("Conv", operands, {
      shape: channelsFirst(info.outShape),
      attributes: { ...kernel, strides, dilations, pads },
    }),
  );
}

function recordConv2DBackpropInput(
  builder: GraphBuilder,
  dy: Value,
  filter: Value,
  attributes: Attributes,
): Value {
  const inputShape = attributes.inputShape as Four;
  const { kernel, strides, dilations, pads } = convolution(inputShape, filter.shape, attributes);
  const operands = [toChannelsFirst(builder, dy), builder.transpose(filter, [3, 2, 0, 1])];
  const output_padding = [0, 1].map((axis) => {
    const reach = (((filter.shape[axis] as number) - 1) * (dilations[axis] as number) + 1) as number;
    const steps = ((dy.shape[axis + 1] as number) - 1) * (strides[axis] as number);
    return (
      (inputShape[axis + 1] as number) - (steps + reach - (pads[axis] as number) - (pads[axis + 2] as number))
    );
  });
  return toChannelsLast(
    builder,
    builder.emit("ConvTranspose", operands, {
      shape: channelsFirst(inputShape),
      attributes: { ...kernel, strides, dilations, pads, output_padding },
    }),
  );
}

/** The gradient of a filter is a convolution of the images with the gradient of the result, strides and dilations changed over. */
function recordConv2DBackpropFilter(
  builder: GraphBuilder,
  x: Value,
  dy: Value,
  attributes: Attributes,
): Value {
  const filterShape = attributes.filterShape as Four;
  const { strides, dilations, pads } = convolution(x.shape, filterShape, attributes);
  const [kernelHeight, kernelWidth, channels, outputs] = filterShape;
  const [, height, width] = dy.shape as Four;
  const size = (axis: number) =>
    Math.floor(
      ((x.shape[axis + 1] as number) +
        (pads[axis] as number) +
        (pads[axis + 2] as number) -
        (((dy.shape[axis + 1] as number) - 1) * (strides[axis] as number) + 1)) /
        (dilations[axis] as number),
    ) + 1;
  const full = builder.emit(
    "Conv",
    [builder.transpose(x, [3, 0, 1, 2]), builder.transpose(dy, [3, 0, 1, 2])],
    {
      shape: [channels, outputs, size(0), size(1)],
      attributes: { kernel_shape: [height, width], strides: dilations, dilations: strides, pads },
    },
  );
  // Where the stride leaves rows over at the end, the windows would reach one step too far.
  const isWhole = size(0) === kernelHeight && size(1) === kernelWidth;
  const filter = isWhole
    ? full
    : builder.emit("Slice", [full], {
        shape: [channels, outputs, kernelHeight, kernelWidth],
        ints: [
          [0, 0],
          [kernelHeight, kernelWidth],
          [2, 3],
        ],
      });
  return builder.transpose(filter, [2, 3, 0, 1]);
}

function recordMaxPool(builder: GraphBuilder, x: Value, attributes: Attributes): readonly [Value, Value] {
  const { info, kernel, strides, pads } = pooling(x.shape, attributes);
  const shape = channelsFirst(info.outShape);
  const [values, places] = builder.emitAll(
    "MaxPool",
    [toChannelsFirst(builder, x)],
    [
      { shape, dtype: "float32", attributes: { ...kernel, strides, pads } },
      { shape, dtype: "int64" },
    ],
  ) as [Value, Value];
  return [values, places];
}

/** Adds each gradient to the element of the image that was the greatest of its window. */
function recordMaxPoolGrad(builder: GraphBuilder, dy: Value, input: Value, attributes: Attributes): Value {
  const [, places] = recordMaxPool(builder, input, attributes);
  const length = sizeOf(dy.shape);
  const flat = scatterAdd(
    builder,
    [sizeOf(input.shape)],
    builder.reshape(places, [length, 1]),
    builder.reshape(toChannelsFirst(builder, dy), [length]),
  );
  return toChannelsLast(builder, builder.reshape(flat, channelsFirst(input.shape)));
}

function recordAvgPoolGrad(builder: GraphBuilder, dy: Value, input: Value, attributes: Attributes): Value {
  const { info, kernel, strides, pads } = pooling(input.shape, attributes);
  if (pads.some((pad) => pad > 0))
    throw new RangeError(
      `compile: pad of avgPool must be "valid" where its gradient is needed, got padding [${pads}]; TensorFlow.js's own gradient is wrong at padded borders`,
    );
  const [batch, channels, height, width] = channelsFirst(input.shape);
  const [, , outHeight, outWidth] = channelsFirst(info.outShape);
  const { filterHeight, filterWidth } = info;
  const share = builder.uniform(
    1 / (filterHeight * filterWidth),
    [1, 1, filterHeight, filterWidth],
    "float32",
  );
  const single = builder.reshape(toChannelsFirst(builder, dy), [batch * channels, 1, outHeight, outWidth]);
  const rest = (size: number, axis: 0 | 1) =>
    size -
    (((axis === 0 ? outHeight : outWidth) - 1) * (strides[axis] as number) +
      (axis === 0 ? filterHeight : filterWidth));
  const spread = builder.emit("ConvTranspose", [single, share], {
    shape: [batch * channels, 1, height, width],
    attributes: { ...kernel, strides, pads, output_padding: [rest(height, 0), rest(width, 1)] },
  });
  return toChannelsLast(builder, builder.reshape(spread, [batch, channels, height, width]));
}

/** Convolution and pooling of images `[B, H, W, C]`; ONNX has the channels first. */
export const convolutionRecorders: Readonly<Record<string, Recorder>> = {
  Conv2D: (builder, { x, filter }, attributes) =>
    recordConv2D(builder, x as Value, filter as Value, attributes),
  Conv2DBackpropInput: (builder, { dy, filter }, attributes) =>
    recordConv2DBackpropInput(builder, dy as Value, filter as Value, attributes),
  Conv2DBackpropFilter: (builder, { x, dy }, attributes) =>
    recordConv2DBackpropFilter(builder, x as Value, dy as Value, attributes),
  MaxPool: (builder, { x }, attributes) =>
    toChannelsLast(builder, recordMaxPool(builder, x as Value, attributes)[0]),
  MaxPoolGrad: (builder, { dy, input }, attributes) =>
    recordMaxPoolGrad(builder, dy as Value, input as Value, attributes),
  AvgPool: (builder, { x }, attributes) => {
    const { info, kernel, strides, pads } = pooling((x as Value).shape, attributes);
    const pooled = builder.emit("AveragePool", [toChannelsFirst(builder, x as Value)], {
      shape: channelsFirst(info.outShape),
      attributes: { ...kernel, strides, pads },
    });
    return toChannelsLast(builder, pooled);
  },
  AvgPoolGrad: (builder, { dy, input }, attributes) =>
    recordAvgPoolGrad(builder, dy as Value, input as Value, attributes),
};
