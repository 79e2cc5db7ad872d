"""Which guides belong to a screen: those that send their reader there."""

from __future__ import annotations

from functools import cache

from orchflow.guidance.page import Page
from orchflow.guidance.pages import links, load_pages
from orchflow.planning.journey.content import load_flows

MOST = 5
SHOWN_ON = {"check": ("checks",), "step": ("flow", "flows", "my_checklist")}
"""The screens on which what a link of that kind leads to is worked on."""


def guides_of(screen: str, job_role: str | None = None) -> list[Page]:
    """At most five guides for the screen of that name: first the guide of the reader's job role, then those that
    are about what it shows, then the pages of steps in which that role works, then the others; of equals the one that names it
    most often."""
    counts, pages = _naming().get(screen, {}), load_pages().by_address
    ranked = sorted(
        counts, key=lambda address: (_distance(pages[address], screen, job_role), -counts[address], address)
    )
    return [pages[address] for address in ranked[:MOST]]


@cache
def _naming() -> dict[str, dict[str, int]]:
    """By screen, the addresses of the guides that link it and how often; templates are filled in, not read."""
    screens: dict[str, dict[str, int]] = {}
    for page in load_pages().by_address.values():
        if page.head.kind == "template":
            continue
        for _, target in links(page):
            kind, _, rest = target.partition(":")
            for name in (rest.partition("?")[0],) if kind == "screen" else SHOWN_ON.get(kind, ()):
                counts = screens.setdefault(name, {})
                counts[page.address] = counts.get(page.address, 0) + 1
    return screens


def _distance(page: Page, screen: str, job_role: str | None) -> int:
    if page.head.role is not None and page.head.step is None:
        return 0 if page.head.role == job_role else 4
    return (
        1 if job_role is not None and job_role in _working().get((page.head.flow, page.head.step), ()) else 3
    )


@cache
def _working() -> dict[tuple[int | None, str | None], frozenset[str]]:
    """Who works in each step."""
    return {
        (flow.flow, step.key): frozenset(filter(None, (step.lead, *step.roles)))
        for flow in load_flows().flows
        for step in flow.steps
    }
