/**
 * The page's only script: it turns the headings of sortable tables into buttons. Without it the tables stand as they
 * are. Signs beyond ASCII are written as escapes, because the page allows the script by the hash of its bytes.
 */
export const pageScript: string = `"use strict";
for (const table of document.querySelectorAll("table[data-sortable]")) {
  const body = table.tBodies[0];
  const given = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const said = document.createElement("p");
  said.className = "unseen";
  said.setAttribute("role", "status");
  table.parentElement.after(said);
  heads.forEach((head, column) => {
    const isText = head.classList.contains("text");
    const button = document.createElement("button");
    const name = head.textContent;
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const next = { none: isText ? "ascending" : "descending", descending: isText ? "none" : "ascending",
        ascending: isText ? "descending" : "none" }[head.getAttribute("aria-sort")];
      for (const other of heads) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", next);
      const sign = next === "descending" ? -1 : 1;
      const keyed = given.map((row) => ({ row, cell: row.cells[column] }));
      const compare = (a, b) => {
        if (isText) return sign * a.cell.textContent.localeCompare(b.cell.textContent, "en", { numeric: true });
        const x = a.cell.dataset.value, y = b.cell.dataset.value;
        return x === "" || y === "" ? (x === "") - (y === "") : sign * (x - y);
      };
      body.append(...(next === "none" ? given : keyed.sort(compare).map(({ row }) => row)));
      said.textContent = next === "none" ? "Rows in their first order" : "Sorted by " + name + ", " + next;
    });
  });
}
`;

/** SHA-256 of the script, in base64; a test computes it anew. */
export const pageScriptHash: string = "//Dw7aatZZbmX77YfeZTt9OX5ssCO9vCjk3c5flI25E=";
