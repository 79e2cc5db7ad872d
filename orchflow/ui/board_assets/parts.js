// What the board is made of: columns and cards. Everything that people wrote goes into the page as text, never as markup.

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className.trim();
  if (text !== undefined) made.textContent = text;
  return made;
}

export function button(className, text) {
  const made = element("button", className, text);
  made.type = "button";
  return made;
}

export const isOver = (lane) => lane.limit !== undefined && lane.count > lane.limit;

export function spokenLane(lane) {
  const points = lane.points ? `, ${lane.points}` : "";
  const cards = `${lane.name}, ${lane.count} ${lane.count === 1 ? "card" : "cards"}${points}`;
  if (lane.limit === undefined) return cards;
  return `${cards}, ${isOver(lane) ? "over its limit of" : "at most"} ${lane.limit}`;
}

export function spokenCard(card) {
  return [card.title, card.ref, card.person, card.points, card.due && `due ${card.due}`, card.overdue && "overdue", card.priority, card.blocked]
    .filter(Boolean)
    .join(", ");
}

export function initials(name) {
  const words = name.split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const chosen = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return chosen.map((word) => [...word][0]).join("").toUpperCase();
}

// The column without its cards. `board` is asked for its fold.
export function columnOf(lane, colour, board) {
  const section = element("section", "column");
  section.dataset.column = lane.key;
  section.setAttribute("aria-label", spokenLane(lane));
  section.classList.toggle("over", isOver(lane));

  const head = element("header", "head");
  const dot = element("span", "dot");
  if (colour) dot.style.background = colour;
  else dot.classList.add("hollow");
  const name = element("span", "name", lane.name);
  name.title = lane.name;
  const count = element("span", "count", lane.limit === undefined ? `${lane.count}` : `${lane.count} / ${lane.limit}`);
  count.title = spokenLane(lane);
  const facts = [dot, name, count];
  if (lane.points) facts.push(element("span", "points", lane.points));
  const heading = element("h2", "heading");
  if (board.narrow) heading.append(foldOf(section, lane, board, facts));
  else {
    heading.tabIndex = -1;
    heading.append(...facts);
  }
  head.append(heading);
  section.append(head);
  if (isOver(lane)) section.append(element("p", "limit", "Over its limit: finish one before the next is begun."));

  const list = element("ul", "cards");
  list.dataset.column = lane.key;
  list.setAttribute("aria-label", lane.name);
  section.append(list);
  return section;
}

function foldOf(section, lane, board, facts) {
  const fold = button("fold");
  fold.setAttribute("aria-label", spokenLane(lane));
  fold.append(...facts);
  const show = (folded) => {
    section.classList.toggle("folded", folded);
    fold.setAttribute("aria-expanded", String(!folded));
  };
  show(board.isFolded(lane));
  fold.onclick = () => {
    board.folded.set(lane.key, !board.isFolded(lane));
    show(board.isFolded(lane));
    board.fill(section, lane);
    board.ask();
  };
  return fold;
}

// What stands below the cards that are shown: the next page, as long as there are any to be had.
export function restOf(lane, shown, { page, most }, onMore) {
  const item = element("li", "none");
  if (shown >= most) {
    item.textContent = `${lane.count - shown} more: narrow the board with the filters`;
    return item;
  }
  const more = button("more", `${Math.min(page, lane.count - shown)} more of ${lane.count}`);
  more.setAttribute("aria-label", `${more.textContent} cards of ${lane.name}`);
  more.onclick = onMore;
  item.append(more);
  return item;
}

// A card; what is done with it is the board's.
export function cardOf(card, board) {
  const item = element("li", `card ${card.blocked ? "blocked" : ""} ${card.movable ? "movable" : ""}`);
  item.dataset.card = card.id;
  item.tabIndex = -1;
  item.setAttribute("aria-label", spokenCard(card));
  item.setAttribute("aria-describedby", "help");
  item.draggable = Boolean(card.movable) && !board.touched;

  if (card.ref || card.priority) {
    const top = element("div", "line");
    top.append(element("span", "ref", card.ref ?? ""));
    if (card.priority) top.append(element("span", `tag ${card.tone}`, card.priority));
    item.append(top);
  }
  const title = button("title", card.title);
  title.tabIndex = -1;
  title.onclick = () => board.open(card);
  item.append(title);
  if (card.blocked) item.append(element("p", "reason", card.blocked));

  const foot = element("div", "line foot");
  if (card.person) {
    const person = element("span", "person", initials(card.person));
    person.title = card.person;
    foot.append(person);
  }
  if (card.points) foot.append(element("span", "fact", card.points));
  if (card.due) foot.append(element("span", card.overdue ? "fact late" : "fact", card.due));
  if (card.movable) {
    const move = button("move", "Move");
    move.tabIndex = -1;
    move.setAttribute("aria-label", `Move ${card.title} to another column`);
    move.setAttribute("aria-haspopup", "dialog");
    move.onclick = () => board.choose(card, item);
    foot.append(move);
  }
  if (foot.childElementCount) item.append(foot);
  return item;
}
