"""The register of risks with bad cells, in a browser: in a file, and written into the grid by a manager."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import grid
from tests.browser.conftest import Visitor, told
from tests.browser.plan_home import enter, plan_server  # noqa: F401  fixtures

pytestmark = pytest.mark.browser
Enter = Callable[..., Visitor]
ROW, LIKELIHOOD = 35, 420
FILE = (
    b"Risk,Category,Likelihood,Impact,Residual likelihood,Residual impact\n"
    b"Wrong payout,reliability,4,5,2,5\nLeak,privacy,6,5,,\nLoop,reliability,2,3,3,3\n"
)


def test_bad_cells_of_the_register_say_what_to_do(enter: Enter) -> None:  # noqa: F811
    visitor = enter("manager", "/risk?risk.view=Register")
    page = visitor.page
    page.get_by_role("button", name="Import").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "r.csv", "mimeType": "text/csv", "buffer": FILE}
    )
    expect(page.get_by_text("must be from 1 to 5")).to_be_visible()
    expect(page.get_by_text("above the likelihood before controls (2)")).to_be_visible()
    page.get_by_role("button", name="Import 1 risk").click()
    told(page, "Imported r.csv: 1 new, 0 changed")

    expect(grid.column(page, 0).first).to_have_text("Wrong payout")
    grid.select(page, LIKELIHOOD, 0, ROW)
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save 1 change").click()
    expect(page.get_by_text("above the likelihood before controls (1)")).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Undo").click()
    told(page, "Taken back: 1 row")
    assert visitor.complaints == []
