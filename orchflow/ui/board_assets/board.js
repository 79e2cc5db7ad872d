// The board: columns of cards that are moved by drag and drop, by keyboard, or with the list on each card.
// Everything that people wrote goes into the page as text, never as markup.

const boards = new WeakMap();

export default function render(component) {
  const { parentElement, data } = component;
  let board = boards.get(parentElement);
  if (!board) {
    board = new Board(parentElement);
    boards.set(parentElement, board);
  }
  board.show(component, data);
  return () => boards.delete(parentElement);
}

class Board {
  constructor(parent) {
    this.root = element("div", "frame");
    this.live = element("p", "unseen");
    this.live.setAttribute("aria-live", "assertive");
    this.grid = element("div", "grid");
    this.root.append(this.grid, this.live);
    parent.append(this.root);
    this.folded = new Map();
    this.dragged = null;
    this.shown = "";
  }

  show(component, data) {
    this.component = component;
    const wanted = JSON.stringify(data) + this.palette();
    if (wanted === this.shown) return;
    if (this.dragged) {
      this.waiting = data;
      return;
    }
    this.shown = wanted;
    this.data = data;
    this.draw();
  }

  // The colours of series are a list, which CSS cannot take apart; they change with the theme.
  palette() {
    return getComputedStyle(this.root).getPropertyValue("--st-chart-categorical-colors");
  }

  draw() {
    const focused = this.focusedCard();
    const heights = new Map();
    const left = this.grid.scrollLeft;
    for (const list of this.grid.querySelectorAll(".cards")) heights.set(list.dataset.column, list.scrollTop);
    this.grid.setAttribute("role", "group");
    this.grid.setAttribute("aria-label", this.data.label);
    this.grid.replaceChildren(...this.data.columns.map((column) => this.column(column)));
    this.grid.scrollLeft = left;
    for (const list of this.grid.querySelectorAll(".cards")) list.scrollTop = heights.get(list.dataset.column) ?? 0;
    const first = this.card(focused) ?? this.grid.querySelector(".card");
    if (first) first.tabIndex = 0;
    if (focused !== null) this.card(focused)?.focus();
    if (this.data.said && this.data.said !== this.said) this.live.textContent = this.data.said;
    this.said = this.data.said;
  }

  column(column) {
    const section = element("section", "column");
    section.dataset.column = column.key;
    section.setAttribute("aria-label", column.spoken);
    const over = column.limit !== null && column.count > column.limit;
    section.classList.toggle("over", over);

    const head = element("header", "head");
    const fold = element("button", "fold");
    fold.type = "button";
    const dot = element("span", "dot");
    const colour = this.palette().split(",")[column.tone];
    if (colour) dot.style.background = colour;
    else dot.classList.add("hollow");
    const name = element("span", "name", column.name);
    name.title = column.name;
    fold.append(dot, name);
    const count = element("span", "count", column.limit === null ? `${column.count}` : `${column.count} / ${column.limit}`);
    count.title = column.limit === null ? column.spoken : `${column.spoken}: at most ${column.limit} at a time`;
    head.append(fold, count);
    if (column.points) head.append(element("span", "points", column.points));

    const list = element("ul", "cards");
    list.dataset.column = column.key;
    const cards = this.data.cards.filter((card) => card.column === column.key);
    list.append(...cards.map((card) => this.cardOf(card)));
    if (!cards.length) list.append(element("li", "none", this.data.movable ? "Nothing here. Drop a card to move it." : "Nothing here."));
    if (column.more) list.append(element("li", "none", column.more));

    const folded = this.folded.get(column.key) ?? column.folded;
    section.classList.toggle("folded", folded);
    fold.setAttribute("aria-expanded", String(!folded));
    fold.onclick = () => {
      const now = section.classList.toggle("folded");
      this.folded.set(column.key, now);
      fold.setAttribute("aria-expanded", String(!now));
    };

    section.append(head, list);
    section.ondragover = (event) => {
      if (!this.dragged || this.dragged.column === column.key) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "move";
      section.classList.add("target");
    };
    section.ondragleave = (event) => {
      if (!section.contains(event.relatedTarget)) section.classList.remove("target");
    };
    section.ondrop = (event) => {
      event.preventDefault();
      section.classList.remove("target");
      const card = this.dragged;
      this.dragged = null;
      if (card) this.move(card, column.key);
    };
    return section;
  }

  cardOf(card) {
    const item = element("li", `card ${card.blocked ? "blocked" : ""}`);
    item.dataset.card = card.id;
    item.tabIndex = -1;
    item.setAttribute("aria-label", card.spoken);
    item.draggable = card.movable;
    item.classList.toggle("movable", card.movable);

    const top = element("div", "line");
    top.append(element("span", "ref", card.ref));
    if (card.priority) top.append(element("span", `tag ${card.tone}`, card.priority));
    const title = element("button", "title", card.title);
    title.type = "button";
    title.tabIndex = -1;
    title.onclick = () => this.open(card);
    item.append(top, title);
    if (card.blocked) item.append(element("p", "reason", card.blocked));

    const foot = element("div", "line foot");
    if (card.initials) {
      const person = element("span", "person", card.initials);
      person.title = card.person;
      foot.append(person);
    }
    if (card.points) foot.append(element("span", "fact", card.points));
    if (card.due) foot.append(element("span", card.overdue ? "fact late" : "fact", card.due));
    if (card.movable) foot.append(this.mover(card));
    if (foot.childElementCount) item.append(foot);

    item.onkeydown = (event) => this.key(event, card, item);
    item.ondragstart = (event) => {
      this.dragged = card;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", card.title);
      item.classList.add("dragged");
    };
    item.ondragend = () => {
      item.classList.remove("dragged");
      this.dragged = null;
      if (this.waiting) {
        const data = this.waiting;
        this.waiting = null;
        this.show(this.component, data);
      }
    };
    return item;
  }

  mover(card) {
    const choice = element("select", "move");
    choice.tabIndex = -1;
    choice.title = "Move to another column";
    choice.setAttribute("aria-label", `Move ${card.title} to`);
    const none = new Option("Move", "", true, true);
    none.disabled = true;
    choice.append(none);
    for (const column of this.data.columns) {
      if (column.key !== card.column) choice.append(new Option(column.name, column.key));
    }
    choice.onchange = () => this.move(card, choice.value);
    return choice;
  }

  key(event, card, item) {
    if (event.target.tagName === "SELECT") return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const keys = this.data.columns.map((column) => column.key);
    if (step && event.shiftKey) {
      event.preventDefault();
      const to = keys[keys.indexOf(card.column) + step];
      if (!card.movable) this.say("You may not move this card.");
      else if (to !== undefined) this.move(card, to);
    } else if (step) {
      event.preventDefault();
      for (let at = keys.indexOf(card.column) + step; at >= 0 && at < keys.length; at += step) {
        const list = this.list(keys[at]);
        const beside = list?.querySelectorAll(".card") ?? [];
        const place = [...item.parentElement.children].indexOf(item);
        if (beside.length && list.offsetParent) return this.focus(beside[Math.min(place, beside.length - 1)]);
      }
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = event.key === "ArrowDown" ? item.nextElementSibling : item.previousElementSibling;
      if (next?.classList.contains("card")) this.focus(next);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.open(card);
    } else if (event.key === "m" && card.movable) {
      event.preventDefault();
      item.querySelector(".move").focus();
    }
  }

  focus(item) {
    for (const card of this.grid.querySelectorAll('.card[tabindex="0"]')) card.tabIndex = -1;
    item.tabIndex = 0;
    item.focus();
  }

  // The card goes over at once; what the server answers puts it where it belongs.
  move(card, to) {
    const item = this.card(card.id);
    const list = this.list(to);
    if (!item || !list) return;
    list.querySelector(".none")?.remove();
    list.prepend(item);
    item.classList.add("saving");
    item.draggable = false;
    this.focus(item);
    this.say(`Moving ${card.title} to ${this.data.columns.find((column) => column.key === to).name}`);
    this.component.setTriggerValue("move", { id: card.id, version: card.version, from: card.column, to });
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

  list(key) {
    return this.grid.querySelector(`.cards[data-column="${CSS.escape(key)}"]`);
  }

  focusedCard() {
    const at = this.root.getRootNode().activeElement?.closest?.(".card");
    return at ? at.dataset.card : null;
  }
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className.trim();
  if (text !== undefined) made.textContent = text;
  return made;
}
