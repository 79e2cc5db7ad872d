"""Grids in the browser: each cell is an element for screen readers, which is there once the grid takes clicks and keys."""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import Locator, Page, expect

HEADER = 33
CLICKS = 3


def ready(grid: Locator) -> Locator:
    """What of a grid can be clicked, once it shows its cells."""
    expect(grid.locator("td[id^='glide-cell-']").first).to_be_attached()
    return grid.locator(".dvn-scroller").first


def column(page: Page, number: int) -> Locator:
    """The cells of a column of the first grid, from the first row to the last."""
    return page.get_by_test_id("stDataFrame").first.locator(f"td[id^='glide-cell-{number}-']")


def place(page: Page, x: int, row: int, height: int) -> tuple[float, float]:
    """Where on the screen a cell of the first grid is, `x` from its left; rows are `height` high."""
    box = ready(page.get_by_test_id("stDataFrame").first).bounding_box()
    assert box is not None
    return box["x"] + x, box["y"] + HEADER + height * row + height // 2


def click(page: Page, x: int, row: int, height: int) -> None:
    """Click into a row of the first grid, `x` from its left; rows are `height` high."""
    page.bring_to_front()
    y = HEADER + height * row + height // 2
    grid = ready(page.get_by_test_id("stDataFrame").first)
    grid.hover(position={"x": x, "y": y - 3})  # it takes a click from a mouse that it has seen move
    grid.click(position={"x": x, "y": y})


def select(page: Page, x: int, row: int, height: int) -> Locator:
    """Choose the cell at `x` of a row; the cell. A grid that is drawn anew at that moment is clicked again."""
    chosen = page.locator(f"tr[aria-rowindex='{row + 2}'] td[aria-selected=true]")
    for _ in range(CLICKS - 1):
        click(page, x, row, height)
        with suppress(AssertionError):
            expect(chosen).to_be_attached(timeout=5_000)
            return chosen
    click(page, x, row, height)
    expect(chosen).to_be_attached()
    return chosen


def write(page: Page, x: int, row: int, height: int, text: str) -> None:
    """Open the editor of a cell, replace what it holds and leave it by Enter."""
    select(page, x, row, height)
    page.keyboard.press("Enter")
    editor = page.locator("#portal textarea.gdg-input")
    expect(editor).to_be_visible()
    editor.fill(text)
    # The box behind the text area, which makes it grow, shows what the editor has taken over.
    expect(page.locator("#portal div:has(> textarea.gdg-input) > div").first).to_have_text(text)
    editor.press("Enter")
    expect(editor).to_have_count(0)
