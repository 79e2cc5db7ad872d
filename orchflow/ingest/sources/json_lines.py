"""JSON: one object a line, or an array of them, whose numbers stay as they are written."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa

from orchflow.encoding import to_text
from orchflow.errors import SourceError
from orchflow.ingest.sources.json_text import JsonText, NotJson
from orchflow.ingest.sources.opened import FAULT, LINE, WholeRows, faulty, whole
from orchflow.ingest.sources.text_stream import blocks_of, letters_of, texts_of

ROWS = 50_000
HEADER_LINES = 1000
LONGEST_NAME = 1000
THREE_DECIMALS = re.compile(r"-?\d{1,3}\.\d{3}")
WORDED_COMMA = re.compile(r':\s*"[^"\n]{0,20}\d,\d')


class JsonLinesFile(WholeRows):
    """A file of JSON; the columns are those of its first objects, and of those that are looked for all it has anywhere."""

    what = "JSON lines"
    point = True

    def __init__(self, path: Path, wanted: Collection[str], encoding: str | None) -> None:
        self._path = path
        self.notes: list[str] = []
        with whole(path, self.what):
            self._letters = letters_of(path, encoding)
            self._by_line = self._is_by_line(wanted)
            names = self._first_names(wanted)
            missing = {name for name in wanted if name not in names}
            before = ""
            for text in texts_of(path, self._letters):
                if not missing:
                    break
                seen = {name for name in missing if json.dumps(name, ensure_ascii=False) in before + text}
                names.update(dict.fromkeys(sorted(seen)))
                missing -= seen
                before = text[-LONGEST_NAME:]
        self.columns: Sequence[str] = list(names)

    def _is_by_line(self, wanted: Collection[str]) -> bool:
        """Whether each line is an object: of one with rows under a key, only where a line has none of what is looked for."""
        text = next(texts_of(self._path, self._letters), "").lstrip("\ufeff \t\r\n")
        if text[:1] not in ("[", "{"):
            return True
        line, _, rest = text.partition("\n")
        first = _object(line.encode())
        if first is None:
            lines = [later.encode() for later in rest.split("\n")[:HEADER_LINES] if later.strip()]
            return text[0] == "{" and 2 * sum(_object(later) is not None for later in lines) > len(lines)
        return bool(first.keys() & set(wanted)) or bool(rest.strip()) or not _has_rows(first)

    def _first_names(self, wanted: Collection[str]) -> dict[str, None]:
        """The columns of the first objects; an array without any says nothing in whatever columns."""
        names: dict[str, None] = {}
        some = False
        for _, row in islice(self._objects(), HEADER_LINES):
            some = True
            names.update(dict.fromkeys(row if isinstance(row, dict) else ()))
        if not some and next(texts_of(self._path, self._letters), "").strip():
            return dict.fromkeys(wanted)
        if some and not names:
            raise SourceError(
                f"{self._path} is not JSON: none of its first lines is a JSON object",
                "Write one object a line, or an array of objects.",
            )
        return names

    def _objects(self) -> Iterator[tuple[int, dict[str, object] | str]]:
        """The line of each object with it, or with what is wrong there."""
        if not self._by_line:
            decoder = json.JSONDecoder(parse_float=_number, parse_int=str, parse_constant=str)
            text = JsonText(texts_of(self._path, self._letters), decoder)
            try:
                yield from text.objects()
            except NotJson as error:
                if text.goes_on():
                    raise SourceError(
                        f"{self._path}: line {error.line} is no JSON, and what stands behind it cannot be read",
                        "Correct the line, or write one object a line.",
                    ) from None
                yield error.line, "is no JSON from here on"
            return
        number = 0
        for block in blocks_of(self._path, self._letters):
            for line in block.split(b"\n")[: -1 if block.endswith(b"\n") else None]:
                number += 1
                if line.strip():
                    row = _object(line)
                    yield number, "is no JSON object" if row is None else row

    @property
    def commas(self) -> bool:
        """Whether some text in it may be a number with a comma."""
        return any(WORDED_COMMA.search(text) for text in texts_of(self._path, self._letters))

    def close(self) -> None:
        """Nothing stays open."""

    def tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Yield the rows; see `OpenFile`."""
        rows: list[tuple[int, dict[str, object]]] = []
        faults: list[tuple[int, str]] = []
        with whole(self._path, self.what):
            for number, row in self._objects():
                if isinstance(row, str):
                    faults.append((number, row))
                else:
                    rows.append((number, row))
                if len(rows) >= ROWS:
                    yield _table(columns, rows)
                    rows = []
        if rows:
            yield _table(columns, rows)
        if faults:
            yield faulty(columns, faults)


def _object(line: bytes) -> dict[str, object] | None:
    """The object of a line, which may end in a comma."""
    for text in (line, line.rstrip().removesuffix(b",")):
        try:
            parsed = json.loads(text, parse_float=_number, parse_int=str, parse_constant=str)
        except (ValueError, RecursionError):
            continue
        return parsed if isinstance(parsed, dict) else None
    return None


def _has_rows(value: object) -> bool:
    """Whether an object holds an array of objects, at whatever depth."""
    match value:
        case dict():
            return any(map(_has_rows, value.values()))
        case [dict(), *_]:
            return True
    return False


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
