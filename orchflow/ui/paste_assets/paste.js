// Paste into a sheet, and keys that act on its rows. The grid's own paste drops what does not fit without a word and asks
// for a permission that pages without HTTPS do not get; here the text goes to the server as it is, with its place.

const KEYS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" };

const catchers = new WeakMap();

export default function render(component) {
  const { parentElement, data } = component;
  let catcher = catchers.get(parentElement);
  if (!catcher) {
    catcher = new Catcher(parentElement);
    catchers.set(parentElement, catcher);
  }
  catcher.component = component;
  catcher.sheet = data.sheet;
  catcher.acts = data.acts;
  return () => {
    catcher.stop();
    catchers.delete(parentElement);
  };
}

class Catcher {
  constructor(parent) {
    // The text lands in this field, since only a paste into a field is open to every page.
    this.field = document.createElement("textarea");
    this.field.setAttribute("aria-hidden", "true");
    this.field.tabIndex = -1;
    this.field.style.cssText = "position:fixed;left:0;top:0;width:1px;height:1px;opacity:0;border:0;padding:0";
    parent.append(this.field);
    this.onKey = (event) => this.key(event);
    this.field.addEventListener("paste", (event) => this.pasted(event));
    window.addEventListener("keydown", this.onKey, true);
  }

  stop() {
    window.removeEventListener("keydown", this.onKey, true);
    this.field.remove();
  }

  key(event) {
    const paste = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "v";
    const act = this.acts && event.altKey && event.shiftKey && !event.ctrlKey ? KEYS[event.key] : undefined;
    if (!paste && !act) return;
    const grid = document.activeElement?.closest?.("canvas, [role=grid]") ?? null;
    const sheet = document.querySelector(`.st-key-${CSS.escape(this.sheet)}`);
    if (!grid || !sheet?.contains(grid)) return;
    const place = placeIn(sheet);
    if (!place) return;
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      this.component.setTriggerValue("acted", { act, row: place.row, rows: place.rows });
      return;
    }
    this.place = place;
    this.back = document.activeElement;
    this.field.value = "";
    this.field.focus({ preventScroll: true });
  }

  pasted(event) {
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData?.getData("text/plain") ?? "";
    this.back?.focus({ preventScroll: true });
    if (text && this.place) this.component.setTriggerValue("pasted", { text, ...this.place });
  }
}

// The selection, from the table that the grid keeps for screen readers: rows count from 0, columns by their heading.
function placeIn(sheet) {
  const chosen = [...sheet.querySelectorAll("td[role=gridcell][aria-selected=true]")];
  if (!chosen.length) return null;
  const rowOf = (cell) => Number(cell.closest("tr").getAttribute("aria-rowindex")) - 2;
  const columnOf = (cell) => Number(cell.getAttribute("aria-colindex"));
  const headings = new Map(
    [...sheet.querySelectorAll("th[role=columnheader]")].map((head) => [columnOf(head), head.textContent]),
  );
  const rows = chosen.map(rowOf);
  const columns = [...new Set(chosen.map(columnOf))].sort((a, b) => a - b);
  const row = Math.min(...rows);
  return {
    row,
    rows: Math.max(...rows) - row + 1,
    label: headings.get(columns[0]) ?? "",
    labels: columns.map((column) => headings.get(column) ?? ""),
  };
}
