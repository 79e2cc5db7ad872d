"""Guides as they are shown: made once for everybody, since the content changes with the program alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from orchflow.guidance.addresses import address_in_app
from orchflow.guidance.checks.results import check_states
from orchflow.guidance.page import Page
from orchflow.guidance.pages import links, load_pages
from orchflow.guidance.render import LiveFigures, Text, parts
from orchflow.screens.catalogue import BY_NAME
from orchflow.screens.journey import check_words, library_cards
from orchflow.screens.session import workspace


@dataclass(frozen=True)
class GuideText:
    """A guide's HTML, its headings with their anchors, and the figures and checks that it speaks of."""

    html: str
    contents: tuple[tuple[str, str], ...]
    figures: tuple[str, ...]
    checks: tuple[str, ...]


@st.cache_resource(max_entries=128, show_spinner=False)
def text(address: str) -> GuideText:
    """The guide at `address`, its links leading to screens and other guides."""
    guide = load_pages()[address]
    shown = parts(guide, resolve)
    return GuideText(
        "".join(part.html for part in shown if isinstance(part, Text)),
        tuple((section.title, section.anchor) for section in guide.sections if section.level == 2),
        tuple(key for part in shown if isinstance(part, LiveFigures) for key in part.keys),
        tuple(dict.fromkeys(target[6:] for _, target in links(guide) if target.startswith("check:"))),
    )


def marks(checks: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The links of these checks → how each stands, in its tone and in words. The text itself is the same for everybody."""
    states = check_states(workspace().store) if checks else {}
    return {
        address: (check_words.TONES[states[key]], check_words.SAID[states[key]])
        for key in checks
        if key in states and (address := resolve(f"check:{key}")) is not None
    }


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
    address = address_in_app(target)
    if address is None or address.startswith(("#", "http:", "https:")):
        return address
    return address if address.partition("?")[0].partition("#")[0] in BY_NAME else None


def _rank(guide: Page, words: list[str]) -> int | None:
    """0 where all words are in the title, 1 in the intent too, 2 in the text; None where one is missing."""
    for rank, place in enumerate((guide.head.title, f"{guide.head.title} {guide.head.intent}", guide.text)):
        if all(word in place.lower() for word in words):
            return rank
    return None
