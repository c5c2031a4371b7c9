import type { Tensor, TensorConstructor } from "onnxruntime-node";
import type { InputData, InputDType, NamedArray } from "./NamedArray.js";

/** A tensor of ONNX Runtime over an array of the host, which it shares. */
export function hostTensor(
  { Tensor }: { readonly Tensor: TensorConstructor },
  {
    dtype,
    shape,
    data,
  }: { readonly dtype: InputDType; readonly shape: readonly number[]; readonly data: InputData },
): Tensor {
  if (dtype === "uint8") return new Tensor(dtype, data as Uint8Array, shape);
  return dtype === "int32"
    ? new Tensor(dtype, data as Int32Array, shape)
    : new Tensor(dtype, data as Float32Array, shape);
}

/** What a tensor on the host holds, without copying. */
export function viewTensor({ type, dims, data }: Tensor): NamedArray {
  return { dtype: type as NamedArray["dtype"], shape: dims, data: data as Float32Array };
}

/** What a tensor on the host holds, as a copy. */
export function copyTensor(value: Tensor): NamedArray {
  const { dtype, shape, data } = viewTensor(value);
  return { dtype, shape, data: data.slice() };
}
