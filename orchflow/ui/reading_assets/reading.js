// A text with its contents beside it. A plain click on a link of the app goes there without loading the page anew; one on a
// heading's anchor goes to the heading, which stands in a part of the page that the browser's own anchors do not reach.

export default function render(component) {
  const { parentElement, data } = component;
  let root = parentElement.querySelector(".reading");
  if (!root) {
    root = document.createElement("div");
    root.className = "reading";
    parentElement.append(root);
  }
  const place = () => {
    let anchor = location.hash.slice(1);
    try {
      anchor = decodeURIComponent(anchor);
    } catch {
      return; // an address that somebody cut off
    }
    if (anchor) root.querySelector(`[id="${CSS.escape(anchor)}"]`)?.scrollIntoView();
  };
  root.classList.toggle("small", data.small);
  const whole = `<div class="sheet"><nav class="contents" aria-label="On this page">${data.contents}</nav><article>${data.html}</article></div>`;
  if (root.shown !== whole) {
    root.innerHTML = whole;
    root.shown = whole;
    const narrow = root.clientWidth < 900;
    if (narrow) root.querySelector(".contents details")?.removeAttribute("open");
    const wide = root.querySelectorAll(".of-diagram svg");
    for (const svg of wide) svg.style.minWidth = `${Math.min(svg.dataset.width * 0.8, 900)}px`;
    requestAnimationFrame(place);
  }
  // What stands behind links changes while the text stays; a mark is drawn anew only where it says something else.
  for (const link of root.querySelectorAll("article a[href]")) {
    const [tone, words] = data.marks[link.getAttribute("href")] ?? [];
    let mark = link.nextElementSibling?.matches(".mark") ? link.nextElementSibling : null;
    if (!words) mark?.remove();
    else {
      if (!mark) link.after((mark = document.createElement("span")));
      mark.className = `mark ${tone}`;
      mark.textContent = words;
    }
  }
  root.onclick = (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const to = link.getAttribute("href");
    if (/^https?:/.test(to)) return;
    event.preventDefault();
    if (to.startsWith("#")) {
      history.replaceState(history.state, "", `${location.pathname}${location.search}${to}`);
      place();
      return;
    }
    history.pushState({}, "", new URL(to, location.href));
    dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    document.querySelector(".stMain")?.scrollTo(0, 0);
  };
}
