"""A page as HTML: what people write shows as text and does nothing."""

from __future__ import annotations

from datetime import date

import pytest

from orchflow.guidance.page import Head, Page
from orchflow.guidance.render import LiveFigures, Text, clean, html, parts

HEAD = Head(
    title="A page", kind="explanation", intent="Somebody wants to see what is shown.", topic="operations", minutes=1,
    reviewed=date(2026, 1, 1), interval=90, verified={"enterprise": "136c97e"},
)  # fmt: skip


def shown(text: str, resolve: object = lambda target: target) -> str:
    return html(Page("page", HEAD, text), resolve)  # type: ignore[arg-type]


def test_headings_have_their_anchors_and_tables_scroll_by_themselves() -> None:
    text = shown("## Größe\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")

    assert '<h2 id="größe">Größe</h2>' in text
    assert '<div class="of-wide" tabindex="0"><table>' in text


def test_links_lead_where_the_screen_says_and_those_to_nowhere_are_text() -> None:
    ways = {"screen:cost": "cost", "/concerns/roi.md": "guides?page=concerns/roi"}
    page = Page("page", HEAD, "[Cost](screen:cost), [return](/concerns/roi.md), [gone](check:none)")

    first, again = html(page, ways.get), html(page, ways.get)

    assert 'href="cost"' in first
    assert 'href="guides?page=concerns/roi"' in first
    assert "gone" in first
    assert "check:none" not in first
    assert first == again


def test_a_live_figure_stands_between_what_is_before_and_after_it() -> None:
    before, figure, after = parts(
        Page("page", HEAD, "Before.\n\n```figure\nerror_rate\n```\n\nAfter.\n"), lambda _: None
    )

    assert isinstance(before, Text)
    assert "Before." in before.html
    assert figure == LiveFigures(("error_rate",))
    assert isinstance(after, Text)
    assert "After." in after.html


def test_a_diagram_is_a_picture_with_its_words() -> None:
    text = shown("![A person asks & the platform answers](diagrams/rbac.svg)")

    assert "<svg" in text
    assert 'aria-label="A person asks &amp; the platform answers"' in text
    assert "<figcaption>A person asks &amp; the platform answers</figcaption>" in text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "![x](https://evil.example/p.png)",
        "<a href='//evil.example'>x</a>", "[x](//evil.example)", "[x](https://orchflow@evil.example)", "[x](\\\\evil.example)",
        "[x](/\\evil.example)", "<svg onload=alert(1)>", "<style>*{display:none}</style>", "<iframe src=x></iframe>",
        "![x](diagrams/../../../etc/passwd.svg)", "![x](diagrams/none.svg)", "[x](data:text/html,x)", "‮[x](https://a.example)",
    ],
)  # fmt: skip
def test_hostile_text_does_nothing(text: str) -> None:
    said = shown(text)

    for sign in (
        "<script",
        "<img",
        "<style",
        "<iframe",
        "<svg",
        'href="javascript',
        'href="//',
        'href="/\\',
        'href="\\',
        "@evil",
        'passwd.svg"',
        "\u202e",
    ):
        assert sign not in said.lower().replace("&lt;", "&")


def test_html_of_others_keeps_its_text_alone() -> None:
    assert clean('<p onclick="x()">a<b style="color:red">b</b></p>') == "<p>ab</p>"
    assert 'href="https://example.org/a"' in clean('<a href="https://example.org/a">a</a>')
    assert "href" not in clean('<a href="http://[broken">a</a>')
