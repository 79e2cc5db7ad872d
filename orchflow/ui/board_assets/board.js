// The board: columns of cards that are moved by drag and drop, by touch, by keyboard, or with the menu of a card.
// Of hundreds of columns those in sight are drawn; the cards of a column come in pages, and when it is looked at.

import { dragged, droppedOn } from "./drag.js";
import { Focus, placeOf } from "./focus.js";
import { openMenu } from "./menu.js";
import { button, cardOf, columnOf, element, restOf } from "./parts.js";
import { cutOff, inSight, printed } from "./sight.js";
import { carry } from "./touch.js";

const GAP = 10; // pixels between columns
const FITS = 150; // the least width of a column when all stand side by side without scrolling
const WIDE = 210; // its width when they scroll
const NARROW = 700; // a board of less width has its columns below each other
const BELOW = 25; // so many columns below each other at once
const FEW = 8; // so many columns need no search
const boards = new WeakMap();

export default function render(component) {
  const { parentElement, data } = component;
  let board = boards.get(parentElement);
  if (!board) {
    board = new Board(parentElement);
    boards.set(parentElement, board);
  }
  board.show(component, data);
  return () => {
    board.leave();
    boards.delete(parentElement);
  };
}

class Board {
  constructor(parent) {
    this.root = element("div", "frame");
    this.tools = element("div", "tools");
    this.search = element("input", "search");
    this.search.type = "search";
    this.search.setAttribute("aria-label", "Find a column");
    this.search.oninput = () => this.draw();
    this.matches = element("span", "matches");
    this.matches.setAttribute("role", "status");
    this.tools.append(this.search, this.matches);
    this.scroller = element("div", "scroller");
    this.grid = element("div", "grid");
    this.grid.setAttribute("role", "group");
    this.scroller.append(this.grid);
    this.scroller.onscroll = () => this.place();
    this.further = button("more", "");
    this.further.onclick = () => {
      this.below += BELOW;
      this.place();
    };
    this.help = element("p", "unseen");
    this.help.id = "help";
    this.live = element("p", "unseen");
    this.live.setAttribute("role", "status");
    this.root.append(this.tools, this.scroller, this.further, this.help, this.live);
    parent.append(this.root);
    this.touched = matchMedia("(hover: none) and (pointer: coarse)").matches;
    this.folded = new Map();
    this.held = new Map(); // the cards of a column as they last came, and of which version they are
    this.wanted = new Map(); // how many cards of a column, where it is more than a page
    this.sections = new Map();
    this.dragged = null;
    this.focus = new Focus(this);
    this.resized = new ResizeObserver(() => this.fit() && this.draw());
    this.resized.observe(this.root);
    this.unprint = printed(this);
  }

  leave() {
    this.resized.disconnect();
    this.unprint();
    clearTimeout(this.asking);
  }

  show(component, data) {
    this.component = component;
    const wanted = JSON.stringify(data) + this.palette();
    if (wanted === this.shown) return;
    if (this.dragged) return void (this.waiting = data);
    this.shown = wanted;
    if (data.view !== this.data?.view) this.begin();
    this.data = data;
    for (const [key, cards] of Object.entries(data.cards)) {
      this.held.set(key, { version: data.version, cards: cards.map((card) => ({ ...card, column: key })) });
    }
    this.asked = "";
    this.fit();
    this.draw();
    if (data.said && (data.said !== this.said || data.turn !== this.turn)) this.say(data.said);
    [this.said, this.turn] = [data.said, data.turn];
  }

  // Other columns than before: nothing that was known of them holds.
  begin() {
    for (const known of [this.folded, this.held, this.wanted]) known.clear();
    this.below = BELOW;
    this.search.value = "";
    this.scroller.scrollLeft = 0;
  }

  // The colours of series are a list, which CSS cannot take apart; they change with the theme.
  palette() {
    return getComputedStyle(this.root).getPropertyValue("--st-chart-categorical-colors");
  }

  // Whether columns have to be laid out anew for the width there is.
  fit() {
    const width = this.root.clientWidth;
    if (!this.data || !width || width === this.width) return false;
    [this.width, this.narrow] = [width, width < NARROW];
    this.root.classList.toggle("narrow", this.narrow);
    return true;
  }

  draw() {
    if (!this.width) return;
    const focused = this.focus.card;
    const heights = new Map();
    for (const [key, section] of this.sections) heights.set(key, section.lastElementChild.scrollTop);
    const words = this.search.value.trim().toLowerCase();
    const all = this.data.lanes;
    this.lanes = words ? all.filter((lane) => lane.name.toLowerCase().includes(words)) : all;
    this.tools.hidden = all.length <= FEW;
    this.search.placeholder = `Find one of ${all.length} columns`;
    this.matches.textContent = words ? `${this.lanes.length} of ${all.length} columns` : "";
    this.help.textContent = this.data.help;
    this.grid.setAttribute("aria-label", this.data.label);

    if (this.paper) this.lanes = this.lanes.filter((lane) => lane.count);
    const count = this.lanes.length;
    const each = (this.width - GAP * (count - 1)) / count;
    this.step = (each >= FITS ? each : WIDE) + GAP;
    this.root.classList.toggle("scrolls", !this.narrow && each < FITS);
    this.grid.style.width = this.narrow ? "" : `${this.step * count - GAP}px`;
    this.grid.style.gridTemplateColumns = this.narrow ? "" : `repeat(${count}, ${this.step - GAP}px)`;
    this.sections.clear();
    this.grid.replaceChildren();
    this.place();
    for (const [key, height] of heights) {
      const section = this.sections.get(key);
      if (section) section.lastElementChild.scrollTop = height;
    }
    this.focus.again(focused);
  }

  // Draw the columns that have come into sight, and take away those that have gone.
  place() {
    const [first, last] = inSight(this);
    const near = this.lanes.slice(first, last);
    const keys = new Set(near.map((lane) => lane.key));
    const kept = this.dragged?.column ?? this.focus.column;
    for (const [key, section] of this.sections) {
      if (keys.has(key) || key === kept) continue;
      section.remove();
      this.sections.delete(key);
    }
    near.forEach((lane, at) => {
      if (this.sections.has(lane.key)) return;
      const section = this.columnOf(lane);
      if (!this.narrow && !this.paper) section.style.gridArea = `1 / ${first + at + 1}`;
      const next = near.slice(at + 1).map((other) => this.sections.get(other.key)).find(Boolean);
      this.grid.insertBefore(section, next ?? null);
      this.sections.set(lane.key, section);
    });
    this.further.hidden = !this.narrow || last >= this.lanes.length;
    this.further.textContent = `${Math.min(this.lanes.length - last, BELOW)} more of ${this.lanes.length} columns`;
    this.ask();
  }

  columnOf(lane) {
    const section = columnOf(lane, this.palette().split(",")[lane.colour], this);
    this.fill(section, lane);
    droppedOn(this, section, lane);
    return section;
  }

  isFolded(lane) {
    return this.narrow && !this.paper && (this.folded.get(lane.key) ?? (Boolean(lane.folded) || this.lanes.length > FEW));
  }

  // How many cards of a column are to be seen.
  most(lane) {
    return Math.min(lane.count, this.wanted.get(lane.key) ?? this.data.page, this.data.most);
  }

  fill(section, lane) {
    const list = section.querySelector(".cards");
    if (this.isFolded(lane)) return list.replaceChildren();
    const most = this.most(lane);
    const cards = (this.held.get(lane.key)?.cards ?? []).slice(0, most);
    list.replaceChildren(...cards.map((card) => this.cardOf(card)));
    if (cards.length) list.firstElementChild.tabIndex = 0; // a list that scrolls has a place for the keyboard
    if (this.paper) return list.append(...cutOff(lane, cards.length));
    const waits = cards.length < most;
    list.setAttribute("aria-busy", String(waits));
    if (!lane.count) list.append(element("li", "none", "Nothing here"));
    else if (waits) list.append(element("li", "none", "Loading…"));
    else if (lane.count > most) list.append(restOf(lane, most, this.data, () => this.furtherCards(section, lane, most)));
  }

  furtherCards(section, lane, shown) {
    this.wanted.set(lane.key, shown + this.data.page);
    this.fill(section, lane);
    this.focus.later({ column: lane.key, place: shown });
    this.ask();
  }

  // Ask for the cards of the columns in sight that are not there, or were of another state of the plan.
  ask() {
    clearTimeout(this.asking);
    if (this.paper) return;
    this.asking = setTimeout(() => {
      const missing = this.seen().filter(([key, most]) => {
        const held = this.held.get(key);
        return held?.version !== this.data.version || held.cards.length < most;
      });
      const asked = JSON.stringify([this.data.version, missing]);
      if (!missing.length || asked === this.asked) return;
      this.asked = asked;
      this.component.setTriggerValue("look", { lanes: missing });
    }, 80);
  }

  seen() {
    const open = this.lanes.filter((lane) => lane.count && this.sections.has(lane.key) && !this.isFolded(lane));
    return open.map((lane) => [lane.key, this.most(lane)]);
  }

  cardOf(card) {
    const item = cardOf(card, this);
    item.onkeydown = (event) => this.focus.key(event, card, item);
    dragged(this, item, card);
    if (card.movable) carry(this, item, card);
    return item;
  }

  // What came while a card was dragged.
  resume() {
    const data = this.waiting;
    delete this.waiting;
    if (data) this.show(this.component, data);
  }

  // Scroll so far that the column is drawn.
  reveal(key) {
    if (this.narrow) return;
    const start = this.lanes.findIndex((lane) => lane.key === key) * this.step;
    const { scrollLeft } = this.scroller;
    if (start < scrollLeft) this.scroller.scrollLeft = start;
    else if (start + this.step > scrollLeft + this.width) this.scroller.scrollLeft = start + this.step - this.width;
    this.place();
  }

  choose(card, item) {
    const others = this.data.lanes.filter((lane) => lane.key !== card.column);
    openMenu(this.root, item, card, others, (to) => this.move(card, to));
  }

  // The card goes over at once; what the server answers puts it where it belongs.
  move(card, to) {
    const lane = this.data.lanes.find((other) => other.key === to);
    const item = this.card(card.id);
    const from = item ? placeOf(item) : { column: card.column, place: 0 };
    const beside = Math.abs(this.lanes.indexOf(lane) - this.lanes.findIndex((other) => other.key === card.column)) === 1;
    if (beside) this.reveal(to);
    const list = this.sections.get(to)?.querySelector(".cards");
    if (list && item && !this.isFolded(lane)) {
      list.querySelector(".none:not(:has(button))")?.remove();
      list.prepend(item);
      item.classList.add("saving");
      item.draggable = false;
      this.focus.to(item);
    } else {
      item?.remove();
      this.focus.later(from);
    }
    this.say(`Moving ${card.title} to ${lane.name}`);
    this.component.setTriggerValue("move", { id: card.id, version: card.version, from: card.column, to, lanes: this.seen() });
  }

  open(card) {
    this.component.setTriggerValue("open", { id: card.id });
  }

  say(words) {
    this.live.textContent = words;
  }

  card(id) {
    return id === null ? null : this.grid.querySelector(`.card[data-card="${id}"]`);
  }
}
