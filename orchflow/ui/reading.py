"""A text to read: its contents beside it, and links that stay in the app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from types import MappingProxyType

from orchflow.ui.own_component import own_component

_NONE: Mapping[str, tuple[str, str]] = MappingProxyType({})


def reading(
    html: str, contents: Sequence[tuple[str, str]], *, key: str, marks: Mapping[str, tuple[str, str]] = _NONE,
    small: bool = False,
) -> None:  # fmt: skip
    """Show safe `html`; `contents` are headings with their anchors in it, `marks` what stands behind links: by address the tone
    and the words; in `small` letters it stands beside something else."""
    items = "".join(f'<li><a href="#{escape(anchor)}">{escape(title)}</a></li>' for title, anchor in contents)
    toc = f"<details open><summary>On this page</summary><ul>{items}</ul></details>" if contents else ""
    own_component("reading")(
        key=key,
        data={"html": html, "contents": toc, "marks": dict(marks), "small": small},
        height="content",
    )
