"""What the API and the command line say of a page; its links lead to the app, or to commands that show the same."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from orchflow.guidance.addresses import address_in_app, command
from orchflow.guidance.page import Page
from orchflow.guidance.pages import links
from orchflow.guidance.render import html

_WITHIN = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:)[^)\s]*\)")


def summary(page: Page, today: date) -> dict[str, Any]:
    """Its address and its head; `stale` when its review is overdue on `today`."""
    head = page.head.model_dump(mode="json", exclude={"next"})
    return {"address": page.address, **head, "stale": page.head.stale(today)}


def document(page: Page, today: date) -> dict[str, Any]:
    """All of it: the head, its headings of the second level, where to go next, its Markdown, its HTML and where its links lead."""
    return summary(page, today) | {
        "sections": [
            {"title": section.title, "anchor": section.anchor}
            for section in page.sections
            if section.level == 2
        ],
        "next": [after.model_dump() for after in page.head.next],
        "markdown": page.text.strip(),
        "html": html(page, _from_root),
        "links": [
            {"text": text, "target": target, "address": _from_root(target)} for text, target in links(page)
        ],
    }


def text_alone(page: Page) -> str:
    """Its Markdown with the words alone of links that lead within the product: `commands` tells where they lead."""
    return _WITHIN.sub(r"\1", page.text)


def commands(page: Page) -> list[tuple[str, str]]:
    """What the links of a page say and the commands that show it, each once; without those that only a screen shows."""
    told = ((text, command(target)) for text, target in links(page))
    return list({way: (text, way) for text, way in told if way is not None}.values())


def _from_root(target: str) -> str | None:
    """The address of a link from the root of the server on, as one finds it from anywhere."""
    address = address_in_app(target)
    return address if address is None or address.startswith(("#", "http:", "https:")) else f"/{address}"
