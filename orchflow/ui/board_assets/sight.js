// Which columns are drawn: those in sight; on paper those that hold cards, one after another.

import { element } from "./parts.js";

const ALL = 10; // so many columns are drawn though some are out of sight

export function inSight(board) {
  const { lanes, scroller, step, width } = board;
  if (board.paper) return [0, lanes.length];
  if (board.narrow) return [0, Math.min(board.below, lanes.length)];
  if (lanes.length <= ALL) return [0, lanes.length];
  const first = Math.floor(scroller.scrollLeft / step) - 1;
  const last = Math.ceil((scroller.scrollLeft + width) / step) + 1;
  return [Math.max(0, first), Math.min(lanes.length, last)];
}

// Draw the board for paper while it is printed; returns what ends that.
export function printed(board) {
  const draw = (on) => () => {
    if (!board.data || Boolean(board.paper) === on) return;
    board.paper = on;
    board.draw();
  };
  const whens = [["beforeprint", draw(true)], ["afterprint", draw(false)]];
  for (const [when, act] of whens) window.addEventListener(when, act);
  return () => whens.forEach(([when, act]) => window.removeEventListener(when, act));
}

// On paper no further card is to be had: how many there are is said.
export function cutOff(lane, shown) {
  const rest = lane.count - shown;
  return rest ? [element("li", "none", shown ? `and ${rest} more` : `${rest} ${rest === 1 ? "card" : "cards"}`)] : [];
}
