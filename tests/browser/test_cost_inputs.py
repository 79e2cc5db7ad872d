"""Budgets, other costs and prices with bad cells, in a browser: in a file, and written into the grid."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import grid
from tests.browser.conftest import Visitor, told
from tests.browser.plan_home import enter, plan_server  # noqa: F401  fixtures

pytestmark = pytest.mark.browser
Enter = Callable[..., Visitor]
ROW, AMOUNT = 35, 260
FILE = b"name,amount,from\nAll,5000,2026-11-01\nAll,6000,2026-12-01\nNone,0,2026-11-01\n"


def test_bad_cells_of_a_budget_say_what_to_do(enter: Enter) -> None:  # noqa: F811
    visitor = enter("manager", "/cost_inputs?cost_inputs.view=Budgets")
    page = visitor.page
    page.get_by_role("button", name="Import").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "b.csv", "mimeType": "text/csv", "buffer": FILE}
    )
    expect(page.get_by_text("let it end on 2026-12-01")).to_be_visible()
    expect(page.get_by_text("end the budget (Valid to) instead")).to_be_visible()
    page.get_by_role("button", name="Import 1 budget").click()
    told(page, "Imported b.csv: 1 new, 0 changed")

    expect(grid.column(page, 1).first).to_have_text("5000")
    grid.select(page, AMOUNT, 0, ROW)
    page.keyboard.type("0")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save 1 change").click()
    expect(page.get_by_text("end the budget (Valid to) instead")).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Undo").click()
    told(page, "Taken back: 1 row")
    assert visitor.complaints == []


@pytest.mark.parametrize(
    ("address", "file", "wrong", "press", "stored"),
    [
        (
            "/cost_inputs",
            b"name,part,kind,amount,currency,every,starts\n"
            b"Licence,operations,licence,120,USD,month,2026-11-01\nSupport,operations,support,twelve,USD,month,2026-11-01\n",
            "row 3, Amount: is not a number: 'twelve'",
            "Import 1 entry",
            "Licence",
        ),
        (
            "/prices",
            b"provider,model,kind,price,per,currency,valid_from,valid_to\n"
            b"acme,swift-1,input,2.50,million,USD,2026-11-01,\nacme,swift-1,output,10,million,USD,2026-11-01,2026-10-01\n",
            "row 3, Valid to: 2026-10-01 is before the start, 2026-11-01",
            "Import 1 price",
            "acme",
        ),
    ],
)
def test_bad_cells_of_a_file_are_named_and_the_rest_is_taken(
    enter: Enter,  # noqa: F811
    address: str,
    file: bytes,
    wrong: str,
    press: str,
    stored: str,
) -> None:
    visitor = enter("manager", address)
    page = visitor.page
    page.get_by_role("button", name="Import").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "f.csv", "mimeType": "text/csv", "buffer": file}
    )
    expect(page.get_by_text(wrong)).to_be_visible()
    page.get_by_role("button", name=press).click()
    told(page, "Imported f.csv: 1 new, 0 changed")
    expect(grid.column(page, 0).first).to_have_text(stored)
    page.get_by_role("button", name="Undo").click()
    told(page, "Taken back: 1 row")
    assert visitor.complaints == []
