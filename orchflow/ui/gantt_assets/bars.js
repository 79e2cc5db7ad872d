// What is drawn of a row, what is said of it, and the lines between rows.

import { counted, element, vector } from "./parts.js";
import { written } from "./time.js";

export const ROW = 24;
const HALF = ROW / 2;
const CRITICAL = 1;
export const OVERDUE = 2, MILESTONE = 4;
const IDLE = 8;

// Everything that is drawn of a row, from what lies behind to what lies before.
export function marks(row, chart) {
  const drawn = [];
  const bar = (kind, from, until, title) => {
    const mark = element("i", kind);
    mark.style.left = `${chart.x(from)}px`;
    mark.style.width = `${Math.max(chart.x(until + 1) - chart.x(from), 3)}px`;
    if (title !== false) {
      mark.title = told(row, chart.data);
      mark.onclick = () => chart.open(row);
    }
    drawn.push(mark);
    return mark;
  };
  const diamond = (day, words) => {
    const mark = element("i", "diamond");
    mark.style.left = `${chart.x(day) + chart.wide / 2}px`;
    mark.title = words;
    mark.onclick = () => chart.open(row);
    drawn.push(mark);
  };
  const tone = chart.data.states[row.t][1];
  const { today } = chart.data;
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
      chart.colour(mark, tone);
    }
    end = Math.max(end ?? 0, row.p[1]);
  }
  if (row.f & MILESTONE) {
    if (row.d ?? row.p) diamond((row.d ?? row.p)[1], told(row, chart.data));
  } else if (row.d) {
    const critical = row.f & CRITICAL ? " critical" : "";
    const passed = row.f & IDLE && today > row.d[0] ? Math.min(row.d[1], today - 1) : null;
    if (passed !== null) bar(`bar missed${critical}`, row.d[0], passed);
    if (passed === null || passed < row.d[1]) chart.colour(bar(`bar${critical}`, passed === null ? row.d[0] : passed + 1, row.d[1]), tone);
  }
  for (const [day, words] of row.m ?? []) diamond(day, `${words}: milestone, ${written(day)}`);
  const said = remark(row, chart.data);
  if (said && end !== null) {
    const aside = element("span", "remark", said);
    aside.style.left = `${Math.max(chart.x(end + 1), ...(row.m ?? []).map(([day]) => chart.x(day + 1) + 4)) + 3}px`;
    drawn.push(aside);
  }
  return drawn;
}

export function told(row, data) {
  const days = row.d ?? row.p;
  const facts = [days ? (days[0] === days[1] ? written(days[0]) : `${written(days[0])} – ${written(days[1])}`) : "no days", data.states[row.t][0].toLowerCase()];
  if (row.f & MILESTONE) facts.unshift("milestone");
  if (row.f & CRITICAL) facts.push("critical");
  const aside = remark(row, data);
  if (aside) facts.push(aside);
  if (row.p && row.d) facts.push(`what is left can be done by ${written(row.p[1])}`);
  if (row.s) facts.push(`${counted(row.s, "working day")} of slack`);
  if (row.w) facts.push(row.w);
  return facts.join(", ");
}

// What stands beside a bar: what was sent, else by how much it is late.
export function remark(row, data) {
  if (row.r || !(row.f & OVERDUE) || !row.d) return row.r ?? "";
  return `${counted(data.today - row.d[1], "day")} late`;
}

// Dependencies that touch the rows in sight, as elbows from the end of one bar to the start of another.
export function paths(chart, top, end) {
  const drawn = [];
  for (const [before, after, kind] of chart.data.links) {
    if (Math.max(before, after) < top || Math.min(before, after) >= end || drawn.length > 600) continue;
    const from = chart.rows[before].d ?? chart.rows[before].p, to = chart.rows[after].d ?? chart.rows[after].p;
    if (!from || !to) continue;
    const x1 = kind & 2 ? chart.x(from[0]) : chart.x(from[1] + 1), x2 = kind & 4 ? chart.x(to[1] + 1) : chart.x(to[0]);
    const y1 = before * ROW + HALF, y2 = after * ROW + HALF, turn = after > before ? HALF : -HALF;
    const way = x2 >= x1 + 10 ? `M${x1} ${y1}h5V${y2}H${x2 - 1}` : `M${x1} ${y1}h5v${turn}H${x2 - 7}V${y2}h6`;
    const critical = kind & 1 ? " critical" : "";
    drawn.push(vector("path", { d: way, class: `link${critical}` }), vector("path", { d: `M${x2} ${y2}l-4 -3v6z`, class: `point${critical}` }));
  }
  return drawn;
}
