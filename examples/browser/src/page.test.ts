import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { decodeImage, prepareImage, readDataset, writeSyntheticDataset } from "@cxrkit/datasets";
import { openRuntime } from "@cxrkit/runtime";
import { compareModels } from "@cxrkit/statistics";
import { loadParameters, vit } from "@cxrkit/vit";
import { parseSafetensors } from "@cxrkit/weights";
import * as tf from "@tensorflow/tfjs-core";
import { predictionInput } from "cxrkit-compare-two-models/predictionInput";
import { readPredictionFile } from "cxrkit-compare-two-models/readPredictionFile";
import type { Browser, BrowserContext, Page } from "playwright-core";
import sharp from "sharp";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { comparisonCsv } from "./comparisonCsv.js";
import type { ModelDescription } from "./ModelDescription.js";

const chromium = [
  process.env.CXRKIT_CHROMIUM ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== "" && existsSync(path));
const title = chromium === undefined ? "the page (skipped: no Chromium, set CXRKIT_CHROMIUM)" : "the page";

const root = join(import.meta.dirname, "..");
const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".png": "image/png",
};

describe.skipIf(chromium === undefined)(title, () => {
  let folder: string;
  let server: Server;
  let address: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "cxrkit-page-"));
    const out = join(folder, "page");
    await build({ root, logLevel: "error", build: { outDir: out } });
    server = createServer((request, response) => {
      const path = new URL(request.url ?? "/", "http://page").pathname;
      readFile(join(out, path === "/" ? "index.html" : path)).then(
        (bytes) =>
          response.setHeader("content-type", types[extname(path || ".html")] ?? "text/html").end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { chromium: driver } = await import("playwright-core");
    browser = await driver.launch({ executablePath: chromium as string, args: ["--no-sandbox"] });
    context = await browser.newContext();
    page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(address))
        complaints.push(request.url());
    });
    await page.goto(address);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The scores on the page by finding, once the file has been read. */
  async function scoresOf(file: string): Promise<Map<string, number>> {
    await page.setInputFiles("#radiograph", file);
    const name = file.slice(file.lastIndexOf("/") + 1);
    await page.waitForFunction(
      (wanted) => document.getElementById("read-status")?.textContent?.startsWith(`${wanted}:`),
      name,
    );
    expect(await page.textContent("#read-error")).toBe("");
    const meters = await page.$$eval("#findings meter", (all) =>
      all.map((meter) => [meter.getAttribute("aria-label"), (meter as HTMLMeterElement).value] as const),
    );
    return new Map(meters.map(([label, value]) => [String(label).replace("Score of ", ""), value]));
  }

  /** What onnx-cpu makes of the same file in Node. */
  async function expectedOf(file: string): Promise<Map<string, number>> {
    const description = JSON.parse(
      await readFile(join(root, "public/model/tiny.json"), "utf8"),
    ) as ModelDescription;
    const checkpoint = await parseSafetensors(await readFile(join(root, "public/model/tiny.safetensors")));
    const arrays = new Map(
      await Promise.all(checkpoint.names.map(async (name) => [name, await checkpoint.get(name)] as const)),
    );
    const { config, mean, spread, findings } = description;
    const runtime = await openRuntime("onnx-cpu");
    const step = await runtime.compile({
      state: loadParameters(config, arrays),
      inputs: { image: { shape: [1, 64, 64, 1], dtype: "uint8" } },
      step: (parameters, { image }) => ({
        outputs: {
          scores: tf.sigmoid(
            vit(
              parameters,
              tf.div(tf.sub(tf.div(image as tf.Tensor4D, 255), mean), spread) as tf.Tensor4D,
              config,
            ),
          ),
        },
      }),
    });
    const image = await prepareImage(await readFile(file), { size: 64 });
    const { scores } = await step.run({ image });
    step.dispose();
    return new Map(findings.map(({ finding }, k) => [finding.replaceAll("_", " "), Number(scores?.data[k])]));
  }

  async function requireSame(file: string, tolerance: number): Promise<void> {
    const [shown, expected] = [await scoresOf(file), await expectedOf(file)];
    expect([...shown.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [finding, score] of expected)
      expect(Math.abs((shown.get(finding) as number) - score), finding).toBeLessThan(tolerance);
  }

  test("gives a PNG the scores that Node gives it", async () => {
    await requireSame(join(root, "public/example.png"), 1e-4);
  }, 60_000);

  test("gives a 16-bit PNG the scores that Node gives it", async () => {
    const { pixels, width, height } = await decodeImage(await readFile(join(root, "public/example.png")));
    const deep = Uint16Array.from(pixels, (value) => value * 200 + 31);
    const file = join(folder, "deep.png");
    await sharp(deep, { raw: { width, height, channels: 1 } })
      .toColourspace("grey16")
      .png()
      .toFile(file);
    await requireSame(file, 1e-4);
  }, 60_000);

  test("gives a JPEG nearly the scores that Node gives it, as two decoders round differently", async () => {
    const file = join(folder, "example.jpg");
    await sharp(join(root, "public/example.png")).jpeg({ quality: 95 }).toFile(file);
    await requireSame(file, 0.02);
  }, 60_000);

  test("gives DICOM files the scores that Node gives them", async () => {
    const set = join(folder, "vindr");
    await writeSyntheticDataset("vindr-cxr", set, { images: 6, seed: 5 });
    const { table } = await readDataset("vindr-cxr", set);
    for (let row = 0; row < 3; row++)
      await requireSame(join(set, String(table.getChild("path")?.get(row))), 1e-4);
  }, 120_000);

  test("shows where a finding was seen, in the picture and in words", async () => {
    await scoresOf(join(root, "public/example.png"));
    const before = await page.$eval("#picture", (canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const button = page.locator("#findings button").first();
    await button.click();
    await expect.poll(() => button.getAttribute("aria-pressed")).toBe("true");
    expect(await page.textContent("#picture-caption")).toMatch(/strongest (at|in) the .* of the picture/);
    expect(await page.$eval("#picture", (canvas) => (canvas as HTMLCanvasElement).toDataURL())).not.toBe(
      before,
    );
    await button.click();
    expect(await button.getAttribute("aria-pressed")).toBe("false");
  }, 60_000);

  test("says of a file that is no image what it must be", async () => {
    const file = join(folder, "notes.png");
    await writeFile(file, "no image at all");
    await page.setInputFiles("#radiograph", file);
    await expect.poll(() => page.textContent("#read-error")).toContain("must be a PNG, JPEG or DICOM file");
    expect(await page.isHidden("#reading")).toBe(true);
  }, 60_000);

  test("compares two prediction files with the digits of compareModels", async () => {
    const files = [join(folder, "one.csv"), join(folder, "two.csv")] as const;
    for (const [i, file] of files.entries()) await writeFile(file, predictions(300, i));
    await page.click('nav a[href="#compare"]');
    await page.setInputFiles("#first", files[0]);
    await page.setInputFiles("#second", files[1]);
    await page.click("#comparison button[type=submit]");
    await page.waitForSelector("#save a", { timeout: 60_000 });
    const read = async (file: string) => readPredictionFile(file, await readFile(file));
    const input = predictionInput({ "one.csv": await read(files[0]), "two.csv": await read(files[1]) });
    const expected = comparisonCsv(compareModels(input, { seed: 2026, replicates: 1000 }));
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save a")]);
    const saved = await readFile(await download.path(), "utf8");
    expect(saved).toBe(expected);
    expect(await page.textContent("#result table")).toContain("one.csv − two.csv");
  }, 90_000);

  test("stops a comparison when told to", async () => {
    const file = join(folder, "large.csv");
    await writeFile(file, predictions(20_000, 0));
    await page.setInputFiles("#first", file);
    await page.setInputFiles("#second", file);
    // The button is pressed by the page itself at the first progress: a press from here may come after the end.
    await page.evaluate(() => {
      const progress = document.querySelector("#compare-progress") as HTMLProgressElement;
      new MutationObserver((_, observer) => {
        if (!progress.hasAttribute("value")) return;
        observer.disconnect();
        (document.querySelector("#stop") as HTMLButtonElement).click();
      }).observe(progress, { attributes: true });
    });
    await page.click("#comparison button[type=submit]");
    await expect.poll(() => page.textContent("#compare-status")).toBe("Stopped.");
    expect(await page.isHidden("#compare-progress")).toBe(true);
  }, 60_000);

  test("has no accessibility violation that axe finds, light and dark, wide and narrow, in either view", async () => {
    const axe = await readFile(join(root, "../../node_modules/axe-core/axe.min.js"), "utf8");
    for (const colorScheme of ["light", "dark"] as const) {
      for (const width of [1200, 390]) {
        for (const view of ["read", "compare"]) {
          // The page forbids foreign scripts, so axe is run in a context that may pass its policy by.
          const looked = await browser.newContext({
            colorScheme,
            viewport: { width, height: 900 },
            bypassCSP: true,
          });
          const tab = await looked.newPage();
          await tab.goto(`${address}#${view}`);
          if (view === "read") {
            await tab.click("#example");
            await tab.waitForSelector("#findings li");
          }
          await tab.evaluate(axe);
          const violations = await tab.evaluate(async () => {
            const { violations: found } = await (
              globalThis as unknown as {
                axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
              }
            ).axe.run();
            return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
          });
          expect(violations, `${view}, ${colorScheme}, ${width}`).toEqual([]);
          expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
          await looked.close();
        }
      }
    }
  }, 120_000);

  test("works without a network after the first load", async () => {
    await page.goto(address);
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      if (navigator.serviceWorker.controller === null)
        await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
    });
    await context.setOffline(true);
    await page.reload();
    await page.click("#example");
    await page.waitForSelector("#findings li");
    await page.click('nav a[href="#compare"]');
    await page.waitForSelector("#comparison");
    await context.setOffline(false);
  }, 60_000);

  test("has complained of nothing, and asked no other server", () => {
    expect(complaints).toEqual([]);
  });
});

/** Scores that tell something, drawn by a fixed rule. */
function predictions(rows: number, model: number): string {
  const lines = ["imageId,patientId,label:edema,score:edema,label:mass,score:mass"];
  let state = 7 + model;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let i = 0; i < rows; i++) {
    const [edema, mass] = [i % 3 === 0 ? 1 : 0, i % 7 === 0 ? 1 : 0];
    lines.push(
      `image${i},patient${i >> 1},${edema},${(0.3 * edema + 0.7 * draw()).toFixed(4)},${i % 11 === 0 ? "" : mass},${draw().toFixed(4)}`,
    );
  }
  return `${lines.join("\n")}\n`;
}
