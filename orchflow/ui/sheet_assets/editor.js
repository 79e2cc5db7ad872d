// The editor of a cell: it opens and goes a moment after the key for it.

const TURN = { opening: 1200, leaving: 2000 }; // ms after which an editor that did not open, or go, is not waited for any more
const EDITS = { Backspace: "delete", Delete: "forwardDelete" };

const bare = (event) => !event.ctrlKey && !event.metaKey && !event.altKey;
const leaves = (event) => bare(event) && (["Tab", "Escape"].includes(event.key) || (event.key === "Enter" && !event.shiftKey));
const opens = (event) => bare(event) && (["Enter", "F2"].includes(event.key) || (event.key.length === 1 && event.key !== " "));

export class Editor {
  constructor() {
    this.timers = 0;
  }

  get element() {
    return document.querySelector("#portal .gdg-input, #portal [id^=gdg-overlay]");
  }

  has(node) {
    return node instanceof Node && Boolean(document.getElementById("portal")?.contains(node));
  }

  // A key was pressed with the focus on `active`.
  pressed(event, active) {
    if (this.has(active)) {
      this.timers += 1;
      setTimeout(() => setTimeout(() => (this.timers -= 1)));
      if (leaves(event)) this.left();
    } else if (opens(event)) {
      this.change = { until: performance.now() + TURN.opening };
    }
  }

  left() {
    const { element } = this;
    if (element) this.change = { element, until: performance.now() + TURN.leaving };
  }

  // It goes by the first timer after Enter, and keeps what was written only if that is the timer of Enter itself: those of the
  // letters before come first.
  tooEarly(event, active) {
    return this.timers > 0 && leaves(event) && this.has(active);
  }

  // Whether it is about to open, or to go, after the last key.
  get turning() {
    const { element, until } = this.change ?? { until: -Infinity };
    const over = element ? !element.isConnected : this.has(document.activeElement);
    if (over || performance.now() > until) this.change = null;
    return Boolean(this.change);
  }

  // Whether what was written in it is still on its way into the grid.
  get busy() {
    return this.turning || this.timers > 0;
  }

  // Write what a key that had to wait stands for; false for a key that is pressed as it is.
  write(event, active) {
    if (!this.has(active) || event.ctrlKey || event.metaKey) return false;
    if (EDITS[event.key]) return document.execCommand(EDITS[event.key]) || true;
    return event.key.length === 1 && (document.execCommand("insertText", false, event.key) || true);
  }
}
