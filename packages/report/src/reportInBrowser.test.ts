import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleReport } from "../test/sampleReport.js";
import { htmlReport } from "./index.js";

const program = [
  process.env.CXRKIT_CHROMIUM ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== "" && existsSync(path));
const about = "the report in a browser";
const title = program === undefined ? `${about} (skipped: no Chromium, set CXRKIT_CHROMIUM)` : about;

describe.skipIf(program === undefined)(title, () => {
  const folder = mkdtempSync(join(tmpdir(), "cxrkit-report-"));
  const file = join(folder, "report.html");
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  let browser: Browser;

  beforeAll(async () => {
    writeFileSync(file, htmlReport(await sampleReport()));
    browser = await chromium.launch({ executablePath: program as string, args: ["--no-sandbox"] });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens the page from disk and gives back what the browser complains of and asks for, besides the page itself. */
  async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; events: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    const events: string[] = [];
    page.on("console", (message) => events.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => events.push(`error: ${error.message}`));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith("data:image/png;") && url !== String(pathToFileURL(file)))
        events.push(`request: ${url}`);
    });
    await page.goto(String(pathToFileURL(file)));
    return { page, events };
  }

  /** Opens every part that is folded away. */
  const unfold = (page: Page) =>
    page.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });

  const column = (page: Page, number: number) =>
    page.locator("table").first().locator(`tbody tr > :nth-child(${number})`).allTextContents();
  const heading = (page: Page, name: string) =>
    page.locator("table").first().locator("thead th").filter({ hasText: name });

  test("it opens from disk without a complaint or a request", async () => {
    const { page, events } = await open();
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const images = await page.evaluate(() =>
      Promise.all([...document.images].map((image) => image.decode().then(() => image.naturalWidth > 0))),
    );
    expect(images).toHaveLength(8);
    expect(images).not.toContain(false);
    expect(events).toEqual([]);
    await page.close();
  });

  test("its policy lets no other script and no request through", async () => {
    const { page } = await open();
    const ran = await page.evaluate(async () => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'changed'";
      document.body.append(script);
      const image = document.createElement("img");
      image.src = "http://127.0.0.1:9/x.png";
      const isRefused = new Promise((resolve) => {
        document.addEventListener("securitypolicyviolation", (event) => {
          if (event.blockedURI.includes("127.0.0.1")) resolve(true);
        });
      });
      document.body.append(image);
      return { title: document.title, isRefused: await isRefused };
    });
    expect(ran).toEqual({ title: "Does a start on natural images help?", isRefused: true });
    await page.close();
  });

  test("a table sorts by its numbers, down, up and back, and says so", async () => {
    const { page, events } = await open();
    const given = await column(page, 3);
    const numbers = given.map((text) => Number.parseFloat(text));
    const head = heading(page, "AUROC");
    await head.getByRole("button").click();
    expect((await column(page, 3)).map(Number.parseFloat)).toEqual([...numbers].sort((a, b) => b - a));
    expect(await head.getAttribute("aria-sort")).toBe("descending");
    expect(await page.locator("[role=status]").first().textContent()).toMatch(
      /^Sorted by AUROC .*, descending$/,
    );
    await head.getByRole("button").click();
    expect((await column(page, 3)).map(Number.parseFloat)).toEqual([...numbers].sort((a, b) => a - b));
    await head.getByRole("button").click();
    expect(await column(page, 3)).toEqual(given);
    expect(await head.getAttribute("aria-sort")).toBe("none");
    expect(events).toEqual([]);
    await page.close();
  });

  test("a table sorts by its texts from the keyboard, with one heading marked at a time", async () => {
    const { page } = await open();
    const given = await column(page, 1);
    await heading(page, "AUROC").getByRole("button").press("Enter");
    await heading(page, "Data set").getByRole("button").press("Space");
    expect(await column(page, 1)).toEqual(
      [...given].sort((a, b) => a.localeCompare(b, "en", { numeric: true })),
    );
    const marks = await page
      .locator("table")
      .first()
      .locator("thead th:not([aria-sort=none])")
      .allTextContents();
    expect(marks).toEqual(["Data set"]);
    await page.close();
  });

  test("cells without a number come last, whichever way a table is sorted", async () => {
    const { page } = await open();
    const table = page.locator("table").filter({ hasText: "AUROC by group" });
    const button = table.locator("thead th").filter({ hasText: "AUROC" }).getByRole("button");
    for (let i = 0; i < 2; i++) {
      await button.click();
      const cells = await table.locator("tbody tr > :nth-child(4)").allTextContents();
      expect(cells.slice(-2)).toEqual(["–", "–"]);
      expect(cells.slice(0, -2)).not.toContain("–");
    }
    await page.close();
  });

  test("every section is reached from the keyboard, by its place in the contents", async () => {
    const { page } = await open();
    const links = await page.locator("nav a").count();
    expect(links).toBe(await page.locator("main section").count());
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
    for (let i = 0; i < links; i++) {
      await page.keyboard.press("Tab");
      const target = await page.evaluate(() => document.activeElement?.getAttribute("href"));
      expect(target).toBe(await page.locator("nav a").nth(i).getAttribute("href"));
      await page.keyboard.press("Enter");
      expect(await page.evaluate(() => location.hash)).toBe(target);
      expect(await page.locator(`${target}:target > :is(h2, h3)`).count()).toBe(1);
      await page.locator("nav a").nth(i).focus();
    }
    await page.close();
  });

  test("Tab leads through every heading to sort, every table and every download, and is caught nowhere", async () => {
    const { page } = await open();
    await unfold(page);
    const focused = await page.evaluate(() => {
      const all = [...document.querySelectorAll<HTMLElement>("a[href], button, summary, [tabindex='0']")];
      for (const [i, element] of all.entries()) element.dataset.place = String(i);
      return all.length;
    });
    const order: (string | undefined)[] = [];
    for (let i = 0; i < focused; i++) {
      await page.keyboard.press("Tab");
      order.push(await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.place));
    }
    expect(order).toEqual(Array.from({ length: focused }, (_, i) => String(i)));
    await page.close();
  });

  /** A folder for pictures of the page, for those who want to look at it. */
  const pictures = process.env.CXRKIT_PICTURES;

  test.each<[string, BrowserContextOptions]>([
    ["light", { colorScheme: "light" }],
    ["dark", { colorScheme: "dark" }],
    ["a telephone, light", { colorScheme: "light", viewport: { width: 390, height: 844 } }],
    ["a telephone, dark", { colorScheme: "dark", viewport: { width: 390, height: 844 } }],
  ])("axe finds no violation: %s", async (name, options) => {
    const { page } = await open(options);
    if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
    await page.evaluate(axe);
    const violations = () =>
      page.evaluate(async () => {
        const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
        const found = await axe.run(document);
        return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
      });
    expect(await violations()).toEqual([]);
    await unfold(page);
    expect(await violations()).toEqual([]);
    await page.close();
  });

  test.each([1280, 768, 390, 320])(
    "nothing is wider than a page of %i pixels, and no drawing cuts its text",
    async (width) => {
      const { page } = await open({ viewport: { width, height: 800 } });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll("svg.chart")].flatMap((chart) => {
          const frame = chart.getBoundingClientRect();
          return [...chart.querySelectorAll("text")]
            .filter((text) => {
              const box = text.getBoundingClientRect();
              const isAcross = box.left < frame.left - 0.5 || box.right > frame.right + 0.5;
              return isAcross || box.top < frame.top - 0.5 || box.bottom > frame.bottom + 0.5;
            })
            .map((text) => text.textContent);
        }),
      );
      expect(cut).toEqual([]);
      await page.close();
    },
  );

  test("the headings of a long table stay in sight while its rows scroll", async () => {
    const { page } = await open();
    await unfold(page);
    const tops = await page.evaluate(() => {
      const region = document.querySelector(".tall") as HTMLElement;
      region.scrollTop = 400;
      const head = region.querySelector("thead th") as HTMLElement;
      return { head: head.getBoundingClientRect().top, region: region.getBoundingClientRect().top };
    });
    expect(tops.head).toBeCloseTo(tops.region, 0);
    await page.close();
  });

  test("on paper it is light, without contents and buttons, and no table is cut off", async () => {
    const { page } = await open({ colorScheme: "dark", viewport: { width: 688, height: 1000 } });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const paper = await page.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      ground: getComputedStyle(document.body).backgroundColor,
      contents: getComputedStyle(document.querySelector("nav") as Element).display,
      hidden: [...document.querySelectorAll(".scroll")].filter(
        (region) => region.scrollHeight > region.clientHeight + 1,
      ).length,
    }));
    expect(paper).toEqual({ width: 688, ground: "rgb(255, 255, 255)", contents: "none", hidden: 0 });
    expect((await page.pdf({ format: "A4" })).subarray(0, 5).toString()).toBe("%PDF-");
    await page.close();
  });

  test("what is folded away opens without a script, and is open on paper", async () => {
    const { page } = await open({ javaScriptEnabled: false });
    const table = page.locator("details table").first();
    expect(await table.isVisible()).toBe(false);
    await page.locator("summary").first().click();
    expect(await table.isVisible()).toBe(true);
    await page.locator("summary").first().click();
    await page.emulateMedia({ media: "print" });
    expect((await table.boundingBox())?.height).toBeGreaterThan(500);
    await page.close();
  });

  test("without scripts every table is there, and nothing that does nothing", async () => {
    const { page, events } = await open({ javaScriptEnabled: false });
    expect(await page.locator("button").count()).toBe(0);
    expect((await column(page, 1)).slice(0, 4)).toEqual([
      "VinDr-CXR",
      "VinDr-CXR",
      "VinDr-CXR",
      "ChestX-ray14",
    ]);
    expect(events).toEqual([]);
    await page.close();
  });

  test("a download is the file it was given", async () => {
    const { page, events } = await open();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "seeds.json" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("seeds.json");
    expect(readFileSync(await download.path(), "utf8")).toBe('{"seed":7}\n');
    expect(events.filter((event) => !event.startsWith("request: data:application/json"))).toEqual([]);
    await page.close();
  });
});
