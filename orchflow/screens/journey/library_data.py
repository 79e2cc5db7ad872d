"""Guides as they are shown: made once for everybody, since the content changes with the program alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from orchflow.guidance.page import Page
from orchflow.guidance.pages import load_pages
from orchflow.guidance.render import LiveFigures, Text, parts
from orchflow.screens.addresses import address_of
from orchflow.screens.catalogue import BY_NAME
from orchflow.screens.journey import library_cards


@dataclass(frozen=True)
class GuideText:
    """A guide's HTML, its headings with their anchors, and the figures that it speaks of."""

    html: str
    contents: tuple[tuple[str, str], ...]
    figures: tuple[str, ...]


@st.cache_resource(max_entries=128, show_spinner=False)
def text(address: str) -> GuideText:
    """The guide at `address`, its links leading to screens and other guides."""
    guide = load_pages()[address]
    shown = parts(guide, resolve)
    return GuideText(
        "".join(part.html for part in shown if isinstance(part, Text)),
        tuple((section.title, section.anchor) for section in guide.sections if section.level == 2),
        tuple(key for part in shown if isinstance(part, LiveFigures) for key in part.keys),
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def shelves(wanted: str, today: date) -> str:
    """The cards of all guides, or of those in which every word of `wanted` stands, the title before the text."""
    pages = list(load_pages().by_address.values())
    if not wanted:
        return library_cards.shelves(pages, today)
    looked_for = wanted.lower().split()
    ranked = [(rank, guide) for guide in pages if (rank := _rank(guide, looked_for)) is not None]
    return library_cards.results([guide for _, guide in sorted(ranked, key=lambda ranked: ranked[0])], today)


def resolve(target: str) -> str | None:
    """Where a link of a guide leads: a screen, a guide, a place in it, another site; None for nowhere."""
    kind, _, rest = target.partition(":")
    if kind == "screen":
        name, _, query = rest.partition("?")
        return address_of(name) + (f"?{query}" if query else "") if name in BY_NAME else None
    if kind in ("http", "https") or target.startswith("#"):
        return target
    if kind in ("check", "step"):
        return None
    address, _, anchor = target.partition("#")
    return library_cards.address(address.strip("/").removesuffix(".md"), anchor)


def _rank(guide: Page, words: list[str]) -> int | None:
    """0 where all words are in the title, 1 in the intent too, 2 in the text; None where one is missing."""
    for rank, place in enumerate((guide.head.title, f"{guide.head.title} {guide.head.intent}", guide.text)):
        if all(word in place.lower() for word in words):
            return rank
    return None
