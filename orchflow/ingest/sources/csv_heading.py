"""Where the heading of a CSV file is and what separates its values, told by the names that are looked for."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

DELIMITERS = ",;\t|"
TRIED_LINES = 60


@dataclass(frozen=True)
class Heading:
    """`line` is the heading's own (from 1), `lines` are all lines up to its end."""

    names: tuple[str, ...]
    delimiter: str
    line: int
    lines: int


def find_heading(text: str, wanted: Collection[str]) -> Heading | None:
    """The heading in the beginning of a file: the line with most of the names `wanted`, else the first that is not empty.

    None when there is no line with content.
    """
    lines = io.StringIO(text, newline="\n").readlines()
    best: tuple[tuple[int, int, int], Heading] | None = None
    for start in range(min(len(lines), TRIED_LINES)):
        if not lines[start].strip() or (start == 0 and lines[start].strip().lower().startswith("sep=")):
            continue
        for delimiter in DELIMITERS:
            heading = _read(lines, start, delimiter)
            if heading is None:
                continue
            known = len(set(wanted).intersection(heading.names))
            worth = (known, -start, len(heading.names))
            if best is None or worth > best[0]:
                best = worth, heading
    return best[1] if best else None


def _read(lines: list[str], start: int, delimiter: str) -> Heading | None:
    reader = csv.reader(islice(lines, start, start + TRIED_LINES), delimiter=delimiter)
    try:
        cells = next(reader, [])
    except csv.Error:
        return None
    names = [" ".join(cell.split()) for cell in cells]
    return Heading(tuple(names), delimiter, start + 1, start + reader.line_num) if any(names) else None
