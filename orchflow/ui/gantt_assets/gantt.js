// A Gantt chart: names in a column that stays, bars in the same rows, drawn for the rows in sight alone.
// Everything that people wrote goes into the page as text, never as markup. Days are whole numbers since 1970.

const ROW = 24;
const HEAD = 40;
const LEAST = { weeks: 7, months: 3.2, quarters: 1.1 };
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const CRITICAL = 1, OVERDUE = 2, MILESTONE = 4, IDLE = 8;
const PAPER = { width: 1000, rows: 1500 };

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
    this.width = this.paper ? PAPER.width : this.root.clientWidth;
    this.names = this.paper ? 260 : this.width < 560 ? 138 : this.width < 900 ? 230 : 320;
    const { first, visible, scale } = this.data;
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
    const room = Math.max(this.width - this.names - 14, 120);
    this.from = from - (from < first ? 3 : 0);
    this.until = until + (until > first + visible ? 14 : 0);
    this.wide = this.paper ? room / visible : Math.max(room / visible, LEAST[scale]);
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
    this.drawHead();
    this.body.style.width = `${this.total}px`;
    this.body.style.height = `${this.rows.length * ROW}px`;
    this.lines = vector("svg", { class: "links", width: this.total - this.names, height: this.rows.length * ROW, "aria-hidden": "true" });
    this.list = element("div", "rows");
    this.list.setAttribute("role", "rowgroup");
    this.body.replaceChildren(this.grid(), this.list, this.lines);
    this.drawLegend();
    this.scroller.scrollLeft = this.x(this.day);
    this.window();
  }

  drawHead() {
    const corner = element("div", "corner");
    corner.setAttribute("role", "columnheader");
    const tools = element("span", "tools");
    if (this.rows.some((row) => row.o !== undefined)) {
      tools.append(
        this.tool("Fold all", "−", () => this.foldAll(true)),
        this.tool("Unfold all", "+", () => this.foldAll(false)),
      );
    }
    tools.append(this.tool("Go to today", "Today", () => this.goTo(this.data.today)));
    corner.append(element("span", "title", "Name"), tools);
    const axis = element("div", "axis");
    axis.setAttribute("role", "columnheader");
    axis.setAttribute("aria-label", "Days");
    axis.style.width = `${this.total - this.names}px`;
    for (const [kind, ticks] of [["upper", this.ticks(true)], ["lower", this.ticks(false)]]) {
      ticks.forEach(([day, words], at) => {
        const end = Math.min(ticks[at + 1]?.[0] ?? this.until, this.until);
        const near = kind === "lower" && Math.abs(this.x(day) + 9 - this.x(this.data.today)) < 34;
        const cell = element("span", kind, near ? "" : words);
        cell.style.left = `${this.x(day)}px`;
        cell.style.width = `${this.x(end) - this.x(day)}px`;
        axis.append(cell);
      });
    }
    const today = element("span", "now", "today");
    today.style.left = `${this.x(this.data.today) + this.wide / 2}px`;
    axis.append(today);
    this.head.replaceChildren(corner, axis);
    this.head.setAttribute("role", "row");
    this.head.setAttribute("aria-rowindex", 1);
    this.head.style.width = `${this.total}px`;
  }

  tool(name, mark, act) {
    const button = element("button", "tool", mark);
    button.type = "button";
    button.title = name;
    button.setAttribute("aria-label", name);
    button.onclick = act;
    return button;
  }

  // The beginnings of the parts of time in sight: weeks below months, months below quarters, quarters below years.
  ticks(upper) {
    const { scale } = this.data;
    const found = [];
    if (scale === "weeks" && !upper) {
      let monday = this.from - ((this.from + 3) % 7);
      const step = this.wide * 7 < 30 ? 14 : 7;
      for (; monday < this.until; monday += step) found.push([Math.max(monday, this.from), `${dateOf(monday).getUTCDate()}`]);
      return found;
    }
    const months = { weeks: 1, months: upper ? 3 : 1, quarters: upper ? 12 : 3 }[scale];
    const begin = dateOf(this.from);
    let year = begin.getUTCFullYear();
    let month = Math.floor(begin.getUTCMonth() / months) * months;
    for (;;) {
      const day = Date.UTC(year, month, 1) / 86400000;
      if (day >= this.until) return found;
      const at = dateOf(day);
      const named = months === 1 ? (upper || scale === "weeks" ? `${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}` : MONTHS[at.getUTCMonth()])
        : months === 3 ? `Q${at.getUTCMonth() / 3 + 1}${upper ? ` ${at.getUTCFullYear()}` : ""}` : `${at.getUTCFullYear()}`;
      found.push([Math.max(day, this.from), named]);
      month += months;
    }
  }

  grid() {
    const grid = element("div", "grid");
    grid.style.width = `${this.total - this.names}px`;
    if (this.data.scale === "weeks" && this.wide >= 5) {
      const saturday = this.x(this.from + ((((2 - this.from) % 7) + 7) % 7));
      grid.style.setProperty("--week", `${this.wide * 7}px`);
      grid.style.setProperty("--rest", `${this.wide * 2}px`);
      grid.style.setProperty("--saturday", `${saturday}px`);
      grid.classList.add("weekends");
    }
    for (const [day] of this.ticks(this.data.scale === "weeks")) {
      const line = element("i", "tick");
      line.style.left = `${this.x(day)}px`;
      grid.append(line);
    }
    const now = element("i", "today");
    now.style.left = `${this.x(this.data.today) + this.wide / 2}px`;
    grid.append(now);
    return grid;
  }

  drawLegend() {
    const present = new Set(this.rows.map((row) => row.t));
    const any = (test) => this.rows.some(test);
    const items = this.data.states.filter((_, state) => present.has(state)).map(([words, tone]) => [this.swatch(tone), words]);
    const add = (kind, words) => items.push([element("i", `key ${kind}`), words]);
    if (any((row) => row.f & MILESTONE || row.m)) add("diamond", "Milestone");
    if (any((row) => row.f & OVERDUE)) add("tail", "Overdue");
    if (any((row) => row.p)) add("ahead", "What is left, at full speed");
    if (this.data.critical) add("critical", "Critical");
    if (any((row) => row.z)) add("slack", "Slack");
    if (this.data.links.length) add("dependency", "Dependency");
    if (any((row) => row.b)) add("baseline", "Baseline");
    this.legend.replaceChildren(...items.map(([mark, words]) => {
      const item = element("span", "item");
      item.append(mark, words);
      return item;
    }));
  }

  swatch(tone) {
    const mark = element("i", "key");
    this.colour(mark, tone);
    return mark;
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
    this.drawLinks(this.paper ? 0 : top, end);
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
    lane.setAttribute("aria-label", this.told(row));
    lane.style.width = `${this.total - this.names}px`;
    lane.append(...this.marks(row));
    line.append(name, lane);
    return line;
  }

  // Everything that is drawn of a row, from what lies behind to what lies before.
  marks(row) {
    const drawn = [];
    const bar = (kind, from, until, title) => {
      const mark = element("i", kind);
      mark.style.left = `${this.x(from)}px`;
      mark.style.width = `${Math.max(this.x(until + 1) - this.x(from), 3)}px`;
      if (title !== false) {
        mark.title = this.told(row);
        mark.onclick = () => this.open(row);
      }
      drawn.push(mark);
      return mark;
    };
    const diamond = (day, words) => {
      const mark = element("i", "diamond");
      mark.style.left = `${this.x(day) + this.wide / 2}px`;
      mark.title = words;
      mark.onclick = () => this.open(row);
      drawn.push(mark);
    };
    const tone = this.data.states[row.t][1];
    const { today } = this.data;
    let end = row.d?.[1] ?? null;
    if (row.b) bar("baseline", row.b[0], row.b[1], false);
    if (row.z && row.d && row.z > row.d[1]) bar("slack", row.d[1] + 1, row.z, false);
    if (row.d && row.f & OVERDUE && today > row.d[1]) {
      bar("tail", row.d[1] + 1, today);
      end = today;
    }
    if (row.p) {
      const mark = bar("ahead", row.p[0], row.p[1]);
      if (!row.d) {
        mark.classList.add("alone");
        this.colour(mark, tone);
      }
      end = Math.max(end ?? 0, row.p[1]);
    }
    if (row.f & MILESTONE) {
      if (row.d ?? row.p) diamond((row.d ?? row.p)[1], this.told(row));
    } else if (row.d) {
      const critical = row.f & CRITICAL ? " critical" : "";
      const passed = row.f & IDLE && today > row.d[0] ? Math.min(row.d[1], today - 1) : null;
      if (passed !== null) bar(`bar missed${critical}`, row.d[0], passed);
      if (passed === null || passed < row.d[1]) this.colour(bar(`bar${critical}`, passed === null ? row.d[0] : passed + 1, row.d[1]), tone);
    }
    for (const [day, words] of row.m ?? []) diamond(day, `${words}: milestone, ${written(day)}`);
    if (row.r && end !== null) {
      const remark = element("span", "remark", row.r);
      remark.style.left = `${Math.max(this.x(end + 1), row.z ? this.x(row.z + 1) : 0, ...(row.m ?? []).map(([day]) => this.x(day + 1) + 4)) + 6}px`;
      drawn.push(remark);
    }
    return drawn;
  }

  told(row) {
    const days = row.d ?? row.p;
    const facts = [days ? (days[0] === days[1] ? written(days[0]) : `${written(days[0])} – ${written(days[1])}`) : "no days", this.data.states[row.t][0].toLowerCase()];
    if (row.f & MILESTONE) facts.unshift("milestone");
    if (row.f & CRITICAL) facts.push("critical");
    if (row.r) facts.push(row.r);
    if (row.p && row.d) facts.push(`what is left can be done by ${written(row.p[1])}`);
    if (row.w) facts.push(row.w);
    return facts.join(", ");
  }

  // Dependencies that touch the rows in sight, as elbows from the end of one bar to the start of another.
  drawLinks(top, end) {
    this.lines.replaceChildren();
    const paths = [];
    for (const [before, after, kind] of this.data.links) {
      if (Math.max(before, after) < top || Math.min(before, after) >= end || paths.length > 600) continue;
      const from = this.rows[before].d ?? this.rows[before].p, to = this.rows[after].d ?? this.rows[after].p;
      if (!from || !to) continue;
      const x1 = kind & 2 ? this.x(from[0]) : this.x(from[1] + 1), x2 = kind & 4 ? this.x(to[1] + 1) : this.x(to[0]);
      const y1 = before * ROW + ROW / 2, y2 = after * ROW + ROW / 2, turn = after > before ? ROW / 2 : -ROW / 2;
      const way = x2 >= x1 + 10 ? `M${x1} ${y1}h5V${y2}H${x2 - 1}` : `M${x1} ${y1}h5v${turn}H${x2 - 7}V${y2}h6`;
      const critical = kind & 1 ? " critical" : "";
      paths.push(vector("path", { d: way, class: `link${critical}` }), vector("path", { d: `M${x2} ${y2}l-4 -3v6z`, class: `point${critical}` }));
    }
    this.lines.append(...paths);
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

function dateOf(day) {
  return new Date(day * 86400000);
}

function written(day) {
  const at = dateOf(day);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

function vector(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className.trim();
  if (text !== undefined) made.textContent = text;
  return made;
}
