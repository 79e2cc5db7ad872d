// Light, dark, or as the device has it; `orchflowMode` comes with the page (orchflow/ui/shell.js).

const MODES = [["", "System"], ["light", "Light"], ["dark", "Dark"]];

export default function render({ parentElement }) {
  if (parentElement.querySelector(".modes")) return;
  const group = document.createElement("div");
  group.className = "modes";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Appearance");
  const buttons = MODES.map(([mode, word]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = word;
    button.onclick = () => {
      window.orchflowMode?.choose(mode);
      show();
    };
    group.append(button);
    return button;
  });
  const show = () =>
    buttons.forEach((button, place) =>
      button.setAttribute("aria-pressed", String(MODES[place][0] === (window.orchflowMode?.chosen() ?? ""))),
    );
  show();
  parentElement.append(group);
}
