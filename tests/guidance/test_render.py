"""A page as HTML: what people write shows as text and does nothing."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import pytest

from orchflow.guidance.addresses import address_in_app
from orchflow.guidance.page import UNSEEN, Head, Page
from orchflow.guidance.render import TAGS, LiveFigures, Text, clean, html, parts

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


SCHEMES = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "&#106;avascript:alert(1)", "&#x6A;avascript:alert(1)",
    "javascript&colon;alert(1)", "javascript%3Aalert(1)", "\x01javascript:alert(1)", "vbscript:x", "data:text/html;base64,PHM+",
    "DATA:image/svg+xml,x", "blob:https://a.example/1", "file:///etc/passwd", "ftp://a.example", "mailto:a@b.example", "tel:1",
    "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "https:///evil.example", "http:/evil.example",
    "https://good.example@evil.example", "https://good.example%40evil.example@x", "https://a.example\\@b", "view-source:https://a.example",
    "about:blank", "orchflow:x", "../../../../etc/passwd", "/api/v1/users",
]  # fmt: skip


@pytest.mark.parametrize("address", SCHEMES)
@pytest.mark.parametrize(
    "form", ["[x]({})", "[x](<{}>)", "<{}>", "[x][a]\n\n[a]: {}", "![x]({})", "[![x](diagrams/none.svg)]({})"]
)
def test_an_address_leads_to_a_guide_a_screen_or_plainly_to_another_site(form: str, address: str) -> None:
    said = shown(form.format(address), address_in_app)

    for target in re.findall(r'href="([^"]*)"', said):
        assert re.match(r"https?://[a-z0-9.-]+(/|$)|(library|flow|checks)\?|#", target), target
        assert "@" not in target
        assert "evil.example" not in target
    assert "<img" not in said


@pytest.mark.parametrize(
    "text",
    [
        "<!-- hidden <script>alert(1)</script> -->", "<!--><img src=x onerror=alert(1)>-->", "<![CDATA[<script>x</script>]]>",
        "<?php x ?>", "<!DOCTYPE html>", "<scr<script>ipt>alert(1)</scr</script>ipt>", "<a <b href=javascript:x>y</a>",
        "<img src='x' onerror='x'>", "<body onload=x>", "<math><mtext><style><img src=x onerror=x>", "<svg><script>x</script></svg>",
        "<form action=//evil.example><input>", "<object data=x></object>", "<base href=//evil.example>", "<meta http-equiv=refresh>",
        "<details open ontoggle=x>", "<template><script>x</script></template>", "<p onclick=x>y</p>", "`<script>`", "    <script>x</script>",
        "```html\n<script>x</script>\n```", "```\"><script>x</script>\nx\n```", "| <script>x</script> |\n|---|\n| <b onclick=x>y</b> |",
        "## <img src=x onerror=x>", "[<script>x</script>](https://a.example)", '[x](https://a.example "onmouseover=x")',
        "[x](https://a.example 'a\" onclick=\"x')", "![a\" onload=\"x](diagrams/rbac.svg)", "```figure\n<script>x</script>\n```",
        "> <iframe src=x></iframe>", "- <link rel=stylesheet href=x>", "&lt;script&gt;x&lt;/script&gt;", "&#60;script&#62;x",
    ],
)  # fmt: skip
def test_nothing_that_is_written_becomes_html_of_its_own(text: str) -> None:
    page = HTMLParser()
    attributes: list[tuple[str, str]] = []
    page.handle_starttag = lambda tag, attrs: (
        attributes.extend((tag, name) for name, _ in attrs) or tags.append(tag)
    )  # type: ignore[method-assign,func-returns-value]
    tags: list[str] = []
    said = re.sub(r"<svg.*</svg>", "", shown(text), flags=re.DOTALL)  # a diagram is ours

    page.feed(said)

    assert set(tags) <= TAGS | {"div", "figure", "figcaption"}
    allowed = {"href", "id", "rel", "start", "class", "tabindex", "role", "aria-label"}
    assert {name for _, name in attributes} <= allowed
    assert not any(name == "class" and tag not in ("div", "figure") for tag, name in attributes)


@pytest.mark.parametrize(
    "text",
    [
        ">" * 5_000 + " x", "\n".join("  " * depth + "- x" for depth in range(200)), "*a " * 3_000, "[" * 3_000, "[a](" * 2_000,
        "`" * 3_000, "![" * 1_500, "<" * 5_000, "|" + "a|" * 400 + "\n|" + "-|" * 400 + "\n" + "|1|\n" * 50, "#" * 5_000,
        "| a |\n|---|\n" + "| 1 |\n" * 3_000, "x" * 100_000, "&" * 5_000, "\n" * 5_000, "",
    ],
    ids=lambda text: repr(text[:8]),
)  # fmt: skip
def test_what_is_huge_or_nested_deep_is_shown(text: str) -> None:
    assert len(shown(text)) < 1_000_000


@pytest.mark.parametrize(
    ("titles", "anchors"),
    [
        (["Size", "Size", "Size-2", "size"], ["size", "size-2", "size-2-2", "size-3"]),
        (["Größe & Preis", "始め方 1", "Привет, мир"], ["größe-preis", "始め方-1", "привет-мир"]),
        (["हिन्दी में", "שלום עולם", "مرحبا بالعالم"], ["हिन्दी-में", "שלום-עולם", "مرحبا-بالعالم"]),
        (["🎉", "!?", "🎉"], ["section", "section-2", "section-3"]),
        (["**Bold** `code` [link](screen:cost)", "a_b"], ["bold-code-link", "a-b"]),
        (["a\u202eb\u200bc", "Cafe\u0301", "Café"], ["abc", "café", "café-2"]),
        (['"><script>', "' onclick='x"], ["script", "onclick-x"]),
    ],
)
def test_each_heading_has_an_id_of_its_own_in_any_language(titles: list[str], anchors: list[str]) -> None:
    page = Page("page", HEAD, "\n\n".join(f"## {title}" for title in titles))

    assert [section.anchor for section in page.sections] == anchors
    assert re.findall(r'<h2 id="([^"]*)"', html(page, lambda _: None)) == anchors


def test_headings_in_quotes_and_lists_keep_their_ids_in_order() -> None:
    text = shown("> ## One\n\n- ## Two\n\n## Three\n\n> > ### Four")

    assert re.findall(r'id="([^"]*)"', text) == ["one", "two", "three", "four"]


def test_signs_that_are_not_seen_are_left_out_and_those_of_a_script_stay() -> None:
    text = shown(
        "a\x00b\x08c\x1b[31md\u202ee\u2066f\u200bg\ufeffh\U000e0041i\x7fj می\u200cخواهم 👩\u200d💻 &#8238; &#x202E;"
    )

    assert not UNSEEN.search(text)
    assert "می\u200cخواهم" in text
    assert "👩\u200d💻" in text


def test_links_of_a_guide_lead_to_checks_and_steps() -> None:
    text = "[A](check:backup-made) [B](step:1/hardware-setup) [C](step:9/none) [D](/concerns/roi.md#in-short) [E](screen:cost)"

    said = shown(text, address_in_app)

    assert re.findall(r'href="([^"]*)"', said) == [
        "checks?check=backup-made", "flow?flow=flow-1-initial-setup&amp;step=hardware-setup",
        "library?page=concerns%2Froi#in-short", "cost",
    ]  # fmt: skip
    assert " C " in said
