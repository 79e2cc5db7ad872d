// Rows as a list. A plain tap opens one, one on its box ticks it; its menu sends what was chosen and shows what is stored until that has changed.

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function menu(line, data, tell) {
  const select = element("select");
  select.setAttribute("aria-label", `${data.choosing}: ${line.title}`);
  for (const [value, name] of data.choices) select.add(new Option(name, value, false, value === line.choice));
  select.onchange = () => {
    const value = select.value;
    select.value = line.choice;
    tell("choose", { row: line.key, value });
  };
  return select;
}

function opening(line, tell) {
  const open = element(line.to ? "a" : "button", "open", line.title);
  if (line.to) open.href = `./${line.to}`;
  open.onclick = (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    tell("open", { row: line.key });
  };
  return open;
}

function box(line, tell) {
  const tick = element("button", "tick");
  tick.setAttribute("role", "checkbox");
  tick.setAttribute("aria-checked", String(line.tick === "ticked"));
  tick.setAttribute("aria-label", line.title);
  tick.onclick = () => {
    tick.disabled = true;
    setTimeout(() => { tick.disabled = false; }, 4000);
    tell("tick", { row: line.key });
  };
  return tick;
}

function row(line, data, tell) {
  const item = element("li", line.heading ? "heading" : line.minor ? "minor" : "row");
  if (line.tick) {
    item.classList.add("ticks");
    item.append(box(line, tell));
  }
  item.style.setProperty("--depth", line.depth);
  item.append(line.key ? opening(line, tell) : element("span", "group", line.title));
  if (line.aside) item.append(element("span", `aside ${line.tone}`, line.aside));
  if (line.choice || line.detail) {
    const below = element("div", "below");
    if (line.choice) below.append(menu(line, data, tell));
    if (line.detail) below.append(element("small", "", line.detail));
    item.append(below);
  }
  return item;
}

export default function render({ parentElement, data, setTriggerValue }) {
  let list = parentElement.querySelector("ul");
  if (!list) parentElement.append((list = element("ul")));
  const mark = JSON.stringify(data);
  if (list.mark === mark) return;
  list.mark = mark;
  list.setAttribute("aria-label", data.label);
  list.replaceChildren(...data.lines.map((line) => row(line, data, setTriggerValue)));
}
