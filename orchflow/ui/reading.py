"""A text to read: its contents beside it, and links that stay in the app."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from orchflow.ui.own_component import own_component


def reading(html: str, contents: Sequence[tuple[str, str]], *, key: str) -> None:
    """Show safe `html`; `contents` are headings with their anchors in it."""
    items = "".join(f'<li><a href="#{escape(anchor)}">{escape(title)}</a></li>' for title, anchor in contents)
    toc = f"<details open><summary>On this page</summary><ul>{items}</ul></details>" if contents else ""
    own_component("reading")(key=key, data={"html": html, "contents": toc}, height="content")
