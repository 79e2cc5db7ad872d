// The grid of a sheet in the page: where it is, what of it is selected, and pressing a cell of it.

const HEADER = 33;
const ROWS_ABOVE = 2; // in the table for screen readers, where rows count from 1 and the heading is one

export class Grid {
  constructor(name) {
    this.name = name;
    this.high = 35; // pixels of a row
  }

  get sheet() {
    return document.querySelector(`.st-key-${CSS.escape(this.name)}`);
  }

  get canvas() {
    return this.sheet?.querySelector("[data-testid=data-grid-canvas]");
  }

  get scroller() {
    return this.sheet?.querySelector(".dvn-scroller");
  }

  has(node) {
    return node instanceof Node && Boolean(this.sheet?.contains(node));
  }

  focus() {
    this.canvas?.focus({ preventScroll: true });
  }

  // The place in the canvas that the mouse is over, if it is over a row of it, also where the grid lets the mouse through.
  under(event) {
    const { canvas, scroller } = this;
    if (!canvas || !(this.has(event.target) || event.target.contains?.(this.sheet))) return null;
    const box = canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    if (x < 0 || y < HEADER || x > scroller.clientWidth || y > scroller.clientHeight) return null;
    return { x, row: Math.floor((y - HEADER + scroller.scrollTop) / this.high), left: scroller.scrollLeft };
  }

  // Whether the mouse is over the headings, and not about to change the width of one.
  overHeading(event) {
    const { canvas } = this;
    if (!canvas || !event.target.closest?.(".stDataFrameGlideDataEditor") || !this.has(event.target)) return false;
    const below = event.clientY - canvas.getBoundingClientRect().top;
    return 0 <= below && below <= HEADER && ![event.target, canvas].some((part) => getComputedStyle(part).cursor === "col-resize");
  }

  reveal(row) {
    const { scroller } = this;
    if (!scroller) return;
    const top = row * this.high;
    if (top < scroller.scrollTop || top + 2 * this.high > scroller.scrollTop + scroller.clientHeight - HEADER)
      scroller.scrollTop = Math.max(0, top - scroller.clientHeight / 2);
  }

  // Whether a row is drawn.
  draws(row) {
    return Boolean(this.sheet?.querySelector(`tr[aria-rowindex="${row + ROWS_ABOVE}"]`));
  }

  // Where on the screen the cell of `row` is that lies `x` from the left; null where something lies over it.
  placeOf(row, x) {
    const box = this.canvas.getBoundingClientRect();
    const clientX = box.left + x;
    const clientY = box.top + HEADER + this.high * (row + 0.5) - this.scroller.scrollTop;
    return this.has(document.elementFromPoint(clientX, clientY)) ? { clientX, clientY } : null;
  }

  // Press there, with the keys that were held down.
  press({ clientX, clientY }, { ctrlKey, metaKey, shiftKey }) {
    const under = document.elementFromPoint(clientX, clientY);
    const look = { clientX, clientY, ctrlKey, metaKey, shiftKey, bubbles: true, cancelable: true };
    const pointer = { ...look, pointerId: 1, pointerType: "mouse", isPrimary: true };
    this.focus();
    under.dispatchEvent(new PointerEvent("pointerdown", { ...pointer, buttons: 1 }));
    under.dispatchEvent(new MouseEvent("mousedown", { ...look, buttons: 1 }));
    under.dispatchEvent(new PointerEvent("pointerup", pointer));
    under.dispatchEvent(new MouseEvent("mouseup", look));
    under.dispatchEvent(new MouseEvent("click", look));
  }

  // It takes a click only from a mouse that it has seen move, a moment before.
  hover({ clientX, clientY }) {
    const under = document.elementFromPoint(clientX, clientY);
    const look = { clientX, clientY, bubbles: true };
    if (!this.has(under)) return;
    under.dispatchEvent(new PointerEvent("pointermove", { ...look, pointerId: 1, pointerType: "mouse", isPrimary: true }));
    under.dispatchEvent(new MouseEvent("mousemove", look));
  }

  // The selection, from the table that the grid keeps for screen readers: rows count from 0, columns by their heading.
  selection() {
    const { sheet } = this;
    const chosen = [...(sheet?.querySelectorAll("td[role=gridcell][aria-selected=true]") ?? [])];
    if (!chosen.length) return null;
    const rowOf = (cell) => Number(cell.closest("tr").getAttribute("aria-rowindex")) - ROWS_ABOVE;
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
}
