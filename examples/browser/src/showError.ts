import { element } from "./element.js";

/** Says what went wrong where a reader of the page finds it, or takes back what was said. */
export function showError(id: string, error: unknown): void {
  const words = error === undefined ? "" : error instanceof Error ? error.message : String(error);
  element(id, HTMLParagraphElement).textContent = words;
}
