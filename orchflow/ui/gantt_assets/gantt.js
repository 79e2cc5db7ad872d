// A Gantt chart: names in a column that stays, bars in the same rows, drawn for the rows in sight alone.
// Everything that people wrote goes into the page as text, never as markup. Days are whole numbers since 1970.

import { ROW, marks, paths, told } from "./bars.js";
import { fillHead, fillLegend, gridOf } from "./frame.js";
import { element, vector } from "./parts.js";

const HEAD = 40;
const LEAST = { weeks: 7, months: 3.2, quarters: 1.1 };
// So many days before and after today are drawn at the most: a day of another century, by mistake, is told and not drawn.
const FAR = { weeks: 1461, months: 5479, quarters: 70000 };
const PAPER = { narrowest: 640, widest: 1000, rows: 1500 };

const charts = new WeakMap();

export default function render(component) {
  const { parentElement, data } = component;
  let chart = charts.get(parentElement);
  if (!chart) {
    chart = new Gantt(parentElement);
    charts.set(parentElement, chart);
  }
  chart.show(component, data);
  return () => {
    chart.leave();
    charts.delete(parentElement);
  };
}

class Gantt {
  constructor(parent) {
    this.root = element("div", "frame");
    this.scroller = element("div", "scroll");
    this.head = element("div", "head");
    this.body = element("div", "body");
    this.legend = element("p", "legend");
    this.live = element("p", "unseen");
    this.live.setAttribute("aria-live", "polite");
    this.scroller.append(this.head, this.body);
    this.root.append(this.scroller, this.legend, this.live);
    parent.append(this.root);
    this.shown = "";
    this.active = null;
    this.day = null;
    this.drawn = new Map();
    this.scroller.onscroll = () => this.scrolled();
    this.scroller.onkeydown = (event) => this.key(event);
    this.watch = new ResizeObserver(() => this.resized());
    this.watch.observe(this.root);
    this.watch.observe(this.scroller);
    this.print = () => this.onPaper(true);
    this.printed = () => this.onPaper(false);
    window.addEventListener("beforeprint", this.print);
    window.addEventListener("afterprint", this.printed);
  }

  leave() {
    this.watch.disconnect();
    window.removeEventListener("beforeprint", this.print);
    window.removeEventListener("afterprint", this.printed);
  }

  show(component, data) {
    this.component = component;
    const wanted = JSON.stringify(data) + this.palette();
    if (wanted === this.shown) return;
    const focused = this.scroller.contains(this.focused());
    const before = this.data;
    this.shown = wanted;
    this.data = data;
    this.rows = data.rows;
    this.places = new Map(this.rows.map((row, at) => [row.k, at]));
    if (!before || before.first !== data.first || before.scale !== data.scale) this.day = data.first;
    if (!this.places.has(this.active)) this.active = this.rows[0]?.k ?? null;
    this.draw();
    if (focused) this.focus(this.places.get(this.active) ?? 0);
    if (before && before.rows.length !== data.rows.length) this.live.textContent = `${data.rows.length} rows`;
  }

  focused() {
    return this.root.getRootNode().activeElement;
  }

  // The colours of series are a list, which CSS cannot take apart; they change with the theme.
  palette() {
    return getComputedStyle(this.root).getPropertyValue("--st-chart-categorical-colors");
  }

  resized() {
    const width = this.root.clientWidth;
    if (!this.data || !width || this.paper) return;
    if (width === this.width) this.window();
    else this.draw();
  }

  // How wide a day is, and which days there are: from the first bar to the last one, and at the least what is looked at.
  measure() {
    const shown = this.root.clientWidth;
    this.width = this.paper ? Math.max(PAPER.narrowest, Math.min(PAPER.widest, shown)) : shown;
    this.names = this.paper ? 260 : this.width < 560 ? 138 : this.width < 900 ? 230 : 320;
    const { visible, scale, today } = this.data;
    const first = Math.max(this.data.first, today - FAR[scale]);
    let from = first, until = first + visible;
    if (!this.paper) {
      for (const row of this.rows) {
        for (const days of [row.d, row.p, row.b]) {
          if (!days) continue;
          from = Math.min(from, days[0]);
          until = Math.max(until, days[1] + 1);
        }
      }
    }
    from = Math.max(from, today - FAR[scale]);
    until = Math.min(until, Math.max(first + visible, today + FAR[scale]));
    const room = Math.max(this.width - this.names - 14, 120);
    this.from = from - (from < first ? 3 : 0);
    this.until = until + (until > first + visible ? 14 : 0);
    this.wide = this.paper ? room / visible : Math.max(room / visible, LEAST[scale]);
    this.time = { scale, from: this.from, until: this.until, wide: this.wide };
    this.total = this.names + Math.round((this.until - this.from) * this.wide);
  }

  x(day) {
    return Math.round((day - this.from) * this.wide);
  }

  draw() {
    this.measure();
    this.root.classList.toggle("paper", Boolean(this.paper));
    this.root.classList.toggle("tracing", this.data.critical);
    this.root.style.setProperty("--names", `${this.names}px`);
    this.root.style.setProperty("--rust", this.palette().split(",")[this.data.rust] ?? "currentColor");
    this.scroller.setAttribute("role", "treegrid");
    this.scroller.setAttribute("aria-label", this.data.label);
    this.scroller.setAttribute("aria-rowcount", this.rows.length + 1);
    this.scroller.setAttribute("aria-colcount", 2);
    this.drawn.clear();
    fillHead(this);
    this.body.style.width = `${this.total}px`;
    this.body.style.height = `${this.rows.length * ROW}px`;
    this.lines = vector("svg", { class: "links", width: this.total - this.names, height: this.rows.length * ROW, "aria-hidden": "true" });
    this.list = element("div", "rows");
    this.list.setAttribute("role", "rowgroup");
    this.body.replaceChildren(gridOf(this), this.list, this.lines);
    fillLegend(this);
    this.scroller.scrollLeft = this.x(this.day);
    this.window();
  }

  colour(mark, tone) {
    const colour = this.palette().split(",")[tone];
    if (tone >= 0 && colour) mark.style.setProperty("--tone", colour);
    else mark.classList.add("hollow");
  }

  scrolled() {
    if (this.paper) return;
    this.day = this.from + this.scroller.scrollLeft / this.wide;
    if (this.due) return;
    this.due = requestAnimationFrame(() => {
      this.due = 0;
      this.window();
    });
  }

  // The rows in sight, a few around them, and the one that has the focus.
  window() {
    const height = Math.min(this.scroller.clientHeight || 600, window.innerHeight);
    const top = Math.max(0, Math.floor(this.scroller.scrollTop / ROW) - 8);
    const end = this.paper ? Math.min(this.rows.length, PAPER.rows) : Math.min(this.rows.length, top + Math.ceil(height / ROW) + 16);
    const wanted = new Set([this.places.get(this.active)]);
    for (let at = this.paper ? 0 : top; at < end; at += 1) wanted.add(at);
    wanted.delete(undefined);
    for (const [at, row] of this.drawn) {
      if (!wanted.has(at)) {
        row.remove();
        this.drawn.delete(at);
      }
    }
    for (const at of [...wanted].sort((a, b) => a - b)) {
      if (this.drawn.has(at)) continue;
      const row = this.row(this.rows[at], at);
      this.drawn.set(at, row);
      this.list.append(row);
    }
    this.lines.replaceChildren(...paths(this, this.paper ? 0 : top, end));
  }

  row(row, at) {
    const line = element("div", `row level${row.l}`);
    line.style.top = `${at * ROW}px`;
    line.style.width = `${this.total}px`;
    line.dataset.key = row.k;
    line.setAttribute("role", "row");
    line.setAttribute("aria-level", row.l);
    line.setAttribute("aria-rowindex", at + 2);
    if (row.o !== undefined) line.setAttribute("aria-expanded", String(Boolean(row.o)));
    line.tabIndex = row.k === this.active ? 0 : -1;
    line.onfocus = () => this.activate(row.k);

    const name = element("div", "name");
    name.setAttribute("role", "rowheader");
    name.style.paddingLeft = `${4 + (row.l - 1) * (this.names < 200 ? 8 : 14)}px`;
    const fold = element("span", row.o !== undefined ? "fold" : row.l < 3 ? "fold still" : "fold none", row.o === undefined ? "" : row.o ? "▾" : "▸");
    fold.setAttribute("aria-hidden", "true");
    if (row.o !== undefined) fold.onclick = (event) => {
      event.stopPropagation();
      this.activate(row.k);
      this.fold(row, Boolean(row.o));
    };
    const text = element("span", "text", row.n);
    text.title = row.n;
    name.append(fold, text);
    name.onclick = () => this.open(row);

    const lane = element("div", "lane");
    lane.setAttribute("role", "gridcell");
    lane.setAttribute("aria-label", told(row, this.data));
    lane.style.width = `${this.total - this.names}px`;
    lane.append(...marks(row, this));
    line.append(name, lane);
    return line;
  }

  key(event) {
    if (event.target.tagName === "BUTTON" || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.places.get(this.active);
    const row = this.rows[at];
    if (!row) return;
    const page = Math.max(1, Math.floor((this.scroller.clientHeight - HEAD) / ROW) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -this.rows.length, End: this.rows.length };
    if (event.key in steps) {
      this.focus(Math.min(Math.max(at + steps[event.key], 0), this.rows.length - 1));
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      const on = event.key === "ArrowRight";
      if (event.shiftKey) this.scroller.scrollLeft += (on ? 7 : -7) * this.wide;
      else if (row.o === (on ? 0 : 1)) this.fold(row, !on);
      else if (on && row.o === 1) this.focus(at + 1);
      else if (!on) {
        let above = at - 1;
        while (above >= 0 && this.rows[above].l >= row.l) above -= 1;
        if (above >= 0) this.focus(above);
      }
    } else if (event.key === "Enter" || event.key === " ") {
      this.open(row);
    } else return;
    event.preventDefault();
  }

  activate(key) {
    if (this.active === key) return;
    const before = this.drawn.get(this.places.get(this.active));
    if (before) before.tabIndex = -1;
    this.active = key;
    const now = this.drawn.get(this.places.get(key));
    if (now) now.tabIndex = 0;
  }

  focus(at) {
    const row = this.rows[at];
    if (!row) return;
    this.activate(row.k);
    const top = at * ROW, room = this.scroller.clientHeight - HEAD;
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    else if (top + ROW > this.scroller.scrollTop + room) this.scroller.scrollTop = top + ROW - room + 8;
    this.window();
    this.drawn.get(at)?.focus({ preventScroll: true });
  }

  goTo(day) {
    this.scroller.scrollLeft = this.x(day) - (this.width - this.names) / 5;
  }

  fold(row, folded) {
    this.component.setTriggerValue("fold", { key: row.k, folded });
  }

  foldAll(folded) {
    this.component.setTriggerValue("fold", { folded });
  }

  open(row) {
    this.activate(row.k);
    this.component.setTriggerValue("open", { key: row.k });
  }

  // On paper there is nothing to scroll: all rows, and the time that is looked at across the whole width.
  onPaper(on) {
    if (!this.data || Boolean(this.paper) === on) return;
    this.paper = on;
    this.draw();
  }
}
