import type { TensorInfo } from "@tensorflow/tfjs-core";
import {
  type BackendValues,
  type DataId,
  DataStorage,
  type DataType,
  engine,
  KernelBackend,
} from "@tensorflow/tfjs-core";
import { sizeOf } from "../_check.js";
import type { GraphData, GraphDType, Value } from "./_Graph.js";
import { GraphBuilder } from "./_GraphBuilder.js";

/** Name under which TensorFlow.js knows the recorder. */
export const tracingBackendName = "cxrkit-trace";

interface Entry {
  readonly value: Value;
  references: number;
}

/** A TensorFlow.js backend that records what is computed instead of computing it. */
export class TracingBackend extends KernelBackend {
  /** The record of the step that is being traced; a new one for each trace. */
  builder: GraphBuilder = new GraphBuilder();
  readonly #storage: DataStorage<Entry> = new DataStorage<Entry>(this, engine());

  /** Makes a tensor handle for a value of the graph. */
  handle(value: Value): TensorInfo {
    const dataId = {};
    this.#storage.set(dataId, { value, references: 1 });
    return { dataId, shape: [...value.shape], dtype: value.dtype as DataType };
  }

  /** The value behind a handle. */
  valueBehind({ dataId }: TensorInfo): Value {
    return this.#storage.get(dataId).value;
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(
    dataId: DataId,
    values: BackendValues,
    shape: number[],
    dtype: DataType,
    references: number,
  ): void {
    const kind = graphDType(dtype);
    const value = this.builder.constant(values as GraphData, shape, kind);
    this.#storage.set(dataId, { value, references });
  }

  override readSync(dataId: DataId): GraphData {
    const { value } = this.#storage.get(dataId);
    if (value.data !== undefined) return value.data;
    if (value.fill !== undefined) return typedArray(value.dtype, sizeOf(value.shape)).fill(value.fill);
    throw new TypeError(
      "compile: step must not read the values of a tensor (dataSync, arraySync, print), got a read while tracing, when there are no values yet; return what you want to see as an output",
    );
  }

  override read(dataId: DataId): Promise<BackendValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  override numDataIds(): number {
    return this.#storage.numDataIds();
  }

  override refCount(dataId: DataId): number {
    return this.#storage.has(dataId) ? this.#storage.get(dataId).references : 0;
  }

  override incRef(dataId: DataId): void {
    this.#storage.get(dataId).references++;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.#storage.has(dataId)) return true;
    const entry = this.#storage.get(dataId);
    entry.references--;
    if (!force && entry.references > 0) return false;
    this.#storage.delete(dataId);
    return true;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override timerAvailable(): boolean {
    return false;
  }

  override dispose(): void {}
}

/** The graph's element type for one of TensorFlow.js. */
export function graphDType(dtype: DataType): GraphDType {
  if (dtype === "float32" || dtype === "int32" || dtype === "bool") return dtype;
  throw new RangeError(`compile: dtype of a tensor must be float32, int32 or bool, got ${dtype}`);
}

function typedArray(dtype: GraphDType, length: number): GraphData {
  if (dtype === "float32") return new Float32Array(length);
  return dtype === "int32" ? new Int32Array(length) : new Uint8Array(length);
}
