/** An element of the page by its id; that it is there and of its kind is the page's promise. */
export function element<T extends HTMLElement>(id: string, kind: abstract new (...args: never[]) => T): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new TypeError(`page: element ${id} must be there, got ${found?.tagName ?? "none"}`);
}
