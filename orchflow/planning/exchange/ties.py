"""Dependencies as one cell holds them: `KEY; KEY (ss+2)`; a key with signs of its own stands in double quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from orchflow.planning.exchange.records import Tie
from orchflow.planning.work.values import Refused

_PLAIN = re.compile(r'[^;(),"\s](?:[^;(),"]*[^;(),"\s])?')
_ENTRY = re.compile(
    r'\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<plain>[^;()"]+?))'
    r"\s*(?:\(\s*(?P<kind>fs|ss|ff|sf)\s*(?P<lag>[+-]\s*\d{1,3})?\s*\))?\s*(?:;|$)",
    re.IGNORECASE,
)


def written(ties: Iterable[Tie]) -> str:
    """The cell of `ties`."""
    return "; ".join(_one(tie) for tie in ties)


def _one(tie: Tie) -> str:
    key = tie.task if _PLAIN.fullmatch(tie.task) else json.dumps(tie.task, ensure_ascii=False)
    if tie.kind == "fs" and not tie.lag_days:
        return key
    return f"{key} ({tie.kind}{f'{tie.lag_days:+d}' if tie.lag_days else ''})"


def read(cell: str) -> list[Tie]:
    """The dependencies of a cell; also ones parted by commas, when no semicolon is there. Refused says what is odd."""
    text = cell.strip()
    if ";" not in text and '"' not in text and "," in text:
        text = text.replace(",", ";")
    found: list[Tie] = []
    at = 0
    while at < len(text):
        entry = _ENTRY.match(text, at)
        if entry is None or entry.end() == at:
            raise Refused(f"cannot be read from {text[at : at + 30]!r} on; write it like A-1; A-2 (ss+2)")
        key = json.loads(entry["quoted"]) if entry["quoted"] else entry["plain"].strip()
        lag = int((entry["lag"] or "0").replace(" ", ""))
        found.append(Tie(key, (entry["kind"] or "fs").lower(), lag))
        at = entry.end()
    return found
