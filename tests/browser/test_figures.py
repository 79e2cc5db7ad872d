"""An analyst's way from a figure on a screen to the rows that it is counted from, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def test_an_analyst_goes_from_a_figure_to_its_rows_and_takes_them_along(visit: Visit) -> None:
    visitor = visit()
    page = visitor.enter("analyst", "/cost")
    figure = page.get_by_role("button", name=re.compile("^Model cost"))
    value = figure.locator("b").inner_text()
    figure.click()
    visitor.ran(
        page,
        page.get_by_role("link", name="Rows, sources and target behind it").locator("visible=true").click,
    )
    expect(page).to_have_url(re.compile(r"/figure\?.*cost"))
    visitor.settle()
    visitor.drawn()
    expect(page.get_by_role("button", name=re.compile("^Model cost")).locator("b")).to_have_text(value)
    rows = page.locator(".st-key-figure-rows")
    expect(rows.get_by_test_id("stDataFrame").locator("td[id^='glide-cell-']").first).to_be_attached()
    assert visitor.complaints == []
