"""What the API and the command line say of a page."""

from __future__ import annotations

from datetime import date
from typing import Any

from orchflow.guidance.page import Page


def summary(page: Page, today: date) -> dict[str, Any]:
    """Its address and its head; `stale` when its review is overdue on `today`."""
    head = page.head.model_dump(mode="json", exclude={"next"})
    return {"address": page.address, **head, "stale": page.head.stale(today)}


def document(page: Page, today: date, html: str) -> dict[str, Any]:
    """All of it: the head, its headings of the second level, where to go next, its Markdown and its HTML."""
    return summary(page, today) | {
        "sections": [
            {"title": section.title, "anchor": section.anchor}
            for section in page.sections
            if section.level == 2
        ],
        "next": [after.model_dump() for after in page.head.next],
        "markdown": page.text.strip(),
        "html": html,
    }
