"use strict";

/* Sorts and searches the tables of a page, and unfolds it for printing. It loads nothing and keeps nothing. */

const order = new Intl.Collator("en", { numeric: true });

function textOf(row, column) {
  return row.cells[column].textContent.trim();
}

function sortBy(table, head) {
  const up = head.getAttribute("aria-sort") !== "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  const column = head.cellIndex;
  const keyed = [...table.tBodies[0].rows].map((row) => [textOf(row, column), row]);
  keyed.sort((one, other) => (up ? 1 : -1) * order.compare(one[0], other[0]));
  table.tBodies[0].append(...keyed.map((pair) => pair[1]));
}

for (const table of document.querySelectorAll("table[data-sortable]")) {
  for (const head of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sortBy(table, head));
    head.append(button);
  }
}

for (const form of document.querySelectorAll("form.find")) {
  const search = form.querySelector("input[type=search]");
  const only = form.querySelector("input[type=checkbox]");
  const count = form.querySelector("output");
  const rows = [...form.parentElement.querySelectorAll("table[data-sortable] > tbody > tr")];
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const row of rows) {
      const fits = words.every((word) => texts.get(row).includes(word));
      row.hidden = !fits || Boolean(only && only.checked && !row.classList.contains("changed"));
      if (!row.hidden) found += 1;
    }
    for (const part of form.parentElement.querySelectorAll(".wide")) {
      part.hidden = !part.querySelector("tbody > tr:not([hidden])");
    }
    count.textContent = `${found} of ${rows.length} rows`;
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", show);
  if (only) only.addEventListener("change", show);
  show();
}

let folded = [];
window.addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const part of folded) part.open = true;
});
window.addEventListener("afterprint", () => {
  for (const part of folded) part.open = false;
});
