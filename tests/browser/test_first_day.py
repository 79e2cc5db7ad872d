"""The first day, in a browser: a platform is tried, connected and loaded in one dialog, Home's cards lead on, and it goes again."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.users import add_user
from orchflow.store.engine import open_store
from tests.browser.conftest import Profiles, Visitor, told
from tests.contract.fake_dataset import Dataset
from tests.contract.fake_orchestrator import PASSWORD, SERVICE, FakeOrchestrator
from tests.serving import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def platform() -> Iterator[FakeOrchestrator]:
    with FakeOrchestrator("enterprise", Dataset(calls=60)) as server:
        yield server


@pytest.fixture
def visitor(migrated_home: Path, tmp_path: Path, profiles: Profiles) -> Iterator[Visitor]:
    """An administrator on a workspace with nothing in it."""
    home = Path(shutil.copytree(migrated_home, tmp_path / "home"))
    store = open_store(f"sqlite:///{home / 'plan.sqlite'}", backups=home / "backups")
    add_user(
        store, SYSTEM, username="admin", display_name="Ada Admin", role=Role.ADMIN, password="correct horse battery",
        must_change_password=False,
    )  # fmt: skip
    store.dispose()
    with Server(home, cwd=tmp_path) as server:
        visitor = Visitor(profiles, server)
        visitor.enter("admin", "/")
        yield visitor
        visitor.leave()


def test_from_nothing_to_figures_and_on(visitor: Visitor, platform: FakeOrchestrator) -> None:
    page = visitor.page
    page.get_by_role("button", name="Connect Orchestrator AI").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Address", exact=True).fill(platform.url)
    dialog.get_by_label("E-mail address", exact=True).fill(SERVICE)
    dialog.get_by_label("Password", exact=True).fill("let-me-in")
    dialog.get_by_role("button", name="Try it").click()
    expect(dialog.get_by_text("It does not work yet")).to_be_visible()
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Try it").click()
    expect(dialog.get_by_text("It works.")).to_be_visible()
    dialog.get_by_role("button", name="Connect", exact=True).click()
    expect(dialog.get_by_text("platform is connected.")).to_be_visible()
    expect(dialog.get_by_label("Password", exact=True)).to_have_count(0)
    dialog.get_by_role("button", name="Load now").click()
    expect(dialog.get_by_text("Loaded.")).to_be_visible()
    dialog.get_by_role("button", name="Done").click()

    strip = page.locator(".of-figure")
    expect(strip).to_have_count(6)
    expect(page.get_by_text("Left to begin")).to_be_visible()
    page.get_by_role("button", name="Add a person").click()
    dialog.get_by_label("Name", exact=True).fill("Mia")
    dialog.get_by_label("E-mail", exact=True).fill("mia@example.org")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog.get_by_text("It is shown only now")).to_be_visible()
    dialog.get_by_role("button", name="Done").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Add a person")).to_have_count(0)
    strip.first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".of-panel:popover-open")).to_have_count(1)
    page.keyboard.press("Escape")

    page.locator("a.entry").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(agents|cost|people|sources)"))
    page.go_back()
    expect(strip).to_have_count(6)
    assert page.url == f"{visitor.address}/"

    visitor.go("/sources")
    page.get_by_test_id("stMain").get_by_text("Connection", exact=True).click()
    page.get_by_role("button", name="Remove…").click()
    expect(dialog.get_by_text("What was loaded from it stays")).to_be_visible()
    dialog.get_by_role("button", name="Remove", exact=True).click()
    told(page, "platform is removed")
    assert "platform" not in (visitor.server.home / "orchflow.yaml").read_text()
    page.get_by_role("button", name="Take it away…").click()
    dialog.get_by_role("button", name="Take it away", exact=True).click()
    told(page, "of platform were taken away")
    assert visitor.complaints == []
