// The one menu of the board: the columns that a card can go to, made when it is opened.

import { button, element } from "./parts.js";

const MOST = 60; // more names than this are found by typing
const FEW = 8; // so many need no search

export function openMenu(root, anchor, card, lanes, chosen) {
  const menu = element("div", "menu");
  menu.popover = "auto";
  menu.setAttribute("role", "dialog");
  menu.setAttribute("aria-label", `Move ${card.title} to`);
  const list = element("ul", "lanes");
  const more = element("p", "none");

  const fill = (words) => {
    const matches = lanes.filter((lane) => lane.name.toLowerCase().includes(words));
    list.replaceChildren(...matches.slice(0, MOST).map((lane) => line(lane)));
    more.hidden = matches.length > 0 && matches.length <= MOST;
    more.textContent = matches.length ? (matches.length > MOST ? `${matches.length - MOST} more: type a part of the name` : "") : "No column has that name";
  };
  const line = (lane) => {
    const item = element("li");
    const pick = button("lane");
    pick.append(element("span", "name", lane.name), element("span", "count", lane.limit === undefined ? `${lane.count}` : `${lane.count} / ${lane.limit}`));
    pick.onclick = () => {
      close();
      chosen(lane.key);
    };
    item.append(pick);
    return item;
  };
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    menu.remove();
    if (anchor.isConnected) anchor.focus();
  };

  if (lanes.length > FEW) {
    const search = element("input", "search");
    search.type = "search";
    search.placeholder = `Find one of ${lanes.length} columns`;
    search.setAttribute("aria-label", "Find a column");
    search.oninput = () => fill(search.value.trim().toLowerCase());
    search.onkeydown = (event) => {
      if (event.key === "Enter") list.querySelector("button")?.click();
    };
    menu.append(search);
  }
  menu.append(list, more);
  fill("");
  menu.onkeydown = (event) => {
    event.stopPropagation();
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const stops = [...menu.querySelectorAll("input, button")];
    const at = stops.indexOf(root.getRootNode().activeElement);
    stops[(at + (event.key === "ArrowDown" ? 1 : -1) + stops.length) % stops.length]?.focus();
  };
  menu.addEventListener("toggle", (event) => {
    if (event.newState === "closed") close();
  });
  root.append(menu);
  menu.showPopover();
  place(menu, anchor);
  menu.querySelector("input, button")?.focus();
}

function place(menu, anchor) {
  const at = anchor.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = at.bottom + 4 + height <= innerHeight;
  menu.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, below ? at.bottom + 4 : Math.min(at.top - 4 - height, innerHeight - height - 8))}px`;
}
