"""Read an Excel file without trusting it: nothing is unpacked before its sizes are known to be sane."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import Any, Final

from orchflow.planning.exchange.heading import heading_at
from orchflow.planning.exchange.records import unreadable

MOST_BYTES: Final = 100_000_000
"""What all parts of the file may unpack to."""
MOST_RATIO: Final = 200
"""How many times larger a part may be than in the file; real sheets reach about 50."""
MOST_PARTS: Final = 2_000
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 500

_PROLOG = 65_536
_SMALL = 1_000_000
_CHUNK = 1_000_000
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >]")


@dataclass(frozen=True)
class Sheet:
    """The cells of a sheet. Its file counts days from its `epoch` on, and has the sheets `others` beside it."""

    cells: list[list[Any]]
    epoch: datetime | None
    others: tuple[str, ...] = ()


def read_sheet(data: bytes, filename: str, known: Callable[[str], bool]) -> Sheet:
    """The first sheet with a heading that is `known`, else the first that has any; hidden ones come last.

    Formulas are read as the values that were stored with them; one without stays the text that it is. A cell that goes
    over several rows is in each of them. UsageError when it is no sane file.
    """
    _refuse_bomb(data, filename)
    try:
        book = _book(data, filename, values=True)
        filled = [name for name, rows in book.sheets.items() if rows]
        name = next((name for name in filled if heading_at(book.sheets[name], known)[1] > 1), None)
        if not filled:
            return Sheet([], book.epoch)
        chosen = name or filled[0]
        sheet = Sheet(book.sheets[chosen], book.epoch, tuple(other for other in filled if other != chosen))
        if not _has_formulas(data):
            return sheet
        written = _book(data, filename, values=False).sheets[chosen]
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        AttributeError,
        SyntaxError,
        OSError,
        EOFError,
    ) as error:
        raise unreadable(
            filename,
            f"it is damaged ({type(error).__name__})",
            "Open it in Excel, save it again, and import that.",
        ) from None
    cells = [
        [formula if value is None else value for value, formula in zip_longest(values, formulas)]
        for values, formulas in zip_longest(sheet.cells, written, fillvalue=())
    ]
    return replace(sheet, cells=cells)


@dataclass(frozen=True)
class _Book:
    """The cells of each sheet by its name, those of hidden ones last."""

    sheets: dict[str, list[list[Any]]]
    epoch: datetime | None


def _book(data: bytes, filename: str, *, values: bool) -> _Book:
    """Every sheet: of formulas their values, or what they are."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions that hold no data
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values, keep_links=False)
        try:
            worksheets = sorted(book.worksheets, key=lambda sheet: sheet.sheet_state != "visible")
            sheets = [_rows(sheet, filename) for sheet in worksheets]
        finally:
            book.close()
    for rows, ranges in zip(
        sheets, _merged(data, [each._worksheet_path for each in worksheets]), strict=True
    ):
        _fill_down(rows, ranges, filename)
    return _Book({each.title: rows for each, rows in zip(worksheets, sheets, strict=True)}, book.epoch)


def _merged(data: bytes, sheets: Sequence[str]) -> Iterator[list[tuple[int, int, int]]]:
    """Of each sheet its cells that go over several rows: column, first and last row (from 0)."""
    from openpyxl.utils.cell import range_boundaries

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for sheet in sheets:
            tail, ranges = b"", []
            with archive.open(sheet) as opened:
                while chunk := opened.read(_CHUNK):
                    text = tail + chunk
                    ranges += [match[1].decode() for match in _MERGED.finditer(text)]
                    tail = text[max(text.rfind(b"<"), len(text) - 100) :] if not text.endswith(b">") else b""
            bounds = (range_boundaries(each) for each in ranges)
            yield [(left - 1, top - 1, bottom - 1) for left, top, _, bottom in bounds if top < bottom]


def _fill_down(rows: list[list[Any]], ranges: Sequence[tuple[int, int, int]], filename: str) -> None:
    """Put what stands in a cell that goes over several rows into each of these rows that has something else."""
    filled = 0
    for column, top, bottom in ranges:
        cell = rows[top][column] if top < len(rows) and column < len(rows[top]) else None
        if cell is None:
            continue
        for row in rows[top + 1 : bottom + 1]:
            filled += 1
            if any(other is not None for other in row):
                row += [None] * (column + 1 - len(row))
                row[column] = cell
        if filled > MOST_ROWS * 10:
            raise unreadable(filename, "its merged cells lie upon each other", "Save it again from Excel.")


def _has_formulas(data: bytes) -> bool:
    """Whether some sheet computes something."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in archive.namelist():
            if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                tail = b""
                with archive.open(part) as opened:
                    while chunk := opened.read(_CHUNK):
                        if _FORMULA.search(tail + chunk):
                            return True
                        tail = chunk[-8:]
    return False


def _rows(sheet: Any, filename: str) -> list[list[Any]]:
    sheet.reset_dimensions()  # what the file says of its size is not to be trusted
    rows: list[list[Any]] = []
    empty = 0
    for count, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if count > MOST_ROWS:
            raise unreadable(filename, f"it has more than {MOST_ROWS:,} rows", "Split it into several files.")
        if len(cells) > MOST_COLUMNS:
            raise unreadable(
                filename, f"row {count} has {len(cells):,} columns; at most {MOST_COLUMNS} are read",
                "Delete the columns that hold no part of the plan.",
            )  # fmt: skip
        if any(cell is not None for cell in cells):
            rows += [[] for _ in range(empty)]
            rows.append([_text(cell) for cell in cells])
            empty = 0
        else:
            empty += 1
    return rows


def _text(cell: Any) -> Any:
    """Excel writes what no text may hold as _x000D_, and a text that looks like it as _x005F_x000D_."""
    if hasattr(cell, "ref") and hasattr(cell, "text"):  # an array formula
        return cell.text
    if isinstance(cell, str) and "_x000D_" in cell:
        return cell.replace("_x000D_", "")
    return cell


def _refuse_bomb(data: bytes, filename: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise unreadable(filename, f"it has {len(parts):,} parts", "It is not a workbook to import.")
            total = sum(part.file_size for part in parts)
            swollen = [
                part
                for part in parts
                if part.file_size > _SMALL and part.file_size > MOST_RATIO * max(part.compress_size, 1)
            ]
            if total > MOST_BYTES or swollen:
                raise unreadable(
                    filename, f"it unpacks to {max(total, *(p.file_size for p in parts)) / 1e6:,.0f} MB",
                    f"At most {MOST_BYTES / 1e6:.0f} MB are read; save the sheet with the plan alone.",
                )  # fmt: skip
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        start = opened.read(_PROLOG)
                    if b"<!DOCTYPE" in start or b"<!ENTITY" in start or b"\x00<\x00!\x00D" in start:
                        raise unreadable(
                            filename,
                            "it declares entities, which no workbook does",
                            "Save it again from Excel.",
                        )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise unreadable(
            filename, f"it is no readable Excel file ({error})", "Save it as .xlsx without a password."
        ) from None
