// Cards of lists and small pictures, drawn by the server. A plain click on a link goes to a screen of the app without
// loading the page anew; with Ctrl, Shift or another button the browser does what it does with every link.

export default function render(component) {
  const { parentElement, data } = component;
  let root = parentElement.querySelector(".overview");
  if (!root) {
    root = document.createElement("div");
    root.className = "overview";
    parentElement.append(root);
  }
  if (root.shown !== data.html) {
    root.innerHTML = data.html;
    root.shown = data.html;
  }
  // The colours of series are a list, which CSS cannot take apart; they change with the theme.
  const colours = getComputedStyle(root).getPropertyValue("--st-chart-categorical-colors").split(",");
  for (const [name, place] of Object.entries(data.series)) root.style.setProperty(`--${name}`, colours[place] ?? "currentColor");
  root.onclick = (event) => {
    const link = event.target.closest("a[data-to]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    // As a step forth to that address: the framework follows those without a reload, and lets the address win.
    history.pushState({}, "", new URL(link.dataset.to, location.href));
    dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  };
}
