"""Every page in a real browser: who may open it, how it looks on a phone, what its console says."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import expect

from orchflow.people.permissions import MATRIX, Role
from orchflow.screens.catalogue import SCREENS
from tests.browser.conftest import PAGES, Profiles, Visitor
from tests.serving import Server

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
REFUSED = {
    role.value: path
    for role in Role
    for screen, path in zip(SCREENS, PAGES, strict=True)
    if screen.permission is not None and screen.permission not in MATRIX[role]
}
"""One for each role that has any; `tests/pages/test_access.py` tries them all."""


@pytest.fixture(scope="module")
def cold_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of which nobody has opened the app."""
    with Server(tmp_path_factory.mktemp("cold") / "home") as running:
        yield running


@pytest.fixture(scope="module")
def stranger(profiles: Profiles, cold_server: Server) -> Iterator[Visitor]:
    """Somebody who has never signed in there."""
    visitor = Visitor(profiles, cold_server)
    yield visitor
    visitor.leave()


@pytest.mark.parametrize("path", ["/", "/home", "/plan", "/people"])
def test_a_cold_server_shows_a_stranger_only_the_sign_in(stranger: Visitor, path: str) -> None:
    page = stranger.go(path)

    expect(page.get_by_label("Username")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Orchestrator Flow")
    expect(page.get_by_test_id("stSidebar")).to_have_count(0)


@pytest.mark.parametrize(("role", "path"), REFUSED.items())
def test_an_address_does_not_open_what_the_role_may_not_see(visit: Visit, role: str, path: str) -> None:
    visitor = visit()
    page = visitor.enter(role, path)

    expect(page.get_by_text("does not let you")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Not open to you")
    expect(page.locator("[data-testid=stDataFrame]")).to_have_count(0)
    expect(page.get_by_test_id("stSidebarNav").get_by_text(PAGES[path], exact=True)).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_take_the_colours_of_the_mode(visit: Visit, scheme: str) -> None:
    visitor = visit(color_scheme=scheme)
    page = visitor.enter("admin", "/cost?dimension=Provider")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    fills = page.evaluate(
        "() => [...document.querySelectorAll('.js-plotly-plot .barlayer path')].map(p => getComputedStyle(p).fill)"
    )
    blue = {"light": "rgb(47, 91, 234)", "dark": "rgb(124, 155, 255)"}[scheme]

    assert blue in fills
    assert not [fill for fill in fills if fill.startswith("rgb(0, 0, ")]


def test_a_chart_is_whole_on_paper(visit: Visit) -> None:
    page = visit().enter("admin", "/")
    expect(page.locator(".js-plotly-plot .xtick").first).to_be_visible()
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    below = page.evaluate(
        "() => { const plot = document.querySelector('.js-plotly-plot').getBoundingClientRect();"
        " return [...document.querySelectorAll('.js-plotly-plot .main-svg')].map(svg => svg.getBoundingClientRect().bottom - plot.bottom) }"
    )
    assert max(below) <= 1


def test_a_link_restores_the_filters(visit: Visit) -> None:
    visitor = visit()
    page = visitor.enter("analyst", "/cost?period=30+days&provider=anthropic")

    expect(page.get_by_role("radio", name="30 days")).to_be_checked()
    expect(page.get_by_text("Provider: anthropic")).to_be_visible()
    assert "provider=anthropic" in page.url


def test_choosing_a_filter_writes_it_into_the_address(visit: Visit) -> None:
    visitor = visit()
    page = visitor.enter("analyst", "/cost")
    page.get_by_text("90 days", exact=True).click()
    visitor.settle()

    page.wait_for_url("**/cost?*period=90*")


def test_a_table_can_be_taken_away_in_three_formats(visit: Visit, tmp_path: Path) -> None:
    visitor = visit()
    page = visitor.enter("analyst", "/cost?period=Since+day+1")
    page.get_by_test_id("stDataFrame").first.hover()
    expect(page.get_by_role("button", name="Search").first).to_be_visible()
    expect(page.get_by_role("button", name="Download as CSV")).to_have_count(
        0
    )  # the framework's, for everybody
    rows = {}
    for label, suffix in (("CSV", "csv"), ("Excel", "xlsx"), ("Parquet", "parquet")):
        page.get_by_test_id("stPopover").get_by_role("button", name="Download").first.click()
        button = page.get_by_test_id("stDownloadButton").get_by_role("button", name=label).first
        with page.expect_download() as waiting:
            button.click()
        file = tmp_path / f"table.{suffix}"
        waiting.value.save_as(file)
        assert waiting.value.suggested_filename.endswith(f".{suffix}")
        rows[suffix] = _rows(file)
        expect(button).to_have_count(0)  # the menu closes once the file is there

    assert rows["csv"] > 0
    assert rows["csv"] == rows["xlsx"] == rows["parquet"]
    page.get_by_test_id("stDataFrame").first.hover()
    expect(page.get_by_role("button", name="Search").first).to_be_visible()
    expect(page.get_by_role("button", name="Download as CSV")).to_have_count(
        0
    )  # the framework's, for everybody


def _rows(file: Path) -> int:
    if file.suffix == ".csv":
        return len(pd.read_csv(file))
    if file.suffix == ".parquet":
        return len(pd.read_parquet(file))
    sheet = openpyxl.load_workbook(io.BytesIO(file.read_bytes())).active
    assert sheet is not None
    return int(sheet.max_row) - 1


def test_a_figure_opens_its_definition_by_key_and_by_click(visit: Visit) -> None:
    page = visit().enter("viewer")
    figure = page.locator(".of-figure", has_text="Error rate")
    panel = page.locator("#figures-error_rate")
    expect(panel).to_be_hidden()
    figure.focus()
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("Failed runs divided by all runs that ended")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    figure.click()
    expect(panel).to_be_visible()


def test_no_figure_stands_alone_or_runs_over(visit: Visit) -> None:
    page = visit().enter("viewer")
    figures = page.locator(".of-figure")
    expect(figures).to_have_count(6)
    for width in (390, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function("width => document.querySelector('.of-strip').clientWidth <= width", arg=width)
        tops = figures.evaluate_all(
            "figures => figures.map(figure => Math.round(figure.getBoundingClientRect().top))"
        )
        assert len({tops.count(top) for top in tops}) == 1, width
        assert figures.evaluate_all("figures => figures.every(e => e.scrollWidth <= e.clientWidth)"), width
