"""All pages that travel with the product, and whether their links, steps and roles fit together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orchflow.errors import ConfigError, NotFound
from orchflow.guidance import example, traits
from orchflow.guidance.page import Page, read_page
from orchflow.paths import content
from orchflow.people.job_roles import SHIPPED
from orchflow.planning.journey.content import Journey, load_flows


@dataclass(frozen=True)
class Pages:
    """The pages by address, and what could not be read, in words for whoever mends it."""

    by_address: Mapping[str, Page]
    problems: tuple[str, ...]

    def __getitem__(self, address: str) -> Page:
        try:
            return self.by_address[address]
        except KeyError:
            raise NotFound(f"There is no page {address}") from None


def load_pages(folder: Path | None = None) -> Pages:
    """The pages of `folder` (default: those that ship). One that cannot be read is named; the others are there."""
    return _load(folder or content() / "docs")


@cache
def _load(folder: Path) -> Pages:
    values, pages, problems = example.figures(), dict[str, Page](), list[str]()
    for file in sorted(folder.rglob("*.md")):
        try:
            page = read_page(file, folder, values)
            pages[page.address] = page
        except ConfigError as error:
            problems.append(str(error))
    return Pages(pages, tuple(problems))


def faults(
    pages: Pages, journey: Journey, checks: Collection[str], screens: Mapping[str, str]
) -> Iterator[str]:
    """What is wrong with the pages together and each by itself, "address: words".

    `checks` are the keys of the self-checks, `screens` the titles of the screens by name.
    """
    yield from pages.problems
    steps = {(flow.flow, step.key) for flow in journey.flows for step in flow.steps}
    for page in pages.by_address.values():
        for fault in (
            *traits.faults(page),
            *_of_head(page, steps, pages),
            *_of_links(page, pages, steps, checks, screens),
        ):
            yield f"{page.address}: {fault}"
    yield from traits.shared_runs(list(pages.by_address.values()))


def _of_head(page: Page, steps: Collection[tuple[int, str]], pages: Pages) -> Iterator[str]:
    head = page.head
    if head.step and (head.flow, head.step) not in steps:
        yield f"flow {head.flow} has no step {head.step}"
    if head.role and head.role not in SHIPPED:
        yield f"there is no job role {head.role}"
    for after in head.next:
        if after.page not in pages.by_address:
            yield f"next: there is no page {after.page}"


def _of_links(
    page: Page,
    pages: Pages,
    steps: Collection[tuple[int, str]],
    checks: Collection[str],
    screens: Mapping[str, str],
) -> Iterator[str]:
    for text, target in links(page):
        kind, _, rest = target.partition(":")
        if kind in ("https", "http"):
            continue
        if kind == "screen":
            name = rest.partition("?")[0]
            if name not in screens:
                yield f"there is no screen {name}"
            elif text != screens[name]:
                yield f"the screen {name} is called {screens[name]}, not {text}"
        elif kind == "check":
            if rest not in checks:
                yield f"there is no check {rest}"
        elif kind == "step":
            flow, _, key = rest.partition("/")
            if not flow.isdigit() or (int(flow), key) not in steps:
                yield f"there is no step {rest}"
        else:
            yield from _of_page_link(page, target, pages)


def _of_page_link(page: Page, target: str, pages: Pages) -> Iterator[str]:
    address, _, anchor = target.partition("#")
    other = page if not address else pages.by_address.get(address.removeprefix("/").removesuffix(".md"))
    if other is None:
        yield f"a link leads nowhere: {target}"
    elif anchor and anchor not in {section.anchor for section in other.sections}:
        yield f"{other.address} has no heading #{anchor}"


def links(page: Page) -> Iterator[tuple[str, str]]:
    """The text and the target of every link of the page."""
    for token in page.tokens:
        target, text = "", list[str]()
        for child in token.children or ():
            if child.type == "link_open":
                target, text = str(child.attrGet("href")), []
            elif child.type == "link_close":
                yield "".join(text), target
                target = ""
            elif target:
                text.append(child.content)


def choose(
    pages: Pages,
    *,
    kind: str | None = None,
    flow: int | None = None,
    step: str | None = None,
    role: str | None = None,
    topic: str | None = None,
    concern: str | None = None,
) -> list[Page]:
    """The pages whose head says all that is asked for, in the order of their addresses; those of a flow in that of its steps."""
    asked = {"kind": kind, "flow": flow, "step": step, "role": role, "topic": topic, "concern": concern}
    wanted = {name: value for name, value in asked.items() if value is not None}
    chosen = [
        page
        for page in pages.by_address.values()
        if all(getattr(page.head, name) == value for name, value in wanted.items())
    ]
    if flow is None:
        return chosen
    steps = [step.key for each in load_flows().flows if each.flow == flow for step in each.steps]
    return sorted(
        chosen, key=lambda page: steps.index(page.head.step) if page.head.step in steps else len(steps)
    )
