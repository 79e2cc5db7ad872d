// Where the keyboard is. The content of the framework's menus comes last in the order of Tab, and what has the focus goes
// when something else is drawn in its place: here the focus goes into a menu that is opened and back to its button, and
// from what has gone to what stands nearest to it. And what is told in passing is read out.

(() => {
  "use strict";

  const BUTTON = "[data-testid=stPopoverButton]";
  const CONTENT = "[data-testid=stPopoverBody]";
  const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]";
  const BEAT = 60; // ms between two looks whether what is waited for is there
  const LATE = 4000; // ms after which it is not waited for any more

  const heading = () => document.querySelector("[data-testid=stMain] h1");
  const nowhere = () => !document.activeElement || document.activeElement === document.body;
  const running = () => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState !== "notRunning";

  // Call `act` with what `look` returns as soon as it returns something, else at the end with nothing.
  function once(look, act, until = performance.now() + LATE) {
    const found = look();
    if (found || performance.now() > until) act(found);
    else setTimeout(() => once(look, act, until), BEAT);
  }

  // Focus something that is no stop of the Tab key.
  function land(element) {
    if (element && !element.matches(STOPS)) element.tabIndex = -1;
    element?.focus();
  }

  // ---- menus: the button, then what is behind it, then the button again, until Esc closes it

  let menu = { button: null, content: null };

  function opened(button, byKey) {
    const before = new Set(document.querySelectorAll(CONTENT));
    const fresh = () => [...document.querySelectorAll(CONTENT)].find((content) => !before.has(content));
    once(fresh, (content) => {
      if (!content) return;
      menu = { button, content };
      content.before(guard(button));
      content.after(guard(button));
      if (byKey) land(content);
    });
  }

  function guard(button) {
    const edge = document.createElement("span");
    edge.className = "of-edge";
    edge.tabIndex = 0;
    edge.onfocus = () => (running() ? land(menu.content) : button.focus()); // what is behind it may not be drawn yet
    return edge;
  }

  document.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest?.(BUTTON);
      if (button?.getAttribute("aria-expanded") === "false") opened(button, byKey);
    },
    true,
  );

  // ---- the focus is lost: what had it, and what stood around it

  let byKey = false;
  let last = null;
  let waiting = false;

  document.addEventListener("pointerdown", () => (byKey = false), true);
  document.addEventListener(
    "keydown",
    (event) => {
      byKey = true;
      const deep = event.composedPath()[0]; // within a part of our own the focus moves without a word to the page
      if (deep instanceof Element && deep.getRootNode() !== document && deep !== last?.element) note(deep);
      const cell = event.target.closest?.("[data-testid=data-grid-canvas]");
      const around = event.key === "Escape" && event.isTrusted && cell?.closest("[role=dialog]");
      if (around) {
        event.stopImmediatePropagation(); // the grid would keep it to itself, and the window stay open
        around.dispatchEvent(new KeyboardEvent("keydown", event));
        return;
      }
      const within = event.key === "Tab" && !event.shiftKey && menu.content?.isConnected;
      if (!within || document.activeElement !== menu.button) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      land(menu.content);
    },
    true,
  );
  document.addEventListener("focusin", (event) => note(event.composedPath()[0]), true);

  function note(element) {
    const around = [];
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) around.push(at);
    const pane = around.find((part) => part.getAttribute("role") === "dialog") ?? null;
    last = { element, around, pane, from: pane && (last?.pane === pane ? last.from : last) };
  }

  const key = (element) => [...element.classList].find((name) => name.startsWith("st-key-"));
  const again = (element) => {
    if (element.isConnected) return element;
    return key(element) ? document.querySelector(`.${CSS.escape(key(element))}`) : null;
  };
  const stop = (place) =>
    [...place.querySelectorAll(STOPS)].find(
      (one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true }),
    );

  // What led into a menu or a window that has gone; else the stop nearest to what had the focus, within what is named
  // around it; else the heading of the screen.
  function nearest({ element, around, pane, from }) {
    if (element.isConnected) return element;
    if (from && !pane.isConnected) return nearest(from);
    for (const place of around.filter(key)) {
      const there = again(place);
      const next = there && stop(there);
      if (next) return next;
    }
    return pane?.isConnected ? pane : heading();
  }

  function lost() {
    waiting = true;
    const gone = last;
    const drawn = () => (nowhere() && running() ? null : true);
    const settle = () => {
      waiting = false;
      if (!nowhere() || last !== gone) return;
      const keys = gone.around.map(key).filter(Boolean);
      const event = new CustomEvent("orchflow:focuslost", { detail: { keys }, cancelable: true });
      if (document.dispatchEvent(event)) land(nearest(gone)); // unless a part of the screen has a better place
    };
    setTimeout(() => once(drawn, settle), 2 * BEAT);
  }

  // ---- what the framework tells in passing is read out, unless a part of the screen does

  const TOLD = "[data-testid=stToastText]";
  const live = document.createElement("p");
  live.className = "of-edge";
  live.setAttribute("role", "status");
  document.addEventListener("DOMContentLoaded", () => document.body.append(live));

  const said = (root, words) =>
    [...root.querySelectorAll("*")].some(
      (part) =>
        (part.getAttribute("role") === "status" && part.textContent.includes(words)) ||
        (part.shadowRoot && said(part.shadowRoot, words)),
    );

  function tell(words) {
    live.textContent = "";
    const still = () => !running();
    once(still, () => setTimeout(() => said(document, words) || (live.textContent = words), 4 * BEAT));
  }

  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const added of addedNodes) {
        const told = added instanceof Element && (added.matches(TOLD) ? added : added.querySelector(TOLD));
        if (told) tell(told.textContent);
      }
    }
    if (byKey && !waiting && last && !last.element.isConnected && nowhere()) lost();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
