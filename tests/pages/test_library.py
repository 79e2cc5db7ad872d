"""The Library: every guide in its card, one to read with its figures, and what leads nowhere is said."""

from __future__ import annotations

import json
from html import unescape

from streamlit.testing.v1 import AppTest

from orchflow.guidance.checks.evaluate import evaluate_checks
from orchflow.guidance.opinions import list_opinions, say
from orchflow.guidance.pages import load_pages
from orchflow.people.permissions import SYSTEM, Actor, Role
from tests.pages.conftest import Browser, figures, headings
from tests.pages.insight_facts import load_two_months

PAGES = load_pages().by_address


def html(shown: AppTest, part: str = "html") -> str:
    """What the components of the page were told to show."""
    assert not shown.exception
    told = [json.loads(element.proto.json or "{}") for element in shown.get("bidi_component")]
    return unescape("".join(str(data.get(part, "")) for data in told))


def test_every_guide_stands_in_a_card_and_words_narrow_them(browser: Browser) -> None:
    shown = browser.open("library", browser.person(Role.VIEWER))

    assert all(guide.head.title in html(shown) for guide in PAGES.values())
    shown.text_input[0].set_value("restore backup").run()
    found = html(shown)
    assert "Decide where the platform runs and size it" in found
    assert 0 < found.count('class="entry"') < 20
    shown.text_input[0].set_value("zeppelin").run()
    assert "No guide has these words." in html(shown)


def test_a_guide_is_read_with_its_contents_and_its_figures(browser: Browser) -> None:
    load_two_months(browser.ws)

    shown = browser.open("library", browser.person(Role.VIEWER), page="concerns/cost")

    assert headings(shown)[0].replace("\\", "") == PAGES["concerns/cost"].head.title
    assert "Cost this month" in figures(shown)
    assert 'href="#in-short"' in html(shown, "contents")
    assert 'href="cost"' in html(shown)
    for after in PAGES["concerns/cost"].head.next:
        assert after.why in html(shown)


def test_an_address_without_a_guide_says_so(browser: Browser) -> None:
    shown = browser.visit("library", browser.person(Role.VIEWER), page="concerns/none")

    assert not shown.exception
    assert "There is no guide concerns/none" in " ".join(text.value for text in shown.markdown)


def test_a_reader_says_whether_a_guide_was_useful_and_changes_it(browser: Browser) -> None:
    reader = browser.person(Role.VIEWER)
    shown = browser.open("library", reader, page="concerns/cost")
    shown.feedback[0].set_value(1).run()
    shown.text_input(key="library.word-concerns/cost").set_value("The example").run()
    shown.feedback[0].set_value(0).run()

    (said,) = list_opinions(browser.ws.store, SYSTEM)
    assert (said.person_id, said.useful, said.word) == (reader.id, False, "The example")
    assert "found it useful" not in str(shown.caption)


def test_managers_see_what_everybody_said(browser: Browser) -> None:
    reader = browser.person(Role.VIEWER)
    actor = Actor(reader.id, reader.username, reader.display_name, reader.role)
    say(browser.ws.store, actor, "concerns/cost", useful=True, word="The example")

    shown = browser.open("library", browser.person(Role.MANAGER), page="concerns/cost")

    assert not shown.exception
    assert [popover.proto.popover.label for popover in shown.get("popover")] == [
        "1 of 1 reader found it useful"
    ]


def test_links_to_checks_carry_how_they_stand(browser: Browser) -> None:
    evaluate_checks(browser.ws, ["single-sign-on"])

    shown = browser.open(
        "library", browser.person(Role.VIEWER), page="flows/flow-1-initial-setup/authentication-setup"
    )

    told = [json.loads(element.proto.json or "{}") for element in shown.get("bidi_component")]
    assert {"checks?check=single-sign-on": ["bad", "Failed"]}.items() <= told[0]["marks"].items()
