// What stands around the rows: the head with names and time, the grid behind them, the legend below.

import { MILESTONE, OVERDUE } from "./bars.js";
import { element } from "./parts.js";
import { ticks } from "./time.js";

export function fillHead(chart) {
  const corner = element("div", "corner");
  corner.setAttribute("role", "columnheader");
  const tools = element("span", "tools");
  if (chart.rows.some((row) => row.o !== undefined)) {
    tools.append(
      tool("Fold all", "−", () => chart.foldAll(true)),
      tool("Unfold all", "+", () => chart.foldAll(false)),
    );
  }
  tools.append(tool("Go to today", "Today", () => chart.goTo(chart.data.today)));
  corner.append(element("span", "title", "Name"), tools);
  const axis = element("div", "axis");
  axis.setAttribute("role", "columnheader");
  axis.setAttribute("aria-label", "Days");
  axis.style.width = `${chart.total - chart.names}px`;
  for (const [kind, begins] of [["upper", ticks(true, chart.time)], ["lower", ticks(false, chart.time)]]) {
    begins.forEach(([day, words], at) => {
      const end = Math.min(begins[at + 1]?.[0] ?? chart.until, chart.until);
      const near = kind === "lower" && Math.abs(chart.x(day) + 9 - chart.x(chart.data.today)) < 34;
      const cell = element("span", kind, near ? "" : words);
      cell.style.left = `${chart.x(day)}px`;
      cell.style.width = `${chart.x(end) - chart.x(day)}px`;
      axis.append(cell);
    });
  }
  const today = element("span", "now", "today");
  today.style.left = `${chart.x(chart.data.today) + chart.wide / 2}px`;
  axis.append(today);
  chart.head.replaceChildren(corner, axis);
  chart.head.setAttribute("role", "row");
  chart.head.setAttribute("aria-rowindex", 1);
  chart.head.style.width = `${chart.total}px`;
}

function tool(name, mark, act) {
  const button = element("button", "tool", mark);
  button.type = "button";
  button.title = name;
  button.setAttribute("aria-label", name);
  button.onclick = act;
  return button;
}

// What lies behind all rows: weekends, the beginnings of time, today.
export function gridOf(chart) {
  const grid = element("div", "grid");
  grid.style.width = `${chart.total - chart.names}px`;
  if (chart.data.scale === "weeks" && chart.wide >= 5) {
    const saturday = chart.x(chart.from + ((((2 - chart.from) % 7) + 7) % 7));
    grid.style.setProperty("--week", `${chart.wide * 7}px`);
    grid.style.setProperty("--rest", `${chart.wide * 2}px`);
    grid.style.setProperty("--saturday", `${saturday}px`);
    grid.classList.add("weekends");
  }
  for (const [day] of ticks(chart.data.scale === "weeks", chart.time)) {
    const line = element("i", "tick");
    line.style.left = `${chart.x(day)}px`;
    grid.append(line);
  }
  const now = element("i", "today");
  now.style.left = `${chart.x(chart.data.today) + chart.wide / 2}px`;
  grid.append(now);
  return grid;
}

export function fillLegend(chart) {
  const present = new Set(chart.rows.map((row) => row.t));
  const any = (test) => chart.rows.some(test);
  const items = chart.data.states.filter((_, state) => present.has(state)).map(([words, tone]) => [swatch(chart, tone), words]);
  const add = (kind, words) => items.push([element("i", `key ${kind}`), words]);
  if (any((row) => row.f & MILESTONE || row.m)) add("diamond", "Milestone");
  if (any((row) => row.f & OVERDUE)) add("tail", "Overdue");
  if (any((row) => row.p)) add("ahead", "What is left, at full speed");
  if (chart.data.critical) add("critical", "Critical");
  if (any((row) => row.z)) add("slack", "Slack");
  if (chart.data.links.length) add("dependency", "Dependency");
  if (any((row) => row.b)) add("baseline", "Baseline");
  chart.legend.replaceChildren(...items.map(([mark, words]) => {
    const item = element("span", "item");
    item.append(mark, words);
    return item;
  }));
}

function swatch(chart, tone) {
  const mark = element("i", "key");
  chart.colour(mark, tone);
  return mark;
}
