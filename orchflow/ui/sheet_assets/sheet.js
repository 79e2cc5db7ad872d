// The page's side of a sheet. Pastes and keys that act on rows are handed to the server as they are. And nothing is lost:
// the grid sends what was written a moment later, and begins anew when it gets other rows. So what is pressed elsewhere
// waits until it was sent, and then nothing can be written in the grid until the page is drawn. A cell's editor opens and
// goes a moment after the key for it: keys that come in between wait as well.

const KEYS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" };
const SENT = 220; // ms after which the grid has sent what was written (it waits for 150)
const TURN = { opening: 400, leaving: 2000 }; // ms after which an editor that did not open, or go, is not waited for any more
const BEAT = 8; // ms between two keys that had to wait
const LATE = 1500; // ms after which there is nothing to save
const QUIET = 600; // ms without a key or a click after which nobody is writing
const ENTER = { key: "Enter", keyCode: 13, bubbles: true, cancelable: true };
const EDITS = { Backspace: "delete", Delete: "forwardDelete" };
const ROW = 35;
const HEADER = 33;
const ACTS = "button, a[href], label, [role=button], [role=option], [role=radio], [role=tab], [role=menuitem], [role=switch]";

const watchers = new WeakMap();
const bare = (event) => !event.ctrlKey && !event.metaKey && !event.altKey;
const leaves = (event) => bare(event) && (["Tab", "Escape"].includes(event.key) || (event.key === "Enter" && !event.shiftKey));
const opens = (event) => bare(event) && (["Enter", "F2"].includes(event.key) || (event.key.length === 1 && event.key !== " "));

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
    this.since = -Infinity;
    this.timers = 0;
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
    clearTimeout(this.replaying);
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
    const waits = this.held || this.queue.length > 0 || this.turning() || this.tooEarly(event, active);
    const within = this.inGrid(active) || (waits && (this.ours || !this.held) && active === document.body);
    if (waits && !event.kept && !event.isComposing && (within || this.inEditor(active))) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.queue.push(event);
      this.replay();
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
      this.turn(event, active);
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
      this.tell(event, "acted", { act, row: place.row, rows: place.rows, round: this.data.round });
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
    if (text && this.place) this.tell(event, "pasted", { text, round: this.data.round, ...this.place });
  }

  // What the server is told changes the rows: it is told after the grid has sent what it holds.
  tell(event, name, value) {
    this.hold(400);
    this.whenSent(() => this.component.setTriggerValue(name, value), event.since ?? event.timeStamp);
  }

  // Call `act` once the grid has sent what was written before; an editor that is open is left first.
  whenSent(act, since) {
    this.since = since;
    this.acting = true;
    if (this.queue[0]?.timeStamp < since || this.turning() || this.timers) this.written = performance.now();
    else if (this.editor()) {
      this.again(new KeyboardEvent("keydown", ENTER), document.querySelector("#portal .gdg-clip-region") ?? this.editor());
      this.leave();
    }
    const wait = this.written + SENT - performance.now();
    if (wait <= 0) {
      this.acting = false;
      return act();
    }
    this.hold(wait + 400);
    setTimeout(() => this.whenSent(act, since), wait);
  }

  // ---- an editor that opens or goes

  editor() {
    return document.querySelector("#portal .gdg-input, #portal [id^=gdg-overlay]");
  }

  turn(event, active) {
    if (this.inEditor(active)) {
      this.timers += 1;
      setTimeout(() => setTimeout(() => (this.timers -= 1)));
      if (leaves(event)) this.leave();
    } else if (opens(event)) {
      this.change = { until: performance.now() + TURN.opening };
    }
  }

  leave() {
    this.written = performance.now();
    const editor = this.editor();
    if (editor) this.change = { editor, until: this.written + TURN.leaving };
  }

  // The editor goes by the first timer after Enter, and keeps what was written only if that is the timer of Enter itself:
  // those of the letters before come first.
  tooEarly(event, active) {
    return this.timers > 0 && leaves(event) && this.inEditor(active);
  }

  // Whether an editor is about to open, or to go, after the last key.
  turning() {
    const { editor, until } = this.change ?? { until: -Infinity };
    const over = editor ? !editor.isConnected : this.inEditor(document.activeElement);
    if (over || performance.now() > until) this.change = null;
    return Boolean(this.change);
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

  // Let `event` go on once the grid has sent what was written last.
  afterSending(event, act) {
    const still = this.editor() || this.queue.length || this.turning();
    if (!still && this.written + SENT <= performance.now()) return false;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.whenSent(act, event.since ?? event.timeStamp);
    return true;
  }

  again(event, target) {
    const copy = new KeyboardEvent(event.type, event);
    copy.kept = true;
    copy.since = event.timeStamp;
    target.dispatchEvent(copy);
  }

  // The button comes with the run that the first edit asks for.
  save(until = performance.now() + LATE) {
    const key = this.data.sheet.replace(/frame$/, "save");
    const button = document.querySelector(`[class*="st-key-${CSS.escape(key)}"] button`);
    this.acting = !button && performance.now() < until;
    this.hold(400);
    if (this.acting) setTimeout(() => this.save(until), 40);
    else button?.click();
  }

  hold(least = 300) {
    if (!this.sheet) return;
    if (!this.held) this.ours = this.inGrid(document.activeElement);
    this.held = true;
    this.sheet.style.pointerEvents = "none";
    clearTimeout(this.holding);
    const look = () => {
      const state = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
      if (this.acting || state !== "notRunning") this.holding = setTimeout(look, 40);
      else this.release();
    };
    this.holding = setTimeout(look, least);
  }

  // The grid can be written in again; keys that came meanwhile are pressed now, one after the other.
  release() {
    if (this.sheet) this.sheet.style.pointerEvents = "";
    this.hover();
    if (this.ours && document.activeElement === document.body) this.canvas()?.focus({ preventScroll: true });
    this.held = false;
    this.replay();
  }

  replay() {
    clearTimeout(this.replaying);
    if (!this.queue.length) return;
    this.replaying = setTimeout(() => this.replay(), BEAT);
    const event = this.queue[0];
    if (this.turning() || (this.held && event.timeStamp >= this.since)) return;
    if (document.activeElement === document.body) this.canvas()?.focus({ preventScroll: true });
    const active = document.activeElement;
    if (this.tooEarly(event, active)) return;
    this.queue.shift();
    const edit = this.inEditor(active) && !event.ctrlKey && !event.metaKey && EDITS[event.key];
    const types = this.inEditor(active) && event.key.length === 1 && !event.ctrlKey && !event.metaKey;
    this.written = performance.now();
    if (edit) document.execCommand(edit);
    else if (types) document.execCommand("insertText", false, event.key);
    else this.again(event, active);
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
    if (wait > 0 || this.queue.length || this.turning() || this.editor()) {
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
