"""Dependencies as one cell holds them: `KEY; KEY (ss+2)`; a key with signs of its own stands in double quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from orchflow.planning.exchange.records import Predecessor
from orchflow.store.written import Refused

_PLAIN = re.compile(r'[^;(),"\s](?:[^;(),"]*[^;(),"\s])?')
_ENTRY = re.compile(
    r'\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<plain>[^;()"]+?))'
    r"\s*(?:\(\s*(?P<kind>fs|ss|ff|sf)\s*(?P<lag>[+-]\s*\d{1,3})?\s*\))?\s*(?:;|$)",
    re.IGNORECASE,
)


def format_cell(predecessors: Iterable[Predecessor]) -> str:
    """`predecessors` as one cell."""
    return "; ".join(_format(predecessor) for predecessor in predecessors)


def _format(predecessor: Predecessor) -> str:
    key = (
        predecessor.task
        if _PLAIN.fullmatch(predecessor.task)
        else json.dumps(predecessor.task, ensure_ascii=False)
    )
    if predecessor.kind == "fs" and not predecessor.lag_days:
        return key
    return f"{key} ({predecessor.kind}{f'{predecessor.lag_days:+d}' if predecessor.lag_days else ''})"


def parse_cell(cell: str) -> list[Predecessor]:
    """The dependencies of a cell; also ones parted by commas, when no semicolon is there. Refused says what is odd."""
    text = cell.strip()
    if ";" not in text and '"' not in text and "," in text:
        text = text.replace(",", ";")
    predecessors: list[Predecessor] = []
    at = 0
    while at < len(text):
        entry = _ENTRY.match(text, at)
        if entry is None or entry.end() == at:
            raise Refused(f"cannot be read from {text[at : at + 30]!r} on; write it like A-1; A-2 (ss+2)")
        key = json.loads(entry["quoted"]) if entry["quoted"] else entry["plain"].strip()
        lag = int((entry["lag"] or "0").replace(" ", ""))
        predecessors.append(Predecessor(key, (entry["kind"] or "fs").lower(), lag))
        at = entry.end()
    return predecessors
