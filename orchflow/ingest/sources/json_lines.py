"""JSON lines: one object a line, whose numbers stay as they are written."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from orchflow.encoding import to_text
from orchflow.errors import SourceError
from orchflow.ingest.sources.opened import FAULT, LINE, WholeRows, faulty, whole
from orchflow.ingest.sources.text_stream import blocks_of, letters_of

ROWS = 50_000
HEADER_LINES = 1000
THREE_DECIMALS = re.compile(r"-?\d{1,3}\.\d{3}")
WORDED_COMMA = re.compile(rb':\s*"[^"\n]{0,20}\d,\d')


class JsonLinesFile(WholeRows):
    """A file of JSON lines; the columns are those of its first lines, and of those that are looked for all it has anywhere."""

    what = "JSON lines"
    point = True

    def __init__(self, path: Path, wanted: Collection[str], encoding: str | None) -> None:
        self._path = path
        self.notes: list[str] = []
        with whole(path, self.what):
            self._letters = letters_of(path, encoding)
            names = self._first_names()
            missing = {name for name in wanted if name not in names}
            for block in blocks_of(path, self._letters):
                if not missing:
                    break
                seen = {name for name in missing if json.dumps(name, ensure_ascii=False).encode() in block}
                names.update(dict.fromkeys(sorted(seen)))
                missing -= seen
        self.columns: Sequence[str] = list(names)

    def _first_names(self) -> dict[str, None]:
        names: dict[str, None] = {}
        lines = next(blocks_of(self._path, self._letters), b"").split(b"\n")[:HEADER_LINES]
        for line in lines:
            names.update(dict.fromkeys(_object(line) or ()))
        if not names and any(line.strip() for line in lines):
            raise SourceError(
                f"{self._path} is not JSON lines: none of its first lines is a JSON object",
                "Write one object a line, without brackets around them and commas between them.",
            )
        return names

    @property
    def commas(self) -> bool:
        """Whether some text in it may be a number with a comma."""
        return any(WORDED_COMMA.search(block) for block in blocks_of(self._path, self._letters))

    def close(self) -> None:
        """Nothing stays open."""

    def tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Yield the rows; see `OpenFile`."""
        rows: list[tuple[int, dict[str, object]]] = []
        faults: list[tuple[int, str]] = []
        number = 0
        with whole(self._path, self.what):
            for block in blocks_of(self._path, self._letters):
                for line in block.split(b"\n")[: -1 if block.endswith(b"\n") else None]:
                    number += 1
                    if not line.strip():
                        continue
                    parsed = _object(line)
                    if parsed is None:
                        faults.append((number, "is no JSON object"))
                    else:
                        rows.append((number, parsed))
                    if len(rows) >= ROWS:
                        yield _table(columns, rows)
                        rows = []
        if rows:
            yield _table(columns, rows)
        if faults:
            yield faulty(columns, faults)


def _object(line: bytes) -> dict[str, object] | None:
    try:
        parsed = json.loads(line, parse_float=_number, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _number(text: str) -> str:
    """A number of JSON has a decimal point, which 1.234 does not show to those who read it beside texts."""
    return text + "0" if THREE_DECIMALS.fullmatch(text) else text


def _written(value: object) -> str | None:
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
    return to_text(value)


def _table(columns: Sequence[str], rows: list[tuple[int, dict[str, object]]]) -> pa.Table:
    texts = {name: pa.array([_written(row.get(name)) for _, row in rows], pa.string()) for name in columns}
    lines = pa.array([line for line, _ in rows], pa.int64())
    return pa.table(texts | {LINE: lines, FAULT: pa.nulls(len(rows), pa.string())})
