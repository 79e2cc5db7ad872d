"""Every file that leaves a screen, and every button that stores, goes through the one function that asks for the right."""

from __future__ import annotations

import re
from pathlib import Path

import orchflow

ROOT = Path(orchflow.__file__).parent


def test_screens_draw_downloads_through_the_function_that_confirms_who_clicks() -> None:
    drawing = {
        file.relative_to(ROOT).as_posix()
        for file in ROOT.rglob("*.py")
        if re.search(r"\bst\.download_button\(", file.read_text(encoding="utf-8"))
    }
    assert drawing == {"ui/downloads.py"}
