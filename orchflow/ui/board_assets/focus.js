// Where the keyboard is on the board: arrow keys between cards, and a sensible place after a card has gone.

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

export class Focus {
  constructor(board) {
    this.board = board;
    this.next = null; // a place that is focused as soon as there is a card: {column, place}
  }

  get element() {
    return this.board.root.getRootNode().activeElement;
  }

  get column() {
    return this.element?.closest?.("section")?.dataset.column;
  }

  // The focused card and its place, or nothing.
  get card() {
    const item = this.element?.closest?.(".card");
    return item ? { id: item.dataset.card, ...placeOf(item) } : null;
  }

  key(event, card, item) {
    const { board } = this;
    if (event.target.matches("button.move")) return;
    const step = STEPS[event.key];
    const at = board.lanes.findIndex((lane) => lane.key === card.column);
    if (step && event.shiftKey) {
      const to = board.lanes[at + step];
      if (!card.movable) board.say("You may not move this card.");
      else if (to) board.move(card, to.key);
      else board.say("There is no column on that side.");
    } else if (step) {
      this.beside(at, step, placeOf(item).place);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = event.key === "ArrowDown" ? item.nextElementSibling : item.previousElementSibling;
      const stop = next?.matches(".card") ? next : next?.querySelector("button");
      if (stop) this.to(stop);
    } else if (event.key === "Enter" || event.key === " ") {
      board.open(card);
    } else if (event.key.toLowerCase() === "m" && card.movable && !event.ctrlKey && !event.metaKey) {
      board.choose(card, item);
    } else return;
    event.preventDefault();
  }

  // To the next column on that side that holds a card.
  beside(at, step, place) {
    const { lanes } = this.board;
    const side = step > 0 ? lanes.slice(at + 1) : lanes.slice(0, at).reverse();
    const lane = side.find((other) => other.count && !this.board.isFolded(other));
    if (!lane) return;
    this.board.reveal(lane.key);
    this.later({ column: lane.key, place });
  }

  to(item) {
    if (item.matches(".card")) {
      for (const card of item.parentElement.querySelectorAll('.card[tabindex="0"]')) card.tabIndex = -1;
      item.tabIndex = 0;
    }
    item.focus();
  }

  // Focus this place now, or when its cards have come.
  later(place) {
    this.next = place;
    this.settle();
  }

  // After the board was drawn anew: the card that was focused, wherever it is now, else what stands in its place.
  again(before) {
    const same = before && this.board.card(before.id);
    if (same) return this.to(same);
    if (before) this.next ??= before;
    this.settle();
  }

  settle() {
    const section = this.next && this.board.sections.get(this.next.column);
    if (!section) return;
    const cards = section.querySelectorAll(".card");
    const waits = section.querySelector(".cards").getAttribute("aria-busy") === "true";
    if (waits && cards.length <= this.next.place) return;
    const card = cards[Math.min(this.next.place, cards.length - 1)];
    this.next = null;
    this.to(card ?? section.querySelector(".fold, .heading"));
  }
}

export function placeOf(item) {
  return { column: item.closest("section").dataset.column, place: [...item.parentElement.children].indexOf(item) };
}
