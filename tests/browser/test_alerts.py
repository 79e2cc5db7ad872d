"""A manager answers on a phone what two rules saw of one cause: why it fired, whether it was worth telling."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from orchflow.alerts.evaluate import evaluate_rules
from orchflow.alerts.rules import ALERT_RULES
from orchflow.config.settings import load_settings
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.users import add_user
from orchflow.planning.work.efforts import create_effort
from orchflow.workspace import open_workspace
from tests.browser.conftest import PHONE, Profiles, Visitor, told
from tests.serving import Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def alert_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two rules of a manager's, which have fired over the same."""
    home: Path = tmp_path_factory.mktemp("alerts") / "home"
    with closing(open_workspace(load_settings(home=home))) as ws:
        user, _ = add_user(
            ws.store, SYSTEM, username="ada", display_name="Ada", role=Role.MANAGER, password="correct horse battery",
            must_change_password=False,
        )  # fmt: skip
        create_effort(ws.store, SYSTEM, number=1, name="Infrastructure")
        actor = Actor(user.id, user.username, user.display_name, user.role)
        for name, limit in (("Rows set aside", 1), ("No rows set aside", 2)):
            ALERT_RULES.create(ws.store, actor, name=name, figure="open_rejects", side="below", limit=limit)
        evaluate_rules(ws)
    with Server(home) as running:
        yield running


def test_a_manager_answers_an_alert(profiles: Profiles, alert_server: Server) -> None:
    visitor = Visitor(profiles, alert_server, **PHONE)
    page = visitor.enter("ada", "/alerts")
    expect(page.get_by_text("Rows set aside, now: 0, below the limit of 1.")).to_be_visible()
    expect(page.get_by_text("The same shows in:")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_role("button", name="Acknowledge")).to_have_count(1)
    page.get_by_role("button", name="Acknowledge").tap()
    expect(page.get_by_text("must not be empty")).to_be_visible()
    page.get_by_label("Reason").fill("Nothing is loaded before Monday")
    page.get_by_role("button", name="Acknowledge").tap()
    told(page, "2 alerts are acknowledged")
    page.get_by_role("button", name="Expected").tap()
    told(page, "Kept: expected")
    expect(page.get_by_text("Ada: Nothing is loaded before Monday")).to_be_visible()
    page.get_by_role("link", name="Rule and log").tap()
    expect(page.get_by_role("heading", name="Log")).to_be_visible()
    page.get_by_role("button", name="Change").tap()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Nothing set aside")
    dialog.get_by_role("button", name="Store").tap()
    expect(page.get_by_role("heading", name="Nothing set aside", level=1)).to_be_visible()
    assert visitor.complaints == []
    visitor.leave()
