import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dataPath, greyPng, names, temporaryFolder, tinyDataset, tinyPixels } from "../test/tinyDataset.js";
import { manifestFields, tableOf, takeColumns, utf8Column } from "./_columns.js";
import { randomStream } from "./_random.js";
import { resizeGrey } from "./_resize.js";
import { describeDataset } from "./describeDataset.js";
import type { Manifest } from "./Manifest.js";
import { openImageStore } from "./openImageStore.js";
import { prepareImage } from "./prepareImage.js";
import { prepareImages } from "./prepareImages.js";
import { readDataset } from "./readDataset.js";

const tinyManifest = async (changes = {}) => readDataset("chestxray14", await tinyDataset(changes));

test("a store holds the manifest and each image's pixels", async () => {
  const manifest = await tinyManifest({ size: 6 });
  const out = join(await temporaryFolder(), "deep", "store.arrow");
  const progress: number[] = [];
  const result = await prepareImages(manifest, {
    size: 6,
    out,
    batchRows: 2,
    onProgress: ({ done, total }) => progress.push(done / total),
  });
  expect(result).toMatchObject({ path: out, numImages: 5, numResumed: 0, unreadable: [], size: 6 });
  expect(result.numBytes).toBe(readFileSync(out).length);
  expect(progress).toEqual([0.2, 0.4, 0.6, 0.8, 1]);
  await using store = await openImageStore(out);
  expect(store.numImages).toBe(5);
  for (let row = 0; row < 5; row++) expect(await store.pixels(row)).toEqual(tinyPixels(row, 6));
  expect(store.table.toArray().map(String)).toEqual(manifest.table.toArray().map(String));
  expect(store.metadata.get("dataset")).toBe("chestxray14");
  expect(store.metadata.get("recipeSha256")).toBe(result.recipeSha256);
  expect(readdirSync(join(out, ".."))).toEqual(["store.arrow"]);
});

const resize = JSON.parse(
  readFileSync(new URL("../fixtures/pillow/resize.json", import.meta.url), "utf8"),
) as {
  input: { file: string; sizes: number[] };
  expected: number[][];
};

test.each(resize.input.sizes.map((size, i) => [size, i] as const))(
  "the antialiased resize to %i pixels gives Pillow's bytes",
  async (size, i) => {
    const root = await tinyDataset();
    writeFileSync(join(root, "images", names[0] as string), Buffer.from(resize.input.file, "base64"));
    const out = join(await temporaryFolder(), "store.arrow");
    await prepareImages(await readDataset("chestxray14", root), { size, out });
    await using store = await openImageStore(out);
    expect(Array.from(await store.pixels(0))).toEqual(resize.expected[i]);
  },
);

test("letterbox keeps the aspect ratio and fills up with black", async () => {
  const root = await tinyDataset();
  writeFileSync(
    join(root, "images", names[0] as string),
    await greyPng(new Uint8Array(200).fill(200), 20, 10),
  );
  const out = join(await temporaryFolder(), "store.arrow");
  await prepareImages(await readDataset("chestxray14", root), {
    size: 8,
    out,
    recipe: { name: "corrected", fit: "letterbox" },
  });
  await using store = await openImageStore(out);
  const pixels = await store.pixels(0);
  const row = (y: number) => [...pixels.subarray(y * 8, y * 8 + 8)];
  expect([row(0), row(1), row(6), row(7)]).toEqual(Array.from({ length: 4 }, () => new Array(8).fill(0)));
  expect(row(4)).toEqual(new Array(8).fill(200));
});

test("a truncated PNG is an error that names the file; what was done is kept and a second call goes on", async () => {
  const root = await tinyDataset();
  const path = join(root, "images", names[3] as string);
  const whole = readFileSync(path);
  truncateSync(path, whole.length - 20);
  const manifest = await readDataset("chestxray14", root);
  const out = join(await temporaryFolder(), "store.arrow");
  const options = { size: 6, out, batchRows: 2, concurrency: 1 };
  await expect(prepareImages(manifest, options)).rejects.toThrow(
    new RegExp(`image ${path} must be readable, got decodeImage: .*; pass onUnreadable: "skip"`),
  );
  expect(existsSync(out)).toBe(false);
  const skipped = await prepareImages(manifest, { ...options, onUnreadable: "skip" });
  expect(skipped).toMatchObject({ numImages: 4, numResumed: 2 });
  expect(skipped.unreadable).toMatchObject([{ imageId: names[3], path: `images/${names[3]}` }]);
  await using store = await openImageStore(out);
  expect([...(store.table.getChild("imageId") ?? [])]).toEqual(names.filter((_, i) => i !== 3));
  expect(await store.pixels(3)).toEqual(tinyPixels(4, 6));
});

test("skipped images are not taken over by a later call that wants them all", async () => {
  const root = await tinyDataset();
  const path = join(root, "images", names[0] as string);
  const whole = readFileSync(path);
  truncateSync(path, 30);
  const manifest = await readDataset("chestxray14", root);
  const options = {
    size: 6,
    out: join(await temporaryFolder(), "store.arrow"),
    batchRows: 1,
    concurrency: 1,
  };
  const stop = new AbortController();
  const onProgress = ({ done }: { done: number }) => (done === 3 ? stop.abort() : undefined);
  const stopped = { ...options, onUnreadable: "skip", signal: stop.signal, onProgress } as const;
  await expect(prepareImages(manifest, stopped)).rejects.toThrow(/abort/);
  writeFileSync(path, whole);
  expect(await prepareImages(manifest, options)).toMatchObject({ numImages: 5, numResumed: 0 });
});

test("an aborted call leaves no store, and going on gives the bytes of an uninterrupted one", async () => {
  const manifest = await tinyManifest();
  const folder = await temporaryFolder();
  const out = join(folder, "stopped.arrow");
  const options = { size: 6, batchRows: 1, concurrency: 1 };
  const stop = new AbortController();
  const reason = new Error("stop now");
  const onProgress = ({ done }: { done: number }) => (done === 3 ? stop.abort(reason) : undefined);
  await expect(prepareImages(manifest, { ...options, out, signal: stop.signal, onProgress })).rejects.toThrow(
    reason,
  );
  expect(existsSync(out)).toBe(false);
  await expect(openImageStore(`${out}.part`)).rejects.toThrow(/truncated or unfinished/);
  writeFileSync(`${out}.part`, Buffer.from("half a batch"), { flag: "a" });
  const resumed = await prepareImages(manifest, { ...options, out });
  expect(resumed.numResumed).toBe(2);
  const whole = join(folder, "whole.arrow");
  await prepareImages(manifest, { ...options, out: whole });
  expect(readFileSync(out).equals(readFileSync(whole))).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(["stopped.arrow", "whole.arrow"]);
});

test("a part file of other work or a damaged journal is not gone on from", async () => {
  const manifest = await tinyManifest();
  const out = join(await temporaryFolder(), "store.arrow");
  const stop = new AbortController();
  const onProgress = ({ done }: { done: number }) => (done === 3 ? stop.abort() : undefined);
  const options = { out, batchRows: 1, concurrency: 1 };
  await expect(
    prepareImages(manifest, { ...options, size: 6, signal: stop.signal, onProgress }),
  ).rejects.toThrow();
  expect(await prepareImages(manifest, { ...options, size: 5 })).toMatchObject({
    numResumed: 0,
    numImages: 5,
  });
  writeFileSync(`${out}.part`, "anything");
  writeFileSync(`${out}.part.json`, "{");
  expect(await prepareImages(manifest, { ...options, size: 6 })).toMatchObject({
    numResumed: 0,
    numImages: 5,
  });
});

test.each(["../x.png", "/etc/hostname", "images/../../x.png"])(
  "a path that leaves the root is refused: %s",
  async (path) => {
    const { table, ...rest } = await tinyManifest();
    const columns = takeColumns(table, table.schema.fields, [0]);
    columns[2] = utf8Column([path]);
    const manifest: Manifest = { ...rest, table: tableOf(table.schema, columns) };
    const out = join(await temporaryFolder(), "store.arrow");
    await expect(prepareImages(manifest, { size: 6, out })).rejects.toThrow(/path must stay inside/);
  },
);

test("options are checked at the door, and a signal that is already aborted stops at once", async () => {
  const manifest = await tinyManifest();
  const out = join(await temporaryFolder(), "store.arrow");
  await expect(prepareImages(manifest, { size: 0, out })).rejects.toThrow(
    "size must be an integer ≥ 1, got 0",
  );
  await expect(prepareImages(manifest, { size: 5000, out })).rejects.toThrow("size must be at most 4096");
  await expect(
    prepareImages(manifest, { size: 6, out, recipe: { name: "corrected", fit: "stretch" as never } }),
  ).rejects.toThrow("recipe.fit must be one of fill, letterbox, crop, got stretch");
  await expect(prepareImages(manifest, { size: 6, out, workers: -1 })).rejects.toThrow(
    "workers must be an integer ≥ 0, got -1",
  );
  await expect(prepareImages(manifest, { size: 6, out, concurrency: 0 })).rejects.toThrow("concurrency");
  await expect(prepareImages(manifest, { size: 6, out, batchRows: 0 })).rejects.toThrow("batchRows");
  await expect(prepareImages(manifest, { size: 6, out, signal: AbortSignal.abort() })).rejects.toThrow(
    /abort/,
  );
  expect(readdirSync(join(out, ".."))).toEqual([]);
});

test("the columns of a store are those of a manifest, then the pixels", async () => {
  const manifest = await tinyManifest();
  const out = join(await temporaryFolder(), "store.arrow");
  await prepareImages(manifest, { size: 6, out });
  await using store = await openImageStore(out);
  const expected = manifestFields(manifest.findings).map((field) => field.name);
  expect(store.table.schema.fields.map((field) => field.name)).toEqual(expected);
});

test("images of one grey value are kept, counted and named, also by a call that only finishes", async () => {
  const root = await tinyDataset();
  const black = await greyPng(new Uint8Array(36), 6, 6);
  for (const i of [1, 4]) writeFileSync(join(root, "images", names[i] as string), black);
  const manifest = await readDataset("chestxray14", root);
  const out = join(await temporaryFolder(), "store.arrow");
  const stop = new AbortController();
  const onProgress = ({ done }: { done: number }) => (done === 4 ? stop.abort() : undefined);
  const options = { size: 6, out, batchRows: 2, concurrency: 1, recipe: { name: "as-published" } } as const;
  await expect(prepareImages(manifest, { ...options, signal: stop.signal, onProgress })).rejects.toThrow(
    /abort/,
  );
  const { warnings, numImages, numResumed } = await prepareImages(manifest, options);
  expect([numImages, numResumed]).toEqual([5, 2]);
  expect(warnings).toMatchObject([{ code: "constantImage", count: 2, examples: [names[1], names[4]] }]);
});

test("the recipe decides the pixels and is in the store's metadata, and another recipe begins anew", async () => {
  const root = await tinyDataset({ size: 9 });
  const manifest = await readDataset("chestxray14", root);
  const out = join(await temporaryFolder(), "store.arrow");
  const recipe = { name: "as-published", route: "via512" } as const;
  const published = await prepareImages(manifest, { size: 7, out, recipe });
  const expected = await prepareImage(await greyPng(tinyPixels(2, 9), 9, 9), { size: 7, recipe });
  {
    await using store = await openImageStore(out);
    expect(await store.pixels(2)).toEqual(expected);
    const said = JSON.parse(store.metadata.get("recipe") ?? "");
    expect(said).toEqual({ ...recipe, size: 7, jpeg: false, colour: "grey8" });
    expect(store.metadata.get("recipeSha256")).toBe(published.recipeSha256);
  }
  const corrected = await prepareImages(manifest, { size: 7, out });
  expect(corrected.recipeSha256).not.toBe(published.recipeSha256);
  await using store = await openImageStore(out);
  expect(await store.pixels(2)).toEqual(resizeGrey(tinyPixels(2, 9), 9, 9, 7, 7));
});

test("progress names the rate and the time that is left", async () => {
  const manifest = await tinyManifest();
  let now = 0;
  const seen: unknown[] = [];
  await prepareImages(manifest, {
    size: 6,
    out: join(await temporaryFolder(), "store.arrow"),
    concurrency: 1,
    now: () => {
      now += 500;
      return now;
    },
    onProgress: ({ imagesPerSecond, secondsLeft }) => seen.push([imagesPerSecond, secondsLeft]),
  });
  expect(seen).toEqual([
    [2, 2],
    [2, 1.5],
    [2, 1],
    [2, 0.5],
    [2, 0],
  ]);
});

/** A process of its own that prepares the images of a folder; it says each image that is done. */
function prepareElsewhere(root: string, out: string) {
  const sources = new URL(".", import.meta.url);
  const script = `
    import { createServer } from "vite";
    const options = { configFile: false, logLevel: "error", appType: "custom", optimizeDeps: { noDiscovery: true } };
    const server = await createServer({ ...options, server: { middlewareMode: true, ws: false, watch: null } });
    const load = (name) => server.ssrLoadModule(new URL(name, ${JSON.stringify(sources.href)}).pathname);
    const { readDataset } = await load("readDataset.ts");
    const { prepareImages } = await load("prepareImages.ts");
    const manifest = await readDataset("chestxray14", ${JSON.stringify(root)});
    await prepareImages(manifest, { size: 6, out: ${JSON.stringify(out)}, batchRows: 1, concurrency: 1, onProgress: ({ done }) => process.stdout.write(done + "\\n") });
    process.exit();
  `;
  return spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd: sources,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

test("killed at random moments and begun again, the work ends in the store of an uninterrupted call", async () => {
  const root = await tinyDataset();
  const folder = await temporaryFolder();
  const whole = join(folder, "whole.arrow");
  const manifest = await readDataset("chestxray14", root);
  await prepareImages(manifest, { size: 6, out: whole, batchRows: 1, concurrency: 1 });
  const random = randomStream(Date.now() >>> 0);
  for (let round = 0; round < 3; round++) {
    const out = join(folder, `killed-${round}.arrow`);
    const child = prepareElsewhere(root, out);
    const ended = once(child, "exit");
    child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), random() * 12));
    const [, signal] = await ended;
    if (signal === "SIGKILL" && !existsSync(out))
      await expect(openImageStore(`${out}.part`)).rejects.toThrow(RangeError);
    else expect(readFileSync(out).equals(readFileSync(whole))).toBe(true);
    await prepareImages(manifest, { size: 6, out, batchRows: 1, concurrency: 1 });
    expect(readFileSync(out).equals(readFileSync(whole))).toBe(true);
  }
}, 120_000);

const worker = new URL("../dist/_prepareWorker.js", import.meta.url);

test.skipIf(!existsSync(worker))(
  "worker threads give the same bytes, leave the same images out, and end with the work (needs a build)",
  async () => {
    const built = (await import(new URL("prepareImages.js", worker).href)) as {
      prepareImages: typeof prepareImages;
    };
    const root = await tinyDataset({ size: 40 });
    truncateSync(join(root, "images", names[1] as string), 50);
    const manifest = await readDataset("chestxray14", root);
    const folder = await temporaryFolder();
    const options = {
      size: 7,
      batchRows: 2,
      onUnreadable: "skip",
      recipe: { name: "as-published" },
    } as const;
    const [here, there] = [join(folder, "here.arrow"), join(folder, "there.arrow")];
    const inThisThread = await prepareImages(manifest, { ...options, out: here, workers: 0 });
    const inThreads = await built.prepareImages(manifest, { ...options, out: there, workers: 2 });
    expect(inThreads.unreadable).toEqual(inThisThread.unreadable);
    expect(readFileSync(there).equals(readFileSync(here))).toBe(true);
    await expect(
      built.prepareImages(manifest, {
        ...options,
        out: join(folder, "none.arrow"),
        workers: 2,
        onUnreadable: "throw",
      }),
    ).rejects.toThrow(/image .*00000_?\d*.*must be readable, got decodeImage: .*; pass onUnreadable: "skip"/);
    expect(
      process.getActiveResourcesInfo().filter((name) => name === "Worker" || name === "MessagePort"),
    ).toEqual([]);
  },
);

test.skipIf(!existsSync(worker))(
  "worker threads start in a program given by --eval, whose flags no worker may have (needs a build)",
  async () => {
    const root = await tinyDataset({ size: 40 });
    const folder = await temporaryFolder();
    const [here, there] = [join(folder, "here.arrow"), join(folder, "there.arrow")];
    await prepareImages(await readDataset("chestxray14", root), { size: 7, out: here, workers: 0 });
    const program = `
      import { prepareImages, readDataset } from ${JSON.stringify(new URL("index.js", worker).href)};
      const manifest = await readDataset("chestxray14", ${JSON.stringify(root)});
      await prepareImages(manifest, { size: 7, out: ${JSON.stringify(there)}, workers: 2 });`;
    const flags = ["--input-type=module", "--eval", program];
    const child = spawn(process.execPath, flags, { stdio: ["ignore", "inherit", "inherit"] });
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(readFileSync(there).equals(readFileSync(here))).toBe(true);
  },
);

const sample = dataPath("chestxray14-sample");

test.skipIf(!existsSync(sample))(
  "the real sample is read, counted and prepared at 64 pixels (needs the shared data)",
  async () => {
    const manifest = await readDataset("chestxray14", sample);
    expect(manifest.warnings).toEqual([]);
    const { images, splits } = describeDataset(manifest);
    expect([images, splits.train?.images, splits.test?.images]).toEqual([1305, 1083, 222]);
    expect([splits.train?.patients, splits.test?.patients]).toEqual([868, 171]);
    const table = readFileSync(join(sample, "README.md"), "utf8").matchAll(
      /^\| (\w+) \| (\d+) \| (\d+) \|$/gm,
    );
    const counts = [...table].map(([, label = "", train, test_]) => {
      const name = label.toLowerCase().replace(/^effusion$/, "pleural_effusion");
      return [name, Number(train), Number(test_)] as const;
    });
    const known = counts.filter(([name]) => manifest.findings.includes(name));
    expect(known).toHaveLength(15);
    for (const [name, train, test_] of known)
      expect([name, splits.train?.findings[name]?.positives, splits.test?.findings[name]?.positives]).toEqual(
        [name, train, test_],
      );
    const out = join(await temporaryFolder(), "sample.arrow");
    expect(await prepareImages(manifest, { size: 64, out })).toMatchObject({
      numImages: 1305,
      unreadable: [],
    });
    await using store = await openImageStore(out);
    const ids = [...(store.table.getChild("imageId") ?? [])] as string[];
    const twins = ["00002658_001.png", "00002658_002.png"].map((id) => store.pixels(ids.indexOf(id)));
    const [first, second] = await Promise.all(twins);
    expect(first).toEqual(second);
    expect(new Set(first).size).toBeGreaterThan(50);
  },
);
