"""The Checks screen: how the checks stand, one explained, exemptions decided upon by another person, campaigns."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from orchflow import clock
from orchflow.guidance.begin import begin
from orchflow.guidance.check_tables import CheckResult, CheckState
from orchflow.guidance.checks.campaigns import CHECK_CAMPAIGNS
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.checks.evaluate import evaluate_checks
from orchflow.guidance.checks.exempted import list_exempted
from orchflow.guidance.checks.exemptions import CHECK_EXEMPTIONS, approve_exemption
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.users import UserRow, disable_user
from orchflow.screens.session import SIGNED_IN, SignedIn
from orchflow.workspace import Workspace
from tests.pages.conftest import PATIENCE, Browser, headings

KEY = "single-sign-on"


def html(shown: AppTest) -> str:
    """What the components of the page were told to show."""
    assert not shown.exception
    told = [json.loads(element.proto.json or "{}") for element in shown.get("bidi_component")]
    return unescape("".join(str(data.get("html", "")) for data in told))


def actor_of(user: UserRow) -> Actor:
    return Actor(user.id, user.username, user.display_name, user.role)


@pytest.fixture
def evaluated(browser: Browser) -> Workspace:
    """A workspace of which every check was evaluated."""
    evaluate_checks(browser.ws)
    return browser.ws


def test_every_check_stands_under_its_flow_with_the_level_reached(
    browser: Browser, evaluated: Workspace
) -> None:
    shown = browser.visit("checks", browser.person(Role.VIEWER))

    said = html(shown)
    assert all(check.question in said for check in CHECKS.values())
    assert "Not in place" in said
    assert "People sign in by password only" not in said  # the evidence is for those who see people
    assert not [button.label for button in shown.button if button.label == "Evaluate now"]


def test_the_list_is_narrowed_by_state_flow_level_and_words(browser: Browser, evaluated: Workspace) -> None:
    shown = browser.visit("checks", browser.person(Role.MANAGER))
    shown.selectbox(key="checks.state").select("failed").run()
    assert "Is single sign-on on?" in html(shown)
    assert "Does nobody keep a one-time password" not in html(shown)

    shown.selectbox(key="checks.flow").select(6).run()
    assert "Is single sign-on on?" not in html(shown)
    shown.selectbox(key="checks.state").select("").run()
    shown.selectbox(key="checks.level").select(3).run()
    assert "Was each sprint closed within two days" in html(shown)
    shown.text_input(key="checks.find").set_value("zeppelin").run()
    assert "No check is like that" in " ".join(text.value for text in shown.markdown)


def test_one_check_tells_what_was_seen_how_to_mend_it_and_what_belongs_to_it(
    browser: Browser, evaluated: Workspace
) -> None:
    begin(evaluated.store, SYSTEM, "flow-1-initial-setup", clock.today(evaluated.zone))

    shown = browser.visit("checks", browser.person(Role.ADMIN), check=KEY)

    said = html(shown)
    assert headings(shown)[0] == r"Is single sign\-on on?"
    assert "People sign in by password only" in said
    assert CHECKS[KEY].mend.words in said
    assert "Authentication and security" in said  # its guide, and the step of the item
    assert "When it changed" in said


def test_what_is_missing_is_listed_in_full_with_value_against_threshold(
    browser: Browser, evaluated: Workspace
) -> None:
    missing = [f"agent-{number}" for number in range(14)]
    with evaluated.store.unit(SYSTEM) as session:
        row = session.scalar(sa.select(CheckResult).where(CheckResult.key == "cost-attributed"))
        assert row is not None
        row.state, row.words, row.missing = CheckState.FAILED, "Seven percent", missing
        row.value, row.threshold, row.trouble = 0.07, 0.05, "The warehouse is away"

    said = html(browser.visit("checks", browser.person(Role.MANAGER), check="cost-attributed"))

    assert all(name in said for name in missing)
    assert "7.0 % against 5.0 %" in said
    assert "The warehouse is away." in said
    assert "Its last result is kept: failed. Seven percent" in said


def test_an_address_without_a_check_says_so(browser: Browser) -> None:
    shown = browser.visit("checks", browser.person(Role.VIEWER), check="none")

    assert "There is no check none" in " ".join(text.value for text in shown.markdown)


def asking() -> None:
    """The dialog in which somebody asks for an exemption."""
    from orchflow.screens.journey.check_exemptions import ask
    from orchflow.screens.session import require

    ask(require(), "single-sign-on")


def writing() -> None:
    """The dialog in which a campaign is begun."""
    from orchflow.screens.journey.check_campaigns import write
    from orchflow.screens.session import require

    write(require(), None, ["single-sign-on", "administrators"])


def dialog(browser: Browser, drawn: Callable[[], None], user: UserRow) -> AppTest:
    shown = AppTest.from_function(drawn, default_timeout=PATIENCE)
    shown.session_state[SIGNED_IN] = SignedIn(user.username, clock.now())
    return shown.run()


def press(shown: AppTest, label: str) -> AppTest:
    next(button for button in shown.button if button.label == label).click().run()
    assert not shown.exception
    return shown


def test_a_manager_evaluates_now(browser: Browser) -> None:
    shown = browser.visit("checks", browser.person(Role.MANAGER))
    assert "Not evaluated yet" in html(shown)

    press(shown, "Evaluate now")

    assert "Not evaluated yet" not in html(shown)


def test_a_member_asks_for_an_exemption_and_may_withdraw_it(browser: Browser) -> None:
    member, manager = browser.person(Role.MEMBER), browser.person(Role.MANAGER)
    shown = dialog(browser, asking, member)
    press(shown, "Ask")
    assert "Reason" in shown.error[0].value
    shown.text_area(key=f"exemption-{KEY}-reason").set_value("The provider is replaced in January")
    press(shown, "Ask")

    (asked,) = list_exempted(browser.ws, actor_of(manager))
    assert (asked.state, asked.asked_by, asked.may_approve) == ("asked", "Member One", True)
    shown = browser.visit("checks", member, check=KEY)
    assert "Approve" not in [button.label for button in shown.button]
    press(shown, "Withdraw")
    assert list_exempted(browser.ws, SYSTEM)[0].state == "withdrawn"


def test_another_person_approves_and_it_is_marked_when_it_is_nearly_over(
    browser: Browser, evaluated: Workspace
) -> None:
    member, manager = browser.person(Role.MEMBER), browser.person(Role.MANAGER)
    soon = clock.today(evaluated.zone) + timedelta(days=5)
    CHECK_EXEMPTIONS.create(evaluated.store, actor_of(member), key=KEY, reason="In January", expires=soon)

    shown = browser.visit("checks", manager, check=KEY)
    next(button for button in shown.button if button.label == "Approve").click().run()
    assert "Exempt until" in " ".join(text.value for text in shown.markdown)
    shown = browser.visit("checks", manager, **{"checks.view": "Exemptions"})
    assert "5 days left" in html(shown)
    assert "asked for by Member One" in html(shown)
    assert "approved by Manager One" in html(shown)

    shown = browser.visit("checks", manager, check=KEY)
    next(button for button in shown.button if button.label == "End it").click().run()
    (ended,) = list_exempted(evaluated, SYSTEM)
    assert (ended.state, ended.ended_by) == ("ended", "Manager One")
    next(button for button in shown.button if button.label == "Undo").click().run()
    assert list_exempted(evaluated, SYSTEM)[0].state == "in_force"


def test_who_asked_sees_no_way_to_approve(browser: Browser, evaluated: Workspace) -> None:
    manager = browser.person(Role.MANAGER)
    CHECK_EXEMPTIONS.create(
        evaluated.store, actor_of(manager), key=KEY, reason="In January", expires=clock.today(evaluated.zone)
    )

    shown = browser.visit("checks", manager, check=KEY)

    assert {"Withdraw"} == {"Withdraw", "Approve", "Refuse"} & {button.label for button in shown.button}


def test_a_campaign_is_begun_changed_and_ended_and_names_who_left(
    browser: Browser, evaluated: Workspace
) -> None:
    manager, member = browser.person(Role.MANAGER), browser.person(Role.MEMBER)
    shown = dialog(browser, writing, manager)
    shown.text_input(key="campaign-0-name").set_value("Ready for the audit")
    shown.selectbox(key=f"checks.campaign-owner-{KEY}").select(member.id)
    press(shown, "Begin it")

    (begun,) = CHECK_CAMPAIGNS.list(evaluated.store, SYSTEM)
    assert begun.owners == {KEY: member.id, "administrators": None}
    disable_user(evaluated.store, SYSTEM, member.id)
    shown = browser.visit("checks", manager, **{"checks.view": "Campaigns"})
    assert "0 of 2 checks settled" in html(shown)
    assert "the account of Member One is disabled" in html(shown)
    next(button for button in shown.button if button.label == "End it").click().run()
    assert CHECK_CAMPAIGNS.list(evaluated.store, SYSTEM)[0].ended_at is not None
    assert "ended" in html(shown)


def test_a_viewer_sees_exemptions_and_campaigns_and_does_nothing_to_them(
    browser: Browser, evaluated: Workspace
) -> None:
    member, manager = browser.person(Role.MEMBER), browser.person(Role.MANAGER)
    soon = clock.today(evaluated.zone) + timedelta(days=5)
    asked = CHECK_EXEMPTIONS.create(
        evaluated.store, actor_of(member), key=KEY, reason="In January", expires=soon
    )
    approve_exemption(evaluated.store, actor_of(manager), asked.id)
    CHECK_CAMPAIGNS.create(evaluated.store, SYSTEM, name="Audit", deadline=soon, owners={KEY: None})
    viewer = browser.person(Role.VIEWER)

    for view, said in (("Exemptions", "In January"), ("Campaigns", "Audit")):
        shown = browser.visit("checks", viewer, **{"checks.view": view})
        assert said in html(shown)
    assert not {"New campaign", "End it", "Change"} & {button.label for button in shown.button}
    shown = browser.visit("checks", viewer, check=KEY)
    assert not {"Approve", "End it", "Ask for an exemption"} & {button.label for button in shown.button}
