// Search: a button, and the window that it or Ctrl+K opens. Places are known here and matched at once; what else there is
// of that name is asked for, and shown when the answer to the words that stand there by then is in.
// Everything that people wrote goes into the page as text, never as markup.

const searches = new WeakMap();
const PAUSE = 120;

export default function render(component) {
  const { parentElement } = component;
  let search = searches.get(parentElement);
  if (!search) {
    search = new Search(parentElement);
    searches.set(parentElement, search);
  }
  search.show(component);
  return () => {
    search.leave();
    searches.delete(parentElement);
  };
}

class Search {
  constructor(parent) {
    this.mac = /Mac|iPhone|iPad/.test(navigator.platform);
    this.opener = element("button", "opener");
    this.opener.type = "button";
    this.opener.setAttribute("aria-haspopup", "dialog");
    this.opener.setAttribute("aria-keyshortcuts", this.mac ? "Meta+K" : "Control+K");
    this.opener.append(icon("search"), element("span", "word", "Search"), element("kbd", "", this.mac ? "⌘ K" : "Ctrl K"));
    this.opener.lastChild.setAttribute("aria-hidden", "true");
    this.opener.onclick = () => this.open();

    this.window = element("dialog", "window");
    this.field = element("input", "field");
    this.field.type = "text";
    this.field.autocomplete = "off";
    this.field.spellcheck = false;
    this.field.maxLength = 200;
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", "hits"], ["aria-expanded", "true"]]) {
      this.field.setAttribute(name, value);
    }
    this.list = element("ul", "hits");
    this.list.id = "hits";
    this.list.setAttribute("role", "listbox");
    this.count = element("p", "count");
    this.count.setAttribute("role", "status");
    const line = element("div", "line");
    line.append(icon("search"), this.field, element("kbd", "", "Esc"));
    line.lastChild.setAttribute("aria-hidden", "true");
    this.window.append(line, this.list, this.count);
    parent.append(this.opener, this.window);

    this.field.oninput = () => this.typed();
    this.field.onkeydown = (event) => this.key(event);
    this.window.onclick = (event) => {
      if (event.target === this.window) this.window.close();
    };
    this.onKey = (event) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      if (this.window.open) this.field.select();
      else this.open();
    };
    document.addEventListener("keydown", this.onKey, true);
  }

  leave() {
    clearTimeout(this.waiting);
    document.removeEventListener("keydown", this.onKey, true);
  }

  show(component) {
    this.component = component;
    this.data = component.data;
    this.window.setAttribute("aria-label", this.data.label);
    this.list.setAttribute("aria-label", this.data.label);
    this.field.setAttribute("aria-label", this.data.label);
    this.field.placeholder = this.data.hint;
    if (this.window.open) this.draw();
  }

  open() {
    this.field.value = "";
    this.active = 0;
    this.window.showModal();
    this.draw();
    this.field.focus();
  }

  get words() {
    return this.field.value.trim().replace(/\s+/g, " ");
  }

  typed() {
    this.active = 0;
    this.draw();
    clearTimeout(this.waiting);
    const asked = this.words;
    if (!asked || asked === this.data.asked) return;
    this.waiting = setTimeout(() => this.component.setTriggerValue("ask", { text: asked }), PAUSE);
  }

  // Places whose every word begins with what is written come before those that only have it somewhere.
  places() {
    const words = this.words.toLowerCase().split(" ").filter(Boolean);
    const matching = [];
    for (const place of this.data.places) {
      const title = place.title.toLowerCase();
      const text = `${title} ${place.note.toLowerCase()}`;
      if (!words.every((word) => text.includes(word))) continue;
      const rank = words.length && title.startsWith(words.join(" ")) ? 0 : words.every((word) => title.includes(word)) ? 1 : 2;
      matching.push({ rank, place });
    }
    return matching.sort((one, other) => one.rank - other.rank).map((found) => found.place);
  }

  draw() {
    const answered = this.data.asked === this.words;
    const places = this.places();
    const close = places.length > 6 && this.words ? places.slice(0, 6) : places;
    this.hits = this.words && answered ? [...close, ...this.data.hits] : close;
    this.active = Math.max(0, Math.min(this.active, this.hits.length - 1));
    this.list.replaceChildren(...this.hits.map((hit, place) => this.option(hit, place)));
    const waiting = this.words && !answered;
    this.count.textContent = this.hits.length
      ? `${this.hits.length} ${this.hits.length === 1 ? "result" : "results"}${waiting ? ", looking further…" : ""}`
      : waiting ? "Looking…" : "Nothing is called so. Try fewer letters, or a task's number.";
    this.mark();
  }

  option(hit, place) {
    const row = element("li", "hit");
    row.id = `hit-${place}`;
    row.setAttribute("role", "option");
    const words = element("span", "words");
    words.append(element("span", "title", hit.title), element("span", "note", hit.note));
    row.append(icon(hit.icon), words, element("span", "kind", hit.kind));
    row.onpointermove = () => {
      if (this.active === place) return;
      this.active = place;
      this.mark();
    };
    row.onclick = () => this.go(hit);
    return row;
  }

  mark() {
    const rows = [...this.list.children];
    rows.forEach((row, place) => row.setAttribute("aria-selected", String(place === this.active)));
    const row = rows[this.active];
    if (row) {
      this.field.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else this.field.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const last = this.hits.length - 1;
    const to = { ArrowDown: this.active + 1, ArrowUp: this.active - 1, PageDown: this.active + 6, PageUp: this.active - 6 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.active = to > last ? (this.active === last ? 0 : last) : to < 0 ? (this.active === 0 ? last : 0) : to;
      this.mark();
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      const hit = this.hits[this.active];
      if (hit) this.go(hit);
    }
  }

  go(hit) {
    clearTimeout(this.waiting);
    this.window.close();
    // As a step forth to that address: the framework follows those without a reload, and lets the address win.
    history.pushState({}, "", new URL(hit.href, location.href));
    dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    if (innerWidth < 769) document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
  }
}

function element(tag, name = "", text = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  return made;
}

function icon(name) {
  const made = element("span", "icon", name);
  made.setAttribute("aria-hidden", "true");
  return made;
}
