// The page's side of a sheet. Pastes and keys that act on rows are handed to the server as they are. And nothing is lost:
// the grid sends what was written a moment later, and begins anew when it gets other rows. So what is pressed elsewhere
// waits until it was sent, and then nothing can be written in the grid until the page is drawn: what is pressed and typed
// there meanwhile waits, and goes into the row that it was meant for. A cell's editor opens and goes a moment after the
// key for it: keys that come in between wait as well.

import { Editor } from "./editor.js";
import { Grid } from "./grid.js";

const KEYS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" };
const SENT = 220; // ms after which the grid has sent what was written (it waits for 150)
const BEAT = 8; // ms between two keys that had to wait
const DRAWN = 1000; // ms within which a grid that begins anew, or a row that comes into sight, is drawn
const HOVERS = 60; // ms between a move of the mouse and a press
const LATE = 1500; // ms after which there is nothing to save
const QUIET = 600; // ms without a key or a click after which nobody is writing
const ENTER = { key: "Enter", keyCode: 13, bubbles: true, cancelable: true };
const ACTS = "button, a[href], label, [role=button], [role=option], [role=radio], [role=tab], [role=menuitem], [role=switch]";

const watchers = new WeakMap();

export default function render(component) {
  const { parentElement, data } = component;
  let watcher = watchers.get(parentElement);
  if (!watcher) {
    watcher = new Watcher(parentElement, data.sheet);
    watchers.set(parentElement, watcher);
  }
  watcher.told(component, data);
  return () => {
    watcher.stop();
    watchers.delete(parentElement);
  };
}

class Watcher {
  constructor(parent, name) {
    this.grid = new Grid(name);
    this.editor = new Editor();
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
    this.queue = [];
    this.ears = [
      ["keydown", (event) => this.key(event)],
      ["pointerdown", (event) => this.pressed(event)],
      ["mousemove", (event) => (this.mouse = event)],
      ["mousedown", (event) => this.mouseFollows(event)],
      ["mouseup", (event) => this.mouseFollows(event)],
      ["pointerup", (event) => this.mouseFollows(event)],
      ["click", (event) => this.clicked(event)],
    ];
    for (const [kind, ear] of this.ears) window.addEventListener(kind, ear, true);
    this.onLost = (event) => this.takeFocus(event);
    document.addEventListener("orchflow:focuslost", this.onLost);
  }

  stop() {
    for (const [kind, ear] of this.ears) window.removeEventListener(kind, ear, true);
    document.removeEventListener("orchflow:focuslost", this.onLost);
    clearTimeout(this.idling);
    clearTimeout(this.holding);
    this.queue = [];
    this.release();
    clearTimeout(this.replaying);
    clearTimeout(this.bringing);
    this.field.remove();
    this.live.remove();
  }

  told(component, data) {
    this.component = component;
    const before = this.data ?? {};
    this.data = data;
    this.grid.name = data.sheet;
    this.grid.high = data.high;
    if (data.said && data.said !== before.said) {
      this.live.textContent = data.said;
      if (!document.activeElement || document.activeElement === document.body) this.grid.focus();
    }
    const shows = data.at >= 0 && data.turn !== this.turn;
    if (shows) this.turn = data.turn;
    const anew = before.rows && data.round !== before.round;
    if (shows || anew) this.bring(shows ? data.at : -1, anew);
    clearTimeout(this.idling);
    if (data.behind) this.idle();
  }

  // Bring a row into sight; else, in a grid that begins anew, the row that was the first in sight, if it is there still.
  bring(row, anew, until = performance.now() + DRAWN) {
    clearTimeout(this.bringing);
    const { scroller } = this.grid;
    const { was } = this;
    if (anew && !(scroller && scroller !== was?.scroller && this.grid.draws(0)) && performance.now() < until)
      this.bringing = setTimeout(() => this.bring(row, anew, until), 20);
    else if (row >= 0) this.grid.reveal(row);
    else if (was && this.data.rows.includes(was.first))
      scroller?.scrollTo({ top: this.data.rows.indexOf(was.first) * this.grid.high + (was.top % this.grid.high), left: was.left });
  }

  // What stood around the grid and had the focus has gone: its Save, or a word about it (orchflow/ui/focus.js).
  takeFocus(event) {
    const ours = `st-key-${this.data.sheet.replace(/frame$/, "")}`;
    const canvas = event.detail.keys.some((key) => key.startsWith(ours)) && this.grid.canvas;
    if (!canvas) return;
    event.preventDefault();
    canvas.focus();
  }

  // ---- keys

  key(event) {
    const active = document.activeElement;
    const waits = this.held || this.queue.length > 0 || this.editor.turning || this.editor.tooEarly(event, active);
    const within = this.grid.has(active) || (waits && (this.ours || !this.held) && active === document.body);
    const edits = this.editor.has(active);
    if (waits && !event.kept && !event.isComposing && (within || edits)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.queue.push(event);
      this.replay();
      return;
    }
    if (within || edits) {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        event.stopImmediatePropagation();
        if (!this.afterSending(event, () => this.save())) this.save();
        return;
      }
      this.written = performance.now();
      this.editor.pressed(event, active);
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
    const place = paste || act ? this.grid.selection() : null;
    if (!place) return;
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      this.tell(event, "acted", { act, row: place.row, rows: place.rows, round: this.data.round });
      return;
    }
    this.place = { ...place, round: this.data.round };
    this.back = active;
    this.field.value = "";
    this.field.focus({ preventScroll: true });
  }

  pasted(event) {
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData?.getData("text/plain") ?? "";
    this.back?.focus({ preventScroll: true });
    if (text && this.place) this.tell(event, "pasted", { text, ...this.place });
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
    const { element, busy } = this.editor;
    if (this.queue[0]?.timeStamp < since || busy) this.written = performance.now();
    else if (element) {
      this.again(new KeyboardEvent("keydown", ENTER), document.querySelector("#portal .gdg-clip-region") ?? element);
      this.written = performance.now();
      this.editor.left();
    }
    const wait = this.written + SENT - performance.now();
    if (wait <= 0) {
      this.acting = false;
      return act();
    }
    this.hold(wait + 400);
    setTimeout(() => this.whenSent(act, since), wait);
  }

  // ---- what is pressed

  pressed(event) {
    if (this.heading(event)) return;
    const waits = event.isTrusted && (this.held || this.queue.length > 0);
    const place = waits && this.grid.under(event);
    this.aims = Boolean(place);
    if (place) {
      const { ctrlKey, metaKey, shiftKey, timeStamp } = event;
      this.mouseFollows(event);
      this.ours = true;
      document.activeElement?.blur();
      this.queue.push({ timeStamp, key: "", press: { ...place, row: this.data.rows[place.row], ctrlKey, metaKey, shiftKey } });
      this.replay();
    } else if (this.grid.has(event.target) || this.editor.has(event.target)) this.written = performance.now();
    else {
      if (this.queue.at(-1)?.press) this.queue.pop();
      if (event.target.closest?.(ACTS)) this.hold();
    }
  }

  // What follows a press that waits, or one of a heading, is not for the grid.
  mouseFollows(event) {
    if (!this.heading(event) && this.aims && event.isTrusted) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }

  clicked(event) {
    const aimed = this.aims && event.isTrusted;
    this.mouseFollows(event);
    if (aimed) this.aims = false;
    if (aimed || this.editor.has(event.target)) return;
    if (this.grid.has(event.target)) {
      const tool = event.target.closest?.("button[aria-label^=Search]");
      if (tool && this.leadTo(this.data.search)) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
      return;
    }
    const target = event.target.closest?.(ACTS);
    if (target && event.isTrusted) this.afterSending(event, () => target.click());
  }

  // Let `event` go on once the grid has sent what was written last.
  afterSending(event, act) {
    const still = this.editor.element || this.queue.length || this.editor.turning;
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
    const { sheet } = this.grid;
    if (!sheet) return;
    const { scroller } = this.grid;
    const { scrollTop: top, scrollLeft: left } = scroller ?? { scrollTop: 0, scrollLeft: 0 };
    this.was = { scroller, top, left, first: this.data.rows[Math.floor(top / this.grid.high)] };
    if (!this.held) this.ours = this.grid.has(document.activeElement);
    this.held = true;
    sheet.style.pointerEvents = "none";
    clearTimeout(this.holding);
    const look = () => {
      const state = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
      if (this.acting || state !== "notRunning") this.holding = setTimeout(look, 40);
      else this.release();
    };
    this.holding = setTimeout(look, least);
  }

  // The grid can be written in again; what was pressed and typed meanwhile is so now, one after the other.
  release() {
    const { sheet } = this.grid;
    if (sheet) sheet.style.pointerEvents = "";
    if (this.mouse) this.grid.hover(this.mouse);
    if (this.ours && document.activeElement === document.body) this.grid.focus();
    this.held = false;
    this.replay();
  }

  replay() {
    clearTimeout(this.replaying);
    if (!this.queue.length) return;
    this.replaying = setTimeout(() => this.replay(), BEAT);
    const [event] = this.queue;
    if (this.editor.turning || (this.held && event.timeStamp >= this.since)) return;
    if (event.press) return this.pressAgain(event.press);
    if (document.activeElement === document.body) this.grid.focus();
    const active = document.activeElement;
    if (this.editor.tooEarly(event, active)) return;
    this.queue.shift();
    this.written = performance.now();
    if (!this.editor.write(event, active)) this.again(event, active);
  }

  // Press a cell in the row that it was meant for, wherever that stands now; without it, what was typed there is refused.
  pressAgain(press) {
    const row = this.data.rows.indexOf(press.row);
    press.until ??= performance.now() + DRAWN;
    if (row >= 0 && performance.now() < press.until) {
      this.grid.reveal(row);
      this.grid.scroller?.scrollTo({ left: press.left });
      if (!this.grid.draws(row)) return;
    }
    const place = row >= 0 && this.grid.canvas && this.grid.placeOf(row, press.x);
    if (place && !press.hovers) {
      this.grid.hover(place);
      press.hovers = performance.now() + HOVERS;
    }
    if (place) {
      if (performance.now() < press.hovers) return;
      this.queue.shift();
      this.grid.press(place, press);
      this.written = performance.now();
      return;
    }
    const typed = this.queue.map(({ key }) => (key.length === 1 ? key : " ")).join("").trim();
    this.queue = [];
    if (typed) this.component.setTriggerValue("lost", typed);
  }

  // ---- headings: the grid would put only these rows in another order, and what is pasted into the wrong ones

  heading(event) {
    if (!this.grid.overHeading(event)) return false;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.type === "click" && this.data.order)
      document.querySelector(`.st-key-${CSS.escape(this.data.order)} button`)?.click();
    return true;
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
    if (wait > 0 || this.queue.length || this.editor.turning || this.editor.element) {
      this.idling = setTimeout(() => this.idle(), Math.max(wait, 200));
      return;
    }
    this.hold(400);
    this.component.setTriggerValue("idle", this.data.round);
  }
}
