"""Dependencies as other programs write them in a cell: `1FS+2 days`, `3SS-1d`, `1EA+2 Tage`, keys, or names of tasks."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_UP, Decimal
from typing import Final

from orchflow.planning.exchange import predecessors
from orchflow.planning.exchange.durations import HOURS_A_DAY, hours
from orchflow.planning.exchange.records import Predecessor
from orchflow.store.written import Refused

_KINDS: Final = {
    word: kind
    for kind, words in {
        "fs": "fs ea fd fc fi ti eb zr он", "ss": "ss aa dd cc ii bb rr нн", "ff": "ff ee tt zz оо",
        "sf": "sf ae df cf if it be rz но",
    }.items()
    for word in words.split()
}  # fmt: skip
"""Start and finish by their first letters, as MS Project abbreviates them in each language."""
_ENTRY: Final = re.compile(
    r"(?P<task>\d+)\s*(?P<kind>[^\W\d_]{2})?\s*(?:(?P<lag>[+-]\s*\d+(?:[.,]\d+)?)\s*(?P<unit>%|[^\W\d_]+\.?)?\??)?"
)
_WORKED: Final = {"w": Decimal(1), "m": Decimal(1), "h": Decimal(5) / 21, "s": Decimal(5) / 21}
"""How much of an elapsed week, month or hour counts; of any other time five of seven days."""
_ELAPSED: Final = re.compile(r"[ef](?=d|h|w|m|t|s)")


def parse(cell: str, tell: Callable[[str], None]) -> list[Predecessor]:
    """The dependencies of a cell; `tell` is told what of them is not kept."""
    text = " ".join(cell.split())
    parts = [part.strip() for part in re.split(";" if ";" in text else "[;,]", text) if part.strip()]
    entries = [_ENTRY.fullmatch(part) for part in parts]
    kinds = [_KINDS.get((entry["kind"] or "fs").lower()) if entry else None for entry in entries]
    if entries and all(kinds):
        return [
            Predecessor(entry["task"], kind, _lag(entry, tell))
            for entry, kind in zip(entries, kinds, strict=True)
            if entry and kind
        ]
    try:
        return predecessors.parse_cell(text)
    except Refused:
        return [Predecessor(part) for part in parts]


def _lag(entry: re.Match[str], tell: Callable[[str], None]) -> int:
    """Working days; what is elapsed time is five of seven days."""
    if not entry["lag"]:
        return 0
    written = f"{entry['lag'].replace(' ', '')} {entry['unit'] or 'd'}"
    unit = (entry["unit"] or "d").lower().rstrip(".")
    if unit == "%":
        tell(f"a lag in per cent is not kept: {entry[0]}")
        return 0
    elapsed = bool(_ELAPSED.match(unit)) and unit != "fd"
    try:
        days = hours(f"{entry['lag'].replace(' ', '')} {unit[1:] if elapsed else unit}") / HOURS_A_DAY
    except Refused:
        tell(f"the lag of {entry[0]} cannot be read and is not kept")
        return 0
    if elapsed:
        days *= _WORKED.get(unit[1], Decimal(5) / 7)
    whole = int(days.to_integral_value(ROUND_UP))
    if whole != days:
        tell(f"a lag of {written} counts as {whole:+d} working days")
    return whole
