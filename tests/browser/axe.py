"""axe-core over what a page shows: findings that are ours, the framework's own left out by rule and place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from playwright.sync_api import Page

SEVERE = ("serious", "critical")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
"""What WCAG 2.2 asks for on its levels A and AA, as axe-core tags its rules."""

_RUN = """async ([within, only, besides, known]) => {
  const options = {
    runOnly: only.length ? { type: "rule", values: only } : { type: "tag", values: besides.tags },
    resultTypes: ["violations"], preload: besides.sheets, iframes: false, elementRef: true,
  };
  const { violations } = await axe.run(within ? { include: [[within]] } : document, options);
  const inside = (element, place) => {
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) if (at.matches(place)) return true;
    return false;
  };
  const own = (rule, element) => known.some(([of, place]) => of === rule && inside(element, place));
  return violations.flatMap(({ id, impact, nodes }) => nodes
    .filter(node => !own(id, node.element))
    .map(node => [id, node.impact ?? impact, node.target.flat().join(" "), node.html.slice(0, 200), node.failureSummary]));
}"""


@dataclass(frozen=True)
class Finding:
    """One element that breaks one rule."""

    rule: str
    impact: str
    where: str
    html: str
    why: str

    def __str__(self) -> str:
        return f"{self.impact} {self.rule}: {self.where}\n    {self.html}\n    {' '.join(self.why.split())}"


@cache
def _source() -> str:
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def findings(
    page: Page, *, within: str = "", only: Sequence[str] = (), known: Sequence[tuple[str, str]] = (), sheets: bool = False
) -> list[Finding]:  # fmt: skip
    """What is serious or critical on the page, or within the first element of a selector.

    `only` are the rules to look at, else all of `RULES`. `known` are rules with the places where what they find is the
    framework's own. `sheets`: style sheets are read for locks of the screen's orientation; they are the same on every screen,
    and to read them takes half of the time.
    """
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(_source())
    besides = {"tags": list(RULES), "sheets": sheets}
    found = page.evaluate(_RUN, [within, list(only), besides, [list(pair) for pair in known]])
    return [finding for finding in (Finding(*each) for each in found) if finding.impact in SEVERE]
