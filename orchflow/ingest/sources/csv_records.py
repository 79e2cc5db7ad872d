"""Whole records out of damaged CSV: a quote that is never closed costs its own line, not the rest of the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import numpy as np

from orchflow.ingest.sources.text_stream import BLOCK_BYTES

OPEN_LINES = 1000
OPEN_BYTES = 1 << 20
QUOTE, LINE_FEED, RETURN = b'"\n\r'
BACKSLASHED, ESCAPE = b'\\"', re.compile(rb'\\(["\\])')


class Records:
    """Passes blocks of lines on without those that are no records, which it keeps in `faults`: line and reason.

    `width` is how many values a record has. Lines count from 1; the first one passed in is line `first`.
    """

    def __init__(self, delimiter: str, width: int, first: int, check_letters: bool) -> None:
        self.faults: list[tuple[int, str]] = []
        self._line = first
        self._count = 0
        self._jumps: list[int] = []
        self._offsets: list[int] = []
        self._delimiter = ord(delimiter)
        self._check_letters = check_letters
        sign = re.escape(delimiter).encode()
        value = rb'(?:"(?:[^"]|"")*+"|[^"\r\n%b][^\r\n%b]*+|)' % (sign, sign)
        self._single = re.compile(rb"%b(?:%b%b)*+\r?\n?" % (value, sign, value))
        self._record = re.compile(rb"%b(?:%b%b){%d}%b*\r?\n?" % (value, sign, value, width - 1, sign))
        escaped = rb'(?:"(?:[^"\\]|\\.|"")*+"|[^"\r\n%b][^\r\n%b]*+|)' % (sign, sign)
        self._escaped = re.compile(rb"%b(?:%b%b){%d}\r?\n?" % (escaped, sign, escaped, width - 1))

    def sound(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """The blocks without the lines in `faults`."""
        waiting = b""
        for block in blocks:
            block = waiting + block
            kept, waiting = self._pass(block, last=False)
            if kept:
                yield kept
        if waiting:
            yield self._pass(waiting, last=True)[0]

    def line_of(self, record: int) -> int:
        """The line in which a record passed on begins; records count from 0."""
        at = bisect_right(self._jumps, record) - 1
        return record + self._offsets[at]

    def lines_of(self, records: Any) -> Any:
        """The lines in which these records (an array of ascending numbers) begin."""
        at = np.searchsorted(np.asarray(self._jumps), records, side="right") - 1
        return records + np.asarray(self._offsets)[at]

    def _pass(self, block: bytes, last: bool) -> tuple[bytes, bytes]:
        data = np.frombuffer(block, np.uint8)
        ends = np.flatnonzero(data == LINE_FEED) + 1
        if len(ends) == 0 or ends[-1] != len(data):
            ends = np.append(ends, len(data))
        starts = np.concatenate(([0], ends[:-1]))
        suspects = self._suspects(block, data, starts, ends)
        kept: list[bytes] = []
        at = 0
        for suspect in suspects:
            if suspect < at:
                continue
            kept.append(self._take(block, starts, ends, at, suspect))
            at = self._judge(block, starts, ends, suspect, suspects, last, kept)
            if at < 0:
                return b"".join(kept), block[starts[suspect] :]
        kept.append(self._take(block, starts, ends, at, len(ends)))
        return b"".join(kept), b""

    def _take(self, block: bytes, starts: Any, ends: Any, first: int, stop: int) -> bytes:
        """Pass on lines `first` to `stop` as they are, a record each."""
        if stop <= first:
            return b""
        self._jump()
        self._line += stop - first
        self._count += stop - first
        return block[starts[first] : ends[stop - 1]]

    def _jump(self) -> None:
        offset = self._line - self._count
        if not self._offsets or self._offsets[-1] != offset:
            self._jumps.append(self._count)
            self._offsets.append(offset)

    def _judge(
        self, block: bytes, starts: Any, ends: Any, at: int, suspects: Any, last: bool, kept: list[bytes]
    ) -> int:
        """Decide on a line that may not be a record; the number of the line after it, or -1 when more has to be read."""
        line = block[starts[at] : ends[at]]
        if not line.strip():
            self._line += 1
            return at + 1
        if self._check_letters and not _is_text(line):
            return self._refuse(at, "has bytes that are no letters in UTF-8")
        if self._single.fullmatch(line):
            kept.append(self._take(block, starts, ends, at, at + 1))
            return at + 1
        if BACKSLASHED in line and self._escaped.fullmatch(line):
            self._take(block, starts, ends, at, at + 1)
            kept.append(ESCAPE.sub(lambda sign: b'""' if sign[1] == b'"' else sign[1], line))
            return at + 1
        following = suspects[np.searchsorted(suspects, at, side="right") :]
        for end in following[:OPEN_LINES]:
            size = ends[end] - starts[at]
            if end - at > OPEN_LINES or size > OPEN_BYTES:
                break
            if block.count(b'"', starts[at], ends[end]) % 2 == 0:
                record = block[starts[at] : ends[end]]
                if not self._record.fullmatch(record):
                    break
                kept.append(record)
                self._jump()
                self._line += int(end) + 1 - at
                self._count += 1
                return int(end) + 1
        else:
            if not last and len(block) - starts[at] < min(OPEN_BYTES, BLOCK_BYTES):
                return -1
        return self._refuse(at, "has a quote that is not closed")

    def _refuse(self, at: int, reason: str) -> int:
        self.faults.append((self._line, reason))
        self._line += 1
        return at + 1

    def _suspects(self, block: bytes, data: Any, starts: Any, ends: Any) -> Any:
        """Numbers of the lines that are empty, or whose quotes do not come in pairs, do not stand around values, or
        follow a backslash."""
        empty = (ends - starts <= 1) | ((ends - starts == 2) & (data[starts] == RETURN))
        suspicious = empty
        if self._check_letters:
            suspicious = suspicious | _any_between(np.flatnonzero(data > 127), starts, ends)
        if b'"' in block:
            quotes = np.flatnonzero(data == QUOTE)
            first = np.searchsorted(quotes, starts)
            stop = np.searchsorted(quotes, ends)
            some = stop > first
            before = data[
                quotes - 1
            ]  # of the first byte this is the last, which no record's quote depends on
            opens = (before == self._delimiter) | (before == LINE_FEED) | (quotes == 0)
            after = data[np.minimum(quotes + 1, len(data) - 1)]
            backslashed = (before == BACKSLASHED[0]) & (quotes > 0)
            closes = (
                (after == self._delimiter)
                | (after == LINE_FEED)
                | (after == RETURN)
                | (quotes == len(data) - 1)
            )
            held = np.minimum(first, len(quotes) - 1)
            final = np.maximum(stop - 1, 0)
            suspicious = suspicious | (some & (((stop - first) % 2 == 1) | ~opens[held] | ~closes[final]))
            suspicious = suspicious | _any_between(quotes[backslashed], starts, ends)
        return np.flatnonzero(suspicious)


def _any_between(places: Any, starts: Any, ends: Any) -> Any:
    return np.searchsorted(places, ends) > np.searchsorted(places, starts)


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
