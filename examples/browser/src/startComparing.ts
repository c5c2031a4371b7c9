import { comparisonTable } from "@cxrkit/report";
import { type Comparison, compareModelsInWorkers } from "@cxrkit/statistics";
import { predictionInput } from "cxrkit-compare-two-models/predictionInput";
import { readPredictionFile } from "cxrkit-compare-two-models/readPredictionFile";
import { comparisonCsv } from "./comparisonCsv.js";
import { element } from "./element.js";
import { showError } from "./showError.js";

let isStarted = false;
let address = "";

/** Makes the second view work, once. */
export function startComparing(): void {
  if (isStarted) return;
  isStarted = true;
  const stop = element("stop", HTMLButtonElement);
  let running: AbortController | undefined;
  stop.addEventListener("click", () => running?.abort(new DOMException("stopped", "AbortError")));
  element("comparison", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    running?.abort(new DOMException("begun anew", "AbortError"));
    const controller = new AbortController();
    running = controller;
    void compare(controller.signal);
  });
}

async function compare(signal: AbortSignal): Promise<void> {
  const status = element("compare-status", HTMLParagraphElement);
  const progress = element("compare-progress", HTMLProgressElement);
  const stop = element("stop", HTMLButtonElement);
  showError("compare-error", undefined);
  element("result", HTMLDivElement).replaceChildren();
  element("save", HTMLParagraphElement).replaceChildren();
  stop.disabled = false;
  progress.hidden = false;
  progress.removeAttribute("value");
  status.textContent = "Reading both files …";
  try {
    const [first, second] = await Promise.all([fileOf("first"), fileOf("second")]);
    const names = first.name === second.name ? ["first", "second"] : [first.name, second.name];
    const files = {
      [names[0] as string]: readPredictionFile(first.name, first.bytes),
      [names[1] as string]: readPredictionFile(second.name, second.bytes),
    };
    status.textContent = "Measuring resamples …";
    const comparison = await compareModelsInWorkers(predictionInput(files), {
      seed: 2026,
      replicates: 1000,
      signal,
      onReplicate: (done, total) => {
        progress.max = total;
        progress.value = done;
      },
    });
    show(comparison);
    status.textContent = "Done.";
  } catch (error) {
    if (signal.aborted) status.textContent = "Stopped.";
    else {
      status.textContent = "";
      showError("compare-error", error);
    }
  } finally {
    if (!signal.aborted || status.textContent === "Stopped.") {
      stop.disabled = true;
      progress.hidden = true;
    }
  }
}

async function fileOf(id: string): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  const file = element(id, HTMLInputElement).files?.[0];
  if (file === undefined) throw new RangeError(`page: ${id} file must be chosen, got none`);
  return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
}

function show(comparison: Comparison): void {
  // The report package escapes every name that it is handed.
  element("result", HTMLDivElement).innerHTML = comparisonTable(comparison).html;
  URL.revokeObjectURL(address);
  address = URL.createObjectURL(new Blob([comparisonCsv(comparison)], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = "comparison.csv";
  link.textContent = "Save the numbers as CSV";
  element("save", HTMLParagraphElement).replaceChildren(link);
}
