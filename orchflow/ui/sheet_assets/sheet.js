// The page's side of a sheet. Pastes and keys that act on rows are handed to the server as they are. And nothing is lost:
// the grid sends what was written a moment later, and begins anew when it gets other rows. So what is pressed elsewhere
// waits until it was sent, and then nothing can be written in the grid until the page is drawn.

const KEYS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" };
const SENT = 220; // ms after which the grid has sent what was written (it waits for 150)
const QUIET = 600; // ms without a key or a click after which nobody is writing
const ROW = 35;
const HEADER = 33;
const ACTS = "button, a[href], label, [role=button], [role=option], [role=radio], [role=tab], [role=menuitem], [role=switch]";

const watchers = new WeakMap();

export default function render(component) {
  const { parentElement, data } = component;
  let watcher = watchers.get(parentElement);
  if (!watcher) {
    watcher = new Watcher(parentElement);
    watchers.set(parentElement, watcher);
  }
  watcher.told(component, data);
  return () => {
    watcher.stop();
    watchers.delete(parentElement);
  };
}

class Watcher {
  constructor(parent) {
    // The text lands in this field, since only a paste into a field is open to every page.
    this.field = document.createElement("textarea");
    this.field.setAttribute("aria-hidden", "true");
    this.field.tabIndex = -1;
    this.live = document.createElement("div");
    this.live.setAttribute("role", "status");
    for (const part of [this.field, this.live]) {
      part.style.cssText = "position:fixed;left:0;top:0;width:1px;height:1px;opacity:0;border:0;padding:0;overflow:hidden";
      parent.append(part);
    }
    this.field.addEventListener("paste", (event) => this.pasted(event));
    this.written = -Infinity;
    this.queue = [];
    this.ears = [
      ["keydown", (event) => this.key(event)],
      ["pointerdown", (event) => this.pressed(event)],
      ["mousemove", (event) => (this.mouse = [event.clientX, event.clientY])],
      ["mousedown", (event) => this.heading(event)],
      ["mouseup", (event) => this.heading(event)],
      ["pointerup", (event) => this.heading(event)],
      ["click", (event) => this.clicked(event)],
    ];
    for (const [kind, ear] of this.ears) window.addEventListener(kind, ear, true);
  }

  stop() {
    for (const [kind, ear] of this.ears) window.removeEventListener(kind, ear, true);
    clearTimeout(this.idling);
    clearTimeout(this.holding);
    this.release();
    this.field.remove();
    this.live.remove();
  }

  told(component, data) {
    this.component = component;
    const before = this.data ?? {};
    this.data = data;
    if (data.said && data.said !== before.said) {
      this.live.textContent = data.said;
      if (!document.activeElement || document.activeElement === document.body) this.canvas()?.focus({ preventScroll: true });
    }
    if (data.at >= 0 && data.at !== before.at) setTimeout(() => this.reveal(data.at), 100);
    clearTimeout(this.idling);
    if (data.behind) this.idle();
  }

  get sheet() {
    return document.querySelector(`.st-key-${CSS.escape(this.data.sheet)}`);
  }

  canvas() {
    return this.sheet?.querySelector("[data-testid=data-grid-canvas]");
  }

  inGrid(node) {
    return node instanceof Node && Boolean(this.sheet?.contains(node));
  }

  inEditor(node) {
    return node instanceof Node && Boolean(document.getElementById("portal")?.contains(node));
  }

  reveal(row) {
    const scroller = this.sheet?.querySelector(".dvn-scroller");
    if (!scroller) return;
    const top = row * ROW;
    if (top < scroller.scrollTop || top + 2 * ROW > scroller.scrollTop + scroller.clientHeight - HEADER)
      scroller.scrollTop = Math.max(0, top - scroller.clientHeight / 2);
  }

  // ---- keys

  key(event) {
    const active = document.activeElement;
    const within = this.inGrid(active) || (this.held && this.ours && active === document.body);
    if (this.held && !event.kept && (within || (this.ours && this.inEditor(active)))) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.queue.push(event);
      return;
    }
    if (within || this.inEditor(active)) {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        event.stopImmediatePropagation();
        if (!this.afterSending(event, () => this.save())) this.save();
        return;
      }
      this.written = performance.now();
    } else if (event.key === "Enter" || event.key === " ") {
      this.hold();
    }
    if (!within) return;
    const control = (event.ctrlKey || event.metaKey) && !event.altKey;
    const letter = event.key.toLowerCase();
    if (control && letter === "f" && this.leadTo(this.data.search)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const act = this.data.acts && event.altKey && event.shiftKey && !event.ctrlKey ? KEYS[event.key] : undefined;
    const paste = this.data.pastes && control && letter === "v";
    const place = paste || act ? placeIn(this.sheet) : null;
    if (!place) return;
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      this.tell("acted", { act, row: place.row, rows: place.rows, round: this.data.round });
      return;
    }
    this.place = place;
    this.back = active;
    this.field.value = "";
    this.field.focus({ preventScroll: true });
  }

  pasted(event) {
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData?.getData("text/plain") ?? "";
    this.back?.focus({ preventScroll: true });
    if (text && this.place) this.tell("pasted", { text, round: this.data.round, ...this.place });
  }

  // What the server is told changes the rows: it is told after the grid has sent what it holds.
  tell(name, value) {
    const wait = Math.max(0, this.written + SENT - performance.now());
    this.hold(wait + 400);
    setTimeout(() => this.component.setTriggerValue(name, value), wait);
  }

  // ---- what is pressed elsewhere

  pressed(event) {
    this.heading(event);
    if (this.inGrid(event.target) || this.inEditor(event.target)) this.written = performance.now();
    else if (event.target.closest?.(ACTS)) this.hold();
  }

  clicked(event) {
    if (this.inEditor(event.target)) return;
    if (this.inGrid(event.target)) {
      const tool = event.target.closest?.("button[aria-label^=Search]");
      if (tool && this.leadTo(this.data.search)) {
        event.preventDefault();
        event.stopImmediatePropagation();
      } else this.heading(event);
      return;
    }
    const target = event.target.closest?.(ACTS);
    if (target && event.isTrusted) this.afterSending(event, () => target.click());
  }

  // Let `event` go on once the grid has sent what was written last; an editor that is open is left first.
  afterSending(event, act) {
    const editing = document.querySelector("#portal .gdg-input, #portal [id^=gdg-overlay]");
    if (editing) {
      editing.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 13, bubbles: true, cancelable: true }));
      this.written = performance.now();
    }
    const wait = this.written + SENT - performance.now();
    if (wait <= 0) return false;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.hold(wait + 400);
    setTimeout(act, wait);
    return true;
  }

  again(event, target) {
    const copy = new KeyboardEvent(event.type, event);
    copy.kept = true;
    target.dispatchEvent(copy);
  }

  save() {
    const key = this.data.sheet.replace(/frame$/, "save");
    document.querySelector(`[class*="st-key-${CSS.escape(key)}"] button`)?.click();
  }

  hold(least = 300) {
    if (!this.sheet) return;
    if (!this.held) this.ours = this.inGrid(document.activeElement);
    this.held = true;
    this.sheet.style.pointerEvents = "none";
    clearTimeout(this.holding);
    const look = () => {
      const state = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
      if (state !== "notRunning") this.holding = setTimeout(look, 40);
      else this.release();
    };
    this.holding = setTimeout(look, least);
  }

  // The grid can be written in again; keys that came meanwhile are pressed now, one after the other.
  release() {
    if (this.sheet) this.sheet.style.pointerEvents = "";
    this.hover();
    if (this.ours && document.activeElement === document.body) this.canvas()?.focus({ preventScroll: true });
    const next = () => {
      const event = this.queue.shift();
      if (!event) {
        this.held = false;
        return;
      }
      const active = document.activeElement;
      const types = this.inEditor(active) && event.key.length === 1 && !event.ctrlKey && !event.metaKey;
      if (types) document.execCommand("insertText", false, event.key);
      else this.again(event, active);
      this.written = performance.now();
      setTimeout(next, 30);
    };
    next();
  }

  // The grid takes a click only from a mouse that it has seen move.
  hover() {
    const [clientX, clientY] = this.mouse ?? [];
    const under = this.mouse && document.elementFromPoint(clientX, clientY);
    if (this.inGrid(under)) under.dispatchEvent(new MouseEvent("mousemove", { clientX, clientY, bubbles: true }));
  }

  // ---- headings: the grid would put only these rows in another order, and what is pasted into the wrong ones

  heading(event) {
    const canvas = this.canvas();
    if (!canvas || !event.target.closest?.(".stDataFrameGlideDataEditor") || !this.inGrid(event.target)) return;
    const below = event.clientY - canvas.getBoundingClientRect().top;
    if (below < 0 || below > HEADER) return;
    if ([event.target, canvas].some((part) => getComputedStyle(part).cursor === "col-resize")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.type === "click" && this.data.order)
      document.querySelector(`.st-key-${CSS.escape(this.data.order)} button`)?.click();
  }

  leadTo(key) {
    const field = key && document.querySelector(`.st-key-${CSS.escape(key)} input`);
    field?.focus();
    field?.select();
    return Boolean(field);
  }

  // ---- the server has other rows, and waits until nobody writes

  idle() {
    const wait = this.written + QUIET - performance.now();
    const editing = document.querySelector("#portal .gdg-input, #portal [id^=gdg-overlay]");
    if (wait > 0 || editing) {
      this.idling = setTimeout(() => this.idle(), Math.max(wait, 200));
      return;
    }
    this.hold(400);
    this.component.setTriggerValue("idle", this.data.round);
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
