"""The strip of figures keeps its form whatever is written in it: long names, long amounts, other letters, nothing at all."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from orchflow.ui.cards import strip, style
from tests.ui.test_cards import Figure

pytestmark = pytest.mark.browser
TREND = (1.0, 3.0, 2.0)
FULL = [
    Figure(Decimal(12345678), Decimal(9345678), "money", "a", "Kosten dieses Monats je angenommenem Ergebnis", spark=TREND),
    Figure(10, None, "days", "b", "最初のエージェントが動くまでの日数", target=14, direction="down", spark=TREND),
    Figure(None, None, "percent", "c", "Error rate", target=0.02, missing="Runs are known only since the third of November of this year"),
    Figure(0.853, 0.82, "percent", "d", "Adoption", target=0.8, spark=TREND, note="vs the 28 days before that, of all who hold a seat"),
    Figure(Decimal("0.00003"), None, "money", "e", "Cost a token", left_out="Not converted: 1,200.00 GBP, 1 row; add a rate"),
    Figure(1_234_567, 1_100_000, "count", "f", "Runs", spark=TREND),
]  # fmt: skip
MEASURE = """() => {
  const cells = [...document.querySelectorAll('.of-figure')].map((cell) => {
    const box = (part) => cell.querySelector(part)?.getBoundingClientRect();
    const inside = cell.getBoundingClientRect();
    const parts = ['.of-top', '.of-value', '.of-aim', '.of-note'].map(box);
    const said = cell.querySelector('.of-said')?.lastElementChild.getBoundingClientRect();
    return {
      top: inside.top, height: inside.height, rows: parts.map((part) => part.top - inside.top),
      beyond: Math.max(...parts.map((part) => part.right), said?.right ?? 0) - inside.right,
      label: box('.of-label').height, note: box('.of-note').height,
    };
  });
  return { cells, wide: document.documentElement.scrollWidth - document.documentElement.clientWidth };
}"""


@pytest.mark.parametrize("width", [1115, 960, 700, 362])
@pytest.mark.parametrize("currency", ["JPY", "CHF"])
def test_every_cell_has_the_same_four_lines(chromium: Browser, width: int, currency: str) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 600})
    font = "<style>body { margin: 0; font: 14px sans-serif } small { font-size: 80% }</style>"
    page.set_content(f"{font}<style>{style()}</style>{strip(FULL, currency, ZoneInfo('UTC'))}")
    measured = page.evaluate(MEASURE)
    page.close()

    cells = measured["cells"]
    assert measured["wide"] == 0
    assert len({round(cell["height"]) for cell in cells}) == 1
    assert len({tuple(map(round, cell["rows"])) for cell in cells}) == 1
    assert all(cell["label"] <= 20 and cell["note"] <= 16 for cell in cells)  # one line each
    assert all(cell["beyond"] <= -9 for cell in cells)  # nothing beyond its cell
    in_rows = [[cell["top"] for cell in cells].count(top) for top in {cell["top"] for cell in cells}]
    assert len(set(in_rows)) == 1  # no figure alone in a row
