import type { GreyImage } from "@cxrkit/datasets";
import { drawPicture } from "./drawPicture.js";
import { element } from "./element.js";
import { type Model, openModel } from "./openModel.js";
import { showError } from "./showError.js";
import { statementOf } from "./statementOf.js";

/** Files above this are not read: a radiograph is smaller. */
const mostBytes = 2 ** 28;

/** The radiograph that was asked for last: what comes later of an earlier one is dropped. */
let latest = 0;

/** Makes the first view work. */
export function startReading(): void {
  const input = element("radiograph", HTMLInputElement);
  const drop = element("drop", HTMLDivElement);
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file !== undefined) void read(file, file.name);
  });
  element("example", HTMLButtonElement).addEventListener("click", () => {
    const fetched = fetch("example.png").then((answer) => answer.blob());
    void read(fetched, "the drawn example");
  });
  for (const name of ["dragenter", "dragover"] as const) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) void read(file, file.name);
  });
}

async function read(source: Blob | Promise<Blob>, name: string): Promise<void> {
  latest += 1;
  const asked = latest;
  const status = element("read-status", HTMLParagraphElement);
  status.textContent = `Reading ${name} …`;
  showError("read-error", undefined);
  try {
    const blob = await source;
    if (blob.size > mostBytes)
      throw new RangeError(`page: file must have at most ${mostBytes} bytes, got ${blob.size}`);
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const { decodeImage, prepareImage, presentGrey } = await import("@cxrkit/datasets");
    const grey = presentGrey(await decodeImage(bytes));
    const model = await openModel();
    const image = await prepareImage(bytes, { size: model.size });
    const scores = await model.scores(image);
    if (asked !== latest) return;
    showReading(model, { grey, image, scores, name });
    status.textContent = `${name}: ${grey.width} × ${grey.height} pixels, read.`;
  } catch (error) {
    if (asked !== latest) return;
    status.textContent = "";
    element("reading", HTMLDivElement).hidden = true;
    showError("read-error", error);
  }
}

interface Reading {
  readonly grey: GreyImage;
  readonly image: Uint8Array;
  readonly scores: Float32Array;
  readonly name: string;
}

function showReading(model: Model, reading: Reading): void {
  const { findings } = model.description;
  const order = [...findings.keys()].sort(
    (a, b) => (reading.scores[b] as number) - (reading.scores[a] as number),
  );
  const buttons = order.map((k) => findingItem(model, reading, k));
  element("findings", HTMLUListElement).replaceChildren(...buttons.map(({ item }) => item));
  element("reading", HTMLDivElement).hidden = false;
  drawPicture(element("picture", HTMLCanvasElement), reading.grey);
  caption(`${reading.name}, as a viewer shows it.`);
}

function findingItem(model: Model, reading: Reading, k: number): { readonly item: HTMLLIElement } {
  const described = model.description.findings[k] as Model["description"]["findings"][number];
  const score = reading.scores[k] as number;
  const words = described.finding.replaceAll("_", " ");
  const item = document.createElement("li");
  const meter = document.createElement("meter");
  meter.value = score;
  meter.setAttribute("aria-label", `Score of ${words}`);
  const name = document.createElement("strong");
  name.textContent = `${words} ${score.toFixed(2)}`;
  const statement = document.createElement("p");
  statement.textContent = `${statementOf(described, score)} Area under the ROC curve on drawn test images: ${described.testArea.toFixed(2)}.`;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = `Show where: ${words}`;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => void showWhere(model, reading, k, button));
  item.append(name, meter, statement, button);
  return { item };
}

async function showWhere(
  model: Model,
  reading: Reading,
  k: number,
  button: HTMLButtonElement,
): Promise<void> {
  const canvas = element("picture", HTMLCanvasElement);
  const isShown = button.getAttribute("aria-pressed") === "true";
  for (const other of document.querySelectorAll("#findings button"))
    other.setAttribute("aria-pressed", "false");
  if (isShown) {
    drawPicture(canvas, reading.grey);
    caption(`${reading.name}, as a viewer shows it.`);
    return;
  }
  const map = await model.relevance(reading.image, k);
  drawPicture(canvas, reading.grey, map);
  button.setAttribute("aria-pressed", "true");
  const finding = model.description.findings[k]?.finding.replaceAll("_", " ");
  const strongest = map.values.indexOf(1);
  const [row, column] = [Math.floor(strongest / map.columns), strongest % map.columns];
  caption(
    `${reading.name}; orange: what the score of ${finding} rests on, by attention weighted with its gradient, strongest ${placeOf(row / map.rows, column / map.columns)}.`,
  );
}

/** Where in the picture, in words for those who do not see it. */
function placeOf(down: number, right: number): string {
  const vertical = down < 1 / 3 ? "at the top" : down < 2 / 3 ? "in the middle" : "at the bottom";
  const horizontal = right < 1 / 3 ? "left" : right < 2 / 3 ? "centre" : "right";
  return `${vertical}, ${horizontal} of the picture`;
}

function caption(text: string): void {
  element("picture-caption", HTMLElement).textContent = text;
  element("picture", HTMLCanvasElement).setAttribute("aria-label", text);
}
