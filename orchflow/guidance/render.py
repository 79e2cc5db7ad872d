"""A page as safe HTML: text with the ids of its headings, diagrams, and live figures between them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import nh3
from markdown_it.token import Token

from orchflow.guidance.diagrams import folder
from orchflow.guidance.page import MARKDOWN, UNSEEN, Page

Resolve: TypeAlias = Callable[[str], str | None]
"""The address to which a link of a page leads where it is shown: from "screen:cost", "/flows/….md#size"; None for none."""

TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {tag: {"id"} for tag in ("h1", "h2", "h3", "h4", "h5", "h6")} | {"a": {"href"}, "ol": {"start"}}
_DIAGRAM = re.compile(r"diagrams/([a-z0-9-]+)\.svg")


@dataclass(frozen=True)
class Text:
    """HTML of a stretch of the page."""

    html: str


@dataclass(frozen=True)
class LiveFigures:
    """Figures of the catalogue, by key, that stand here as they are now."""

    keys: tuple[str, ...]


Part: TypeAlias = Text | LiveFigures


def parts(page: Page, resolve: Resolve) -> list[Part]:
    """The page from its first block to its last; links lead where `resolve` says, those to nowhere are plain text."""
    anchors = iter(section.anchor for section in page.sections)
    shown: list[Part] = []
    for block in _blocks(MARKDOWN.parse(page.text)):  # its own: they are changed
        first = block[0]
        if first.type == "fence" and first.info.strip() == "figure":
            shown.append(LiveFigures(tuple(first.content.split())))
            continue
        diagram = _diagram(block)
        html = diagram or _html(block, anchors, resolve)
        if shown and isinstance(shown[-1], Text):
            shown[-1] = Text(shown[-1].html + html)
        else:
            shown.append(Text(html))
    return shown


def html(page: Page, resolve: Resolve) -> str:
    """The whole page; a live figure is named where it stands."""
    return "".join(
        part.html if isinstance(part, Text) else f"<p>{escape(', '.join(part.keys))}</p>"
        for part in parts(page, resolve)
    )


def clean(text: str) -> str:
    """HTML that does nothing but show text: no scripts, styles, images, nor links that hide where they lead."""
    return nh3.clean(
        UNSEEN.sub("", text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
    )


def _kept(_tag: str, name: str, value: str) -> str | None:
    """The value of an attribute where it may stay: an address within the product, or one that names its host plainly."""
    if name != "href":
        return None if name in ("title", "lang") else value  # the cleaner lets these through on any tag
    try:
        target = urlsplit(value)
    except ValueError:
        return None
    if target.scheme in ("http", "https"):
        return None if "@" in target.netloc or not target.netloc else value
    return None if target.scheme or target.netloc or value.startswith(("/\\", "\\")) else value


def _blocks(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens of each block of the page's own level."""
    block: list[Token] = []
    for token in tokens:
        block.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield block
            block = []


def _html(block: list[Token], anchors: Iterator[str], resolve: Resolve) -> str:
    for token in block:
        if token.type == "heading_open" and token.tag in ("h2", "h3"):
            token.attrSet("id", next(anchors))
        if token.children:
            token.children = list(_linked(token.children, resolve))
    options: Any = MARKDOWN.options
    safe = clean(MARKDOWN.renderer.render(block, options, {}))
    wide = safe.replace("<table>", '<div class="of-wide" tabindex="0"><table>').replace(
        "</table>", "</table></div>"
    )
    return wide.replace("<pre>", '<pre tabindex="0">')


def _linked(children: list[Token], resolve: Resolve) -> Iterator[Token]:
    """The inline tokens with their links resolved; images, which only diagrams are, stand as their text."""
    leads = True
    for child in children:
        if child.type == "link_open":
            target = resolve(str(child.attrGet("href")))
            leads = target is not None
            if target is not None:
                child.attrSet("href", target)
                yield child
        elif child.type == "link_close":
            if leads:
                yield child
        elif child.type == "image":
            yield Token("text", "", 0, content=child.content)
        else:
            yield child


def _diagram(block: list[Token]) -> str | None:
    """The picture of a block that is one; what it shows in words stands below it for everybody."""
    inline = next((token for token in block if token.type == "inline"), None)
    children = inline.children if inline is not None else None
    if not children or len(children) != 1 or children[0].type != "image":
        return None
    name = _DIAGRAM.fullmatch(str(children[0].attrGet("src")))
    file = folder() / f"{name[1]}.svg" if name else None
    if file is None or not file.exists():
        return None
    words = escape(UNSEEN.sub("", children[0].content))
    return (
        f'<figure class="of-diagram"><div class="of-wide" tabindex="0" role="img" aria-label="{words}">'
        f"{file.read_text('utf-8')}</div><figcaption>{words}</figcaption></figure>"
    )
