import * as onnx from "onnxruntime-node";
import { expect, test } from "vitest";
import { createDeviceState } from "./_deviceState.js";
import { hostStorage, type Storage } from "./_deviceStorage.js";
import { DeviceLostError, type NamedArray } from "./index.js";

const vector = (...values: number[]): NamedArray => ({
  dtype: "float32",
  shape: [values.length],
  data: Float32Array.from(values),
});
const declared = new Map([
  ["a", vector(1, 2)],
  ["b", vector(3)],
]);

/** A device that can be made to fail once, or for good; it counts the tensors that it holds. */
function fakeDevice() {
  const kept = hostStorage(onnx);
  const device = {
    fails: "" as "" | "once" | "always",
    numTensors: 0,
    storage: undefined as unknown as Storage,
  };
  const orFail = () => {
    if (device.fails === "") return;
    if (device.fails === "once") device.fails = "";
    throw new Error("Failed to allocate memory for requested buffer of size 4096");
  };
  device.storage = {
    location: "gpu-buffer",
    put: async (array) => {
      orFail();
      const tensor = await kept.put(array);
      const dispose = tensor.dispose.bind(tensor);
      device.numTensors++;
      tensor.dispose = () => {
        device.numTensors--;
        dispose();
      };
      return tensor;
    },
    get: async (value) => {
      orFail();
      return kept.get(value);
    },
    check: async () => (device.fails === "always" ? "no reply" : undefined),
  };
  return device;
}

const put = async (storage: Storage, entries: Record<string, NamedArray>) =>
  new Map(
    await Promise.all(
      Object.entries(entries).map(async ([name, x]) => [name, await storage.put(x)] as const),
    ),
  );

test("a state reads as it was declared, as it was written, and as a run left it", async () => {
  const { storage } = fakeDevice();
  const state = await createDeviceState(storage, declared);
  expect(await state.read()).toEqual(declared);
  await state.write([["b", vector(4)]]);
  expect(await state.read()).toEqual(new Map([...declared, ["b", vector(4)]]));
  state.advance(await put(storage, { a: vector(5, 6) }));
  expect([...(await state.read()).keys()]).toEqual(["a", "b"]);
  expect((await state.read()).get("a")).toEqual(vector(5, 6));
});

test("what is replaced is freed, and everything is at the end", async () => {
  const device = fakeDevice();
  const state = await createDeviceState(device.storage, declared);
  for (let i = 0; i < 3; i++) state.advance(await put(device.storage, { a: vector(i, i) }));
  await state.write([["b", vector(9)]]);
  expect(device.numTensors).toBe(2);
  state.dispose();
  expect(device.numTensors).toBe(0);
});

test("work that fails on a device that still answers says what was wanted, and leaves the state as it was", async () => {
  const device = fakeDevice();
  const state = await createDeviceState(device.storage, declared);
  device.fails = "once";
  await expect(state.write([...new Map([["a", vector(7, 7)]])])).rejects.toThrow(
    new RangeError(
      "writeState: step must fit into memory, got a refusal of a request of 4096 bytes; take a smaller batch or image, or another engine; the state is as it was before",
    ),
  );
  expect(await state.read()).toEqual(declared);
  expect(device.numTensors).toBe(2);
});

test("a write that fails halfway replaces nothing and frees what it had sent", async () => {
  const device = fakeDevice();
  const state = await createDeviceState(device.storage, declared);
  const { put: send } = device.storage;
  let sent = 0;
  Object.assign(device.storage, {
    put: async (array: NamedArray) => {
      if (sent++ === 1) device.fails = "once";
      return send(array);
    },
  });
  const changed = [
    ["a", vector(7, 7)],
    ["b", vector(8)],
  ] as const;
  await expect(state.write(changed)).rejects.toThrow("writeState: step must fit into memory");
  expect(await state.read()).toEqual(declared);
  expect(device.numTensors).toBe(2);
});

test("a device that is gone is an error that brings the state as the host last had it, and how long ago", async () => {
  const device = fakeDevice();
  const given = vector(1, 2);
  const state = await createDeviceState(
    device.storage,
    new Map([
      ["a", given],
      ["b", vector(3)],
    ]),
  );
  given.data.fill(0);
  state.advance(await put(device.storage, { a: vector(5, 6) }));
  const read = await state.read();
  read.get("a")?.data.fill(-1);
  for (let i = 0; i < 3; i++) state.advance(await put(device.storage, { a: vector(i, i) }));
  device.fails = "always";
  const error = await state
    .guard("run", () => Promise.reject(new Error("Device is lost.")))
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(DeviceLostError);
  expect(error).toMatchObject({
    name: "DeviceLostError",
    message:
      "run: device must answer, got: no reply; the state of 3 runs ago, the last that the host had, is this error's state: go on from it in a new process",
    numRuns: 3,
    cause: new Error("Device is lost."),
  });
  expect((error as DeviceLostError).state).toEqual(
    new Map([
      ["a", vector(5, 6)],
      ["b", vector(3)],
    ]),
  );
  await expect(state.read()).rejects.toThrow("readState: device must answer, got: no reply");
});

test("a write makes the host's copy the state as it then is, also of the entries that were not written", async () => {
  const device = fakeDevice();
  const state = await createDeviceState(device.storage, declared);
  state.advance(await put(device.storage, { a: vector(5, 6) }));
  await state.write([["b", vector(9)]]);
  device.fails = "always";
  await expect(state.read()).rejects.toMatchObject({
    numRuns: 0,
    state: new Map([
      ["a", vector(5, 6)],
      ["b", vector(9)],
    ]),
  });
});
