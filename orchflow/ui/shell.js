// What the framework's page lacks. It runs before the framework does.

(() => {
  "use strict";

  // A choice in a bound widget replaces the address; here it becomes a step that Back undoes. The framework's own
  // corrections, which name no origin, go on replacing.
  const replace = history.replaceState.bind(history);
  history.replaceState = (state, unused, url) => {
    const text = String(url ?? "");
    const chosen = text.startsWith(`${location.origin}/`) && new URL(text).pathname === location.pathname;
    if (chosen && text !== location.href) history.pushState(state, unused, text);
    else replace(state, unused, url);
  };

  // Light or dark by choice, kept in this browser: the framework follows what it takes for the device's wish.
  const KEY = "orchflow-mode";
  const QUERY = "(prefers-color-scheme: dark)";
  const real = window.matchMedia.bind(window);
  const device = real(QUERY);
  const listeners = new Set();
  const chosen = () => {
    try {
      return localStorage.getItem(KEY) ?? "";
    } catch {
      return "";
    }
  };
  let onPaper = false; // there everything is light
  const dark = () => !onPaper && (chosen() ? chosen() === "dark" : device.matches);
  // The framework tells its own part of the page alone which mode it is in; menus stand outside of it.
  const mark = () => {
    document.documentElement.dataset.mode = chosen();
    document.documentElement.style.colorScheme = dark() ? "dark" : "light";
  };
  const tell = () => {
    mark();
    for (const listener of [...listeners]) listener({ matches: dark(), media: QUERY });
  };
  const asked = {
    media: QUERY,
    onchange: null,
    get matches() {
      return dark();
    },
    addEventListener: (_, listener) => listeners.add(listener),
    removeEventListener: (_, listener) => listeners.delete(listener),
    addListener: (listener) => listeners.add(listener),
    removeListener: (listener) => listeners.delete(listener),
    dispatchEvent: () => true,
  };
  window.matchMedia = (query) => (query === QUERY ? asked : real(query));
  mark();
  device.addEventListener("change", tell);
  window.addEventListener("storage", (event) => event.key === KEY && tell());
  // React draws at once, before the page is printed, what changes in an event by which people choose. Charts do not:
  // they are scaled to the paper as they are, and turned light by the style sheet. So are tables, which are wider.
  const paper = new EventTarget();
  const PAPER_WIDTH = 1000;
  const scale = () => {
    document.documentElement.dataset.paper = dark() ? "dark" : "light";
    for (const svg of document.querySelectorAll(".js-plotly-plot .main-svg")) {
      svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
    }
    const wide = document.querySelector(".stMainBlockContainer > .stVerticalBlock")?.clientWidth || 1;
    for (const table of document.querySelectorAll(".stDataFrame")) table.style.zoom = Math.min(1, PAPER_WIDTH / wide);
  };
  const unscale = () => {
    for (const svg of document.querySelectorAll(".js-plotly-plot .main-svg")) svg.removeAttribute("viewBox");
    for (const table of document.querySelectorAll(".stDataFrame")) table.style.zoom = "";
  };
  paper.addEventListener("change", tell);
  for (const [when, printing] of [["beforeprint", true], ["afterprint", false]]) {
    window.addEventListener(when, () => {
      if (printing) scale();
      else unscale();
      onPaper = printing;
      paper.dispatchEvent(new Event("change"));
    });
  }
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith("stActiveTheme")) localStorage.removeItem(name);
  } catch {
    // without storage nothing is kept
  }

  // A plain click on a link to a screen of the app goes there without loading the page anew; with Ctrl, Shift or another
  // button the browser does what it does with every link.
  document.addEventListener("click", (event) => {
    const link = event.composedPath().find((node) => node.matches?.("a[data-to]"));
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    // As a step forth to that address: the framework follows those without a reload, and lets the address win.
    history.pushState({}, "", new URL(link.dataset.to, location.href));
    dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  });

  // A file to take away closes the menu in which it stood, once it is made; where it is refused, the menu says why.
  document.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest?.(".stDownloadButton button");
      const menu = button?.closest('[data-testid="stPopoverBody"]');
      if (!menu) return;
      let making = false;
      const watch = new MutationObserver(() => {
        if (!button.isConnected) watch.disconnect();
        else if (button.disabled) making = true;
        else if (making) {
          watch.disconnect();
          if (button.closest(".stDownloadButton").querySelector('[data-testid="stDownloadButtonError"]')) return;
          menu.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
        }
      });
      watch.observe(menu, { attributes: true, childList: true, subtree: true });
    },
    true,
  );
  window.orchflowMode = {
    chosen,
    choose(mode) {
      try {
        if (mode) localStorage.setItem(KEY, mode);
        else localStorage.removeItem(KEY);
      } catch {
        return;
      }
      tell();
    },
  };
})();
