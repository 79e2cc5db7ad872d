// Drag and drop with a mouse: what a card does when it is taken up, and a column when one is over it.

export function dragged(board, item, card) {
  item.ondragstart = (event) => {
    board.dragged = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.title);
    item.classList.add("dragged");
  };
  item.ondragend = () => {
    item.classList.remove("dragged");
    board.dragged = null;
    board.resume();
  };
}

export function droppedOn(board, section, lane) {
  section.ondragover = (event) => {
    if (!board.dragged || board.dragged.column === lane.key) return;
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
    const card = board.dragged;
    board.dragged = null;
    if (card) board.move(card, lane.key);
  };
}
