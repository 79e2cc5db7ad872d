// Cards of lists and small pictures, drawn by the server. Their links are the shell's.

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
}
