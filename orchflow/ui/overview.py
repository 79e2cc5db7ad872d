"""Cards that lead on: lists of what there is to see or do, and small pictures, whose links open other screens.

Several cards are one element. A link is an address of the app (`agents?agent=claims`): a plain click goes there without
loading the page anew, as a step that *Back* takes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from orchflow.ui.own_component import own_component
from orchflow.ui.palette import SERIES, colour_for

Tone = Literal["good", "bad", "warn", "plain"]
NARROW = 4
"""So many small figures stand beside each other on a phone; more stand in two rows."""
MEANS: dict[Tone, str] = {"good": "good", "bad": "bad", "warn": "wants attention", "plain": "to know"}
"""What the mark of a line says, beside its colour and its form."""


@dataclass(frozen=True)
class Entry:
    """A line of a list: what, more about it, and at its right who or how much. `to` is the address it leads to, `below` a small
    picture under it, as HTML."""

    title: str
    detail: str = ""
    aside: str = ""
    tone: Tone = "plain"
    aside_tone: Tone = "plain"
    to: str = ""
    below: str = ""


@dataclass(frozen=True)
class Link:
    """A word that leads to an address."""

    label: str
    to: str


def overview(html: str, *, key: str, beside: bool = False) -> None:
    """Show cards made by the functions below; one `beside` a chart is as high as that."""
    series = {
        "complete": SERIES.index(colour_for("state", "done")),
        "ideal": SERIES.index(colour_for("burndown", "ideal")),
    }
    own_component("overview")(
        key=key, data={"html": html, "series": series}, height="stretch" if beside else "content"
    )


def cards(*parts: str) -> str:
    """Cards beside each other where there is room."""
    kept = [part for part in parts if part]
    return f'<div class="cards cards-{len(kept)}">{"".join(kept)}</div>'


def shelves(*parts: str) -> str:
    """Cards, or rows of cards, below each other."""
    return "".join(f'<div class="shelf">{part}</div>' for part in parts if part)


def columns(left: Sequence[str], right: Sequence[str]) -> str:
    """Two columns of cards, each as high as it is; on a narrow screen one card of the left and one of the right by turns."""
    stacks = "".join(f'<div class="stack">{"".join(filter(None, stack))}</div>' for stack in (left, right))
    return f'<div class="columns">{stacks}</div>'


def card(
    title: str, body: str, *, beside: str | Link = "", foot: str = "", more: Link | None = None, bare: bool = False
) -> str:  # fmt: skip
    """A card, or what is in one that is drawn around it (`bare`): `beside` stands at the right of its title, `foot` and the link `more` at its end; `body` is HTML."""
    right = (
        _anchor(beside) if isinstance(beside, Link) else f"<span>{escape(beside)}</span>" if beside else ""
    )
    last = " ".join(filter(None, (escape(foot), _anchor(more) if more else "")))
    kind = "foot words" if foot and more else "foot"
    below = f'<div class="{kind}">{last}</div>' if last else ""
    return f'<section class="card{" bare" if bare else ""}"><div class="head"><h2>{escape(title)}</h2>{right}</div>{body}{below}</section>'


def entries(
    lines: Sequence[Entry], *, shown: int, nothing: str, marked: bool = True, side: bool = False
) -> str:  # fmt: skip
    """The lines as HTML; those beyond `shown` unfold, where they are more than one: it would take the room of the word that
    hides it. `marked` puts a dot in its tone before each. At the `side` of its title stands the detail of a line, where there
    is room."""
    if not lines:
        return f'<p class="nothing">{escape(nothing)}</p>'
    kind = ' class="side"' if side else "" if marked else ' class="plain"'
    shown += len(lines) == shown + 1
    rest = lines[shown:]
    folded = (
        f"<details><summary>{len(rest)} more</summary><ul{kind}>{''.join(_line(line, marked) for line in rest)}</ul></details>"
        if rest
        else ""
    )
    return f"<ul{kind}>{''.join(_line(line, marked) for line in lines[:shown])}</ul>{folded}"


def folded(title: str, parts: Sequence[tuple[str, str]], *, unfolded: bool = False) -> str:
    """What unfolds on demand, or is `unfolded` to begin with: sentences, each behind the word that it is about."""
    told = "".join(f"<p><b>{escape(word)}</b>: {escape(sentence)}</p>" for word, sentence in parts)
    return f'<details class="more"{" open" if unfolded else ""}><summary>{escape(title)}</summary>{told}</details>'


def told(parts: Sequence[tuple[str, str]]) -> str:
    """Sentences, each below the words that it is about."""
    said = "".join(f"<p><b>{escape(words)}</b><br>{escape(sentence)}</p>" for words, sentence in parts)
    return f'<div class="told">{said}</div>' if parts else ""


def points(parts: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Lists of points, each below its heading; one without points is left out."""
    lists = [
        f"<b>{escape(words)}</b><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
        for words, lines in parts
        if lines
    ]
    return f'<div class="told">{"".join(lists)}</div>' if lists else ""


def said(words: str, tone: Tone = "plain") -> str:
    """A sentence of a card, in the colour of a judgement where it is one."""
    return f'<p class="said">{_toned(words, tone)}</p>'


def bullet(value: float, aim: float, tone: Tone, *, words: str, also: Sequence[float] = ()) -> str:
    """A value as a bar against its aim, which is a mark across it, and `also` others; `words` say both beside it."""
    most = max(value, aim, *also) or 1.0
    below = f"<small>{escape(words)}</small>" if words else ""
    marks = "".join(f'<u style="left:calc({max(mark, 0.0) / most:.1%} - 1px)"></u>' for mark in (aim, *also))
    return (
        f'<div class="bullet"><span class="track"><i class="{tone}" style="width:{max(value, 0.0) / most:.1%}"></i>'
        f"{marks}</span>{below}</div>"
    )


def facts(values: Sequence[tuple[str, str, Tone]], *, even: bool = False) -> str:
    """Small figures beside each other: value, label, and how it is judged; `even` ones have as much room each."""
    cells = "".join(
        f"<div><b>{_toned(value, tone)}</b><small>{escape(label)}</small></div>"
        for value, label, tone in values
    )
    half = len(values) if len(values) <= NARROW else -(-len(values) // 2)
    look = f' even" style="--cells:{len(values)};--narrow:{half}' if even else ""
    return f'<div class="facts{look}">{cells}</div>'


def toned(words: str, tone: Tone) -> str:
    """Words in the colour of a judgement, as HTML."""
    return _toned(words, tone)


def _line(entry: Entry, marked: bool) -> str:
    dot = (
        f'<span class="dot {entry.tone}" role="img" aria-label="{MEANS[entry.tone]}"></span>'
        if marked
        else ""
    )
    aside = (
        f'<span class="aside {entry.aside_tone}" title="{escape(entry.aside)}">{escape(entry.aside)}</span>'
        if entry.aside
        else ""
    )
    detail = f'<small title="{escape(entry.detail)}">{escape(entry.detail)}</small>' if entry.detail else ""
    inside = f'{dot}<b title="{escape(entry.title)}">{escape(entry.title)}</b>{aside}{detail}{entry.below}'
    if not entry.to:
        return f'<li><div class="entry">{inside}</div></li>'
    return f'<li><a class="entry" {_target(entry.to)}>{inside}</a></li>'


def _anchor(link: Link) -> str:
    return f"<a {_target(link.to)}>{escape(link.label)}</a>"


def _target(address: str) -> str:
    return f'href="./{escape(address)}" data-to="{escape(address)}"'


def _toned(words: str, tone: Tone) -> str:
    return escape(words) if tone == "plain" else f'<em class="{tone}">{escape(words)}</em>'
