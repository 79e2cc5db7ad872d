"""My checklist in one hand: a member's phone begins there; a tap ticks, evidence is asked for, what does not apply says why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from orchflow import clock
from orchflow.config.settings import load_settings
from orchflow.guidance.begin import begin
from orchflow.guidance.items import list_items, save_items
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.users import add_user
from orchflow.store.edits import Edit
from orchflow.workspace import open_workspace
from tests.browser.conftest import PHONE, Profiles, Visitor, told
from tests.serving import Server

pytestmark = pytest.mark.browser
PLAIN, WORDS, LEFT_OUT = "A plain one", "One with words", "One that we do not need"


@pytest.fixture(scope="module")
def checklist_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A flow that was begun ten days ago; three of its items are a member's."""
    home: Path = tmp_path_factory.mktemp("checklist") / "home"
    with closing(open_workspace(load_settings(home=home))) as ws:
        member, _ = add_user(
            ws.store, SYSTEM, username="mia", display_name="Mia", role=Role.MEMBER, password="correct horse battery",
            must_change_password=False,
        )  # fmt: skip
        begin(ws.store, SYSTEM, "flow-1-initial-setup", clock.today(ws.zone) - timedelta(days=10))
        items = [item for item in list_items(ws.store, SYSTEM) if item.check_key is None]
        kinds = {PLAIN: "none", WORDS: "text", LEFT_OUT: "none"}
        edits = [
            Edit(item.id, item.version, {"assignee_id": member.id, "text": text, "evidence": kind})
            for item, (text, kind) in zip(items, kinds.items(), strict=False)
        ]
        save_items(ws.store, SYSTEM, edits)
    with Server(home) as running:
        yield running


def test_a_member_works_through_the_checklist_on_a_phone(
    profiles: Profiles, checklist_server: Server
) -> None:
    visitor = Visitor(profiles, checklist_server, **PHONE)
    page = visitor.enter("mia")
    expect(page).to_have_title("My checklist · Orchestrator Flow")  # not Home
    plain, words = (page.get_by_role("checkbox", name=name) for name in (PLAIN, WORDS))
    box = plain.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    plain.tap()
    told(page, f"Ticked: {PLAIN}")
    expect(plain).to_be_checked()
    plain.tap()
    expect(plain).not_to_be_checked()

    words.tap()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What shows that it is done").fill("Seen on both laptops")
    dialog.get_by_role("button", name="Tick").tap()
    expect(dialog.get_by_text("Seen on both laptops")).to_be_visible()
    dialog.get_by_role("button", name="Close").tap()
    expect(words).to_be_checked()

    page.get_by_role("link", name=LEFT_OUT, exact=True).tap()
    dialog.get_by_role("button", name="Does not apply").tap()
    behind = page.get_by_test_id("stPopoverBody")
    behind.get_by_label("Why it does not apply here").fill("We rent the platform")
    behind.get_by_role("button", name="It does not apply").tap()
    expect(dialog.get_by_text("We rent the platform")).to_be_visible()
    dialog.get_by_role("button", name="Open again").tap()
    expect(dialog.get_by_role("button", name="Does not apply")).to_be_visible()
    dialog.get_by_role("button", name="Close").tap()
    expect(page.get_by_role("checkbox", name=LEFT_OUT)).not_to_be_checked()
    assert visitor.complaints == []
    visitor.leave()
