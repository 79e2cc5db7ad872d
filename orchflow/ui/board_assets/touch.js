// A card taken up with a finger: held for a moment, carried to one of the columns named at the foot of the window.

import { element, spokenLane } from "./parts.js";

const HOLD = 350; // milliseconds until a touch is no scrolling
const SLACK = 9; // pixels that a finger may tremble meanwhile
const TARGETS = 9; // the rest is behind the menu of the card

export function carry(board, item, card) {
  let timer = null;
  let from = null;
  let carried = null;

  const begin = () => {
    timer = null;
    navigator.vibrate?.(10);
    carried = new Carried(board, item, card, from);
  };
  const end = (drop) => {
    clearTimeout(timer);
    timer = null;
    carried?.end(drop);
    carried = null;
  };
  item.addEventListener(
    "touchstart",
    (event) => {
      if (event.touches.length > 1 || event.target.closest("button.move")) return end(false);
      const { clientX, clientY } = event.touches[0];
      from = { x: clientX, y: clientY };
      timer = setTimeout(begin, HOLD);
    },
    { passive: true },
  );
  item.addEventListener(
    "touchmove",
    (event) => {
      const { clientX, clientY } = event.touches[0];
      if (carried) {
        event.preventDefault();
        carried.to(clientX, clientY);
      } else if (timer && Math.hypot(clientX - from.x, clientY - from.y) > SLACK) {
        clearTimeout(timer);
        timer = null;
      }
    },
    { passive: false },
  );
  item.addEventListener("touchend", (event) => {
    if (carried) event.preventDefault(); // no click follows
    end(true);
  });
  item.addEventListener("touchcancel", () => end(false));
  item.addEventListener("contextmenu", (event) => {
    if (carried || timer) event.preventDefault();
  });
}

class Carried {
  constructor(board, item, card, { x, y }) {
    this.board = board;
    this.item = item;
    this.card = card;
    this.ghost = item.cloneNode(true);
    this.ghost.classList.add("ghost");
    this.ghost.setAttribute("aria-hidden", "true");
    item.classList.add("dragged");
    this.tray = element("div", "tray");
    this.tray.popover = "manual";
    this.tray.append(...this.targets().map((lane) => this.target(lane)), this.ghost);
    board.root.append(this.tray);
    this.tray.showPopover();
    this.to(x, y);
    board.say(`${card.title} is taken up: carry it to a column`);
  }

  // The columns beside its own, as many as fit.
  targets() {
    const lanes = this.board.lanes;
    const own = lanes.findIndex((lane) => lane.key === this.card.column);
    const first = Math.max(0, Math.min(own - Math.floor(TARGETS / 2), lanes.length - TARGETS - 1));
    return lanes.slice(first, first + TARGETS + 1).filter((lane) => lane.key !== this.card.column);
  }

  target(lane) {
    const place = element("div", "drop", lane.name);
    place.dataset.drop = lane.key;
    place.setAttribute("aria-label", spokenLane(lane));
    return place;
  }

  to(x, y) {
    this.ghost.style.transform = `translate(${Math.max(0, x - this.ghost.offsetWidth / 2)}px, ${y - this.ghost.offsetHeight - 24}px)`;
    const under = this.board.root.getRootNode().elementsFromPoint(x, y);
    const place = under.map((one) => one.closest?.("[data-drop], section[data-column]")).find(Boolean);
    if (place === this.place) return;
    this.place?.classList.remove("target");
    this.place = place;
    place?.classList.add("target");
  }

  end(drop) {
    const to = this.place?.dataset.drop ?? this.place?.dataset.column;
    this.place?.classList.remove("target");
    this.tray.remove();
    this.item.classList.remove("dragged");
    if (drop && to !== undefined && to !== this.card.column) this.board.move(this.card, to);
    else this.board.say(`${this.card.title} stays where it was`);
  }
}
