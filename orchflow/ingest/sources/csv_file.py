"""CSV as other programs write it: any encoding, lines above the heading, records that are damaged."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from orchflow.ingest.sources.csv_heading import find_heading
from orchflow.ingest.sources.csv_records import Records
from orchflow.ingest.sources.opened import FAULT, LINE, Begun, LastLine, faulty, whole
from orchflow.ingest.sources.text_stream import BLOCK_BYTES, blocks_of, bytes_of, letters_of
from orchflow.table_files.formulas import unescape_column

LONGEST_LINE = 4096


class CsvFile:
    """A CSV file; every value stays text.

    An apostrophe that keeps a text from being a spreadsheet's formula is no part of it. `notes` say how the file was read
    where that is not as one would expect.
    """

    what = "CSV"

    def __init__(self, path: Path, wanted: Collection[str], encoding: str | None) -> None:
        self._path = path
        self.notes: list[str] = []
        self.columns: Sequence[str] = ()
        self._delimiter = ","
        self.point = True
        self.last_line: LastLine | None = None
        with whole(path, self.what):
            self._letters = letters_of(path, encoding)
            first = next(blocks_of(path, self._letters), b"")
        heading = find_heading(first.decode("utf-8", "replace"), wanted)
        if self._letters.guessed:
            self.notes.append(
                "it is not in UTF-8 and was read as Windows-1252; the source's `encoding` says it better"
            )
        if heading is None:
            return
        self._delimiter = heading.delimiter
        self._skipped = heading.lines
        self.point = heading.delimiter != ";"
        self.columns = heading.names
        if heading.line > 1 and first.split(b"\n", 1)[0].strip().lower()[:4] != b"sep=":
            self.notes.append(f"its heading is line {heading.line}")

    @property
    def commas(self) -> bool:
        """Whether a value may hold a comma: not when commas separate values and nothing is quoted."""
        sign = b'"' if self._delimiter == "," else b","
        with bytes_of(self._path) as stream:
            while block := stream.read(BLOCK_BYTES):
                if sign in block:
                    return True
        return False

    def close(self) -> None:
        """Nothing stays open."""

    def longer(self, begun: Begun) -> set[tuple[str, str]]:
        """See `OpenFile`."""
        heads = {head.encode(): head for head in begun}
        found: set[tuple[str, str]] = set()
        before = b""
        for block in blocks_of(self._path, self._letters) if begun else ():
            lines = (before + block).split(b"\n")
            if not heads.keys().isdisjoint(lines):
                for line, following in pairwise(lines):
                    head = heads.get(line)
                    if head is not None:
                        found.update((head, text) for text in begun[head] if _goes_on(following, text))
            before = lines[-2] + b"\n" if len(lines) > 1 else b""
        return found

    def _watched(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """The same blocks; their last line is kept where it has no end."""
        number, before = 0, b""
        for block in blocks:
            number += block.count(b"\n")
            lines = (before + block[-2 * LONGEST_LINE :]).split(b"\n")
            if lines[-1] and len(lines) > 1:
                head, text = (line.decode("utf-8", "replace") for line in lines[-2:])
                self.last_line = LastLine(number + 1, head, text)
            before = lines[-2] + b"\n" if len(lines) > 1 else b""
            yield block

    def tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Yield the rows; see `OpenFile`."""
        if not self.columns:
            return
        places = [self.columns.index(name) for name in columns]
        width = len(self.columns)
        named = max(n for n, name in enumerate(self.columns, 1) if name)  # a heading may end in separators
        reading = _Reading(self._delimiter, width, named, self._skipped + 1, self._letters.damaged)
        blocks = _after_lines(self._watched(blocks_of(self._path, self._letters)), self._skipped)
        with whole(self._path, self.what):
            for batch in reading.batches(blocks, places):
                if batch.num_rows:
                    texts: list[Any] = [
                        unescape_column(pa.chunked_array([batch.column(n)])) for n in range(len(places))
                    ]
                    lines = pa.array(reading.lines(batch.num_rows), pa.int64())
                    rows = pa.table(dict(zip(columns, texts, strict=True)) | {LINE: lines})
                    yield rows.append_column(FAULT, pa.nulls(batch.num_rows, pa.string()))
                yield from reading.refused(columns, places)
            yield from reading.refused(columns, places)


class _Reading:
    """One reading of a CSV file from its first record on."""

    def __init__(self, delimiter: str, width: int, least: int, first: int, check_letters: bool) -> None:
        self._width = width
        self._least = least
        self._delimiter = delimiter
        self._records = Records(delimiter, width, first, check_letters)
        self._uneven: list[tuple[int, str]] = []
        self._numbers: list[int] = []
        self._given = 0

    def batches(self, blocks: Iterator[bytes], places: Sequence[int]) -> Iterator[pa.RecordBatch]:
        stream = io.BufferedReader(_Stream(self._records.sound(blocks)), 1 << 20)
        if not stream.peek(1):
            return
        names = [str(n) for n in range(self._width)]
        reading = pa_csv.ReadOptions(
            block_size=BLOCK_BYTES + (1 << 20), use_threads=False, column_names=names
        )
        parsing = pa_csv.ParseOptions(
            delimiter=self._delimiter, newlines_in_values=True, invalid_row_handler=self._note
        )
        converting = pa_csv.ConvertOptions(
            include_columns=[str(n) for n in places],
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
        )
        yield from pa_csv.open_csv(stream, reading, parsing, converting)

    def _note(self, row: pa_csv.InvalidRow) -> Literal["skip"]:
        number = (row.number or 1) - 1
        self._numbers.append(number)
        self._uneven.append((number, row.text))
        return "skip"

    def lines(self, rows: int) -> Any:
        """The lines of the next `rows` sound rows."""
        sound = np.arange(self._given, self._given + rows)
        self._given += rows
        skipped = np.asarray(self._numbers, dtype=np.int64) - np.arange(len(self._numbers))
        return self._records.lines_of(sound + np.searchsorted(skipped, sound, side="right"))

    def refused(self, columns: Sequence[str], places: Sequence[int]) -> Iterator[pa.Table]:
        """Rows for the records that could not be read; one with nothing but empty values too many, or that
        ends with the last named column, is read."""
        faults, self._records.faults = self._records.faults, []
        if faults:
            yield faulty(columns, faults)
        uneven, self._uneven = self._uneven, []
        repaired: list[tuple[int, list[str]]] = []
        faults = []
        for number, text in uneven:
            line = self._records.line_of(number)
            values = next(csv.reader([text], delimiter=self._delimiter), [])
            if not any(value.strip() for value in values):
                continue
            if len(values) >= self._least and not any(value.strip() for value in values[self._width :]):
                repaired.append((line, values + [""] * (self._width - len(values))))
            else:
                faults.append((line, f"has {len(values)} values, but the heading has {self._width}"))
        if faults:
            yield faulty(columns, faults)
        if repaired:
            texts = {
                name: pa.array([values[place] or None for _, values in repaired], pa.string())
                for name, place in zip(columns, places, strict=True)
            }
            lines = pa.array([line for line, _ in repaired], pa.int64())
            yield pa.table(texts | {LINE: lines, FAULT: pa.nulls(len(repaired), pa.string())})


def _goes_on(line: bytes, text: str) -> bool:
    begun = text.encode()
    return line.startswith(begun) and len(line.rstrip(b"\r")) > len(begun)


def _after_lines(blocks: Iterator[bytes], lines: int) -> Iterator[bytes]:
    for block in blocks:
        while lines and block:
            end = block.find(b"\n") + 1
            block = block[end:] if end else b""
            lines -= 1
        if block:
            yield block


class _Stream(io.RawIOBase):
    """Blocks as a file."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = memoryview(block)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
