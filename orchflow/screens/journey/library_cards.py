"""What stands around the guides, in words: cards of the list, the line below a title, where to go next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from orchflow import format as fmt
from orchflow.guidance.addresses import address_in_app, address_of_page
from orchflow.guidance.page import Page
from orchflow.guidance.pages import load_pages
from orchflow.planning.journey.content import load_flows
from orchflow.screens.addresses import address_of
from orchflow.screens.catalogue import BY_NAME
from orchflow.screens.session import workspace_roles
from orchflow.ui.overview import Entry, Link, card, cards, entries

SHOWN = 16
KINDS = {
    "how-to": "How-to", "tutorial": "Tutorial", "reference": "Reference", "explanation": "Explanation", "template": "Template",
}  # fmt: skip
TOPICS = {
    "architecture": "Architecture", "security": "Security", "operations": "Operations", "best-practices": "Best practices",
}  # fmt: skip


def shelves(pages: Sequence[Page], today: date) -> str:
    """The guides in their cards: flows, what companies ask, topics, roles, templates."""
    rows = [
        [
            _shelf(
                f"{flow.flow} · {flow.name}",
                pages,
                _of_flow(flow.flow),
                today,
                [step.key for step in flow.steps],
            )
            for flow in load_flows().flows
        ],
        [_shelf("What companies ask", pages, lambda guide: guide.head.concern is not None, today)]
        + [_shelf(name, pages, _of_topic(topic), today) for topic, name in TOPICS.items()],
        [
            _shelf("Roles", pages, lambda guide: guide.address.startswith("roles/"), today),
            _shelf("Templates", pages, lambda guide: guide.head.kind == "template", today),
        ],
    ]
    full = [part for row in rows for part in row if part]
    return "".join(
        f'<div class="shelf">{cards(*full[place : place + 3])}</div>' for place in range(0, len(full), 3)
    )


def results(pages: Sequence[Page], today: date) -> str:
    """Guides in one card, as they were found."""
    lines = [_entry(guide, today) for guide in pages]
    return card(
        fmt.quantity(len(pages), "guide"),
        entries(lines, shown=40, nothing="No guide has these words.", marked=False),
    )


def caption(guide: Page) -> str:
    """Its kind, whom it is for and how long it takes."""
    head = guide.head
    said = [KINDS[head.kind], f"{head.minutes} min"]
    if head.role:
        said.append(f"for {workspace_roles()[head.role].name}")
    return " · ".join([*said, head.intent])


def badges(guide: Page, today: date) -> str:
    """With which versions of the platform it was checked and when, as Markdown; and that it is to be looked at again."""
    head = guide.head
    stale = head.stale(today)
    colour = "orange" if stale else "green"
    named = ", ".join(f"{version} {commit}" for version, commit in head.verified.items())
    said = f":{colour}-badge[:material/verified: verified {fmt.plain(fmt.day(head.reviewed))}] :gray-badge[{fmt.plain(named)}]"
    return said + (" :orange-badge[:material/history: its review is overdue]" if stale else "")


def foot(guide: Page) -> str:
    """Where to go from here, and why."""
    known = load_pages().by_address
    lines = [
        Entry(
            known[after.page].head.title,
            after.why,
            f"{known[after.page].head.minutes} min",
            to=address(after.page),
        )
        for after in guide.head.next
        if after.page in known
    ]
    more = Link("All guides", address_of("library"))
    step = (
        address_in_app(f"step:{guide.head.flow}/{guide.head.step}")
        if guide.head.step and "flow" in BY_NAME
        else None
    )
    beside: str | Link = Link("Checklist of this step", step) if step else ""
    if not lines:
        return ""
    return card("What is next", entries(lines, shown=5, nothing="", marked=False), beside=beside, more=more)


def address(page: str, anchor: str = "") -> str:
    """Where that guide is read."""
    return address_of_page(page, anchor)


def _shelf(
    title: str, pages: Iterable[Page], belongs: Callable[[Page], bool], today: date, steps: Sequence[str] = ()
) -> str:
    guides = [guide for guide in pages if belongs(guide)]
    if steps:
        guides.sort(key=lambda guide: steps.index(guide.head.step or steps[-1]))
    lines = [_entry(guide, today) for guide in guides]
    return card(title, entries(lines, shown=SHOWN, nothing="", marked=False)) if lines else ""


def _entry(guide: Page, today: date, detail: str = "") -> Entry:
    aside = "review overdue" if guide.head.stale(today) else f"{guide.head.minutes} min"
    return Entry(guide.head.title, detail, aside, to=address(guide.address))


def _of_flow(number: int) -> Callable[[Page], bool]:
    return lambda guide: guide.head.flow == number and guide.address.startswith("flows/")


def _of_topic(topic: str) -> Callable[[Page], bool]:
    return lambda guide: guide.address.startswith(f"topics/{topic}/")
