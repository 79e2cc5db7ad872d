"""What every form of file gives: rows of texts with their line, and lines that are no rows with the reason."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol, TypeAlias

import pyarrow as pa

from orchflow.errors import SourceError

LINE, FAULT = "@line", "@fault"
"""Columns beside a file's own, under names that no file gives."""


class LastLine(NamedTuple):
    """The last line of a file that has no end, and may be cut off: its number, the line before it, what there is of it."""

    number: int
    before: str
    text: str


Begun: TypeAlias = Mapping[str, Collection[str]]
"""Beginnings of lines, by the line before them."""


class OpenFile(Protocol):
    """An open file of rows. `notes` say how it is read where that is not as one would expect."""

    columns: Sequence[str]
    notes: list[str]
    point: bool
    """Whether a number like 1.234 with nothing beside it is surely written with a decimal point."""

    @property
    def commas(self) -> bool:
        """Whether a number in it may be written with a comma."""
        ...

    def tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Yield the rows, in order: these columns, the line of each row (LINE), and in FAULT why it is no row, or null.

        May be called again to read the file again. SourceError when the file turns out to be damaged.
        """
        ...

    @property
    def last_line(self) -> LastLine | None:
        """Its last line when its rows were read, where that may be cut off."""
        ...

    def longer(self, begun: Begun) -> set[tuple[str, str]]:
        """The lines before and the beginnings of those lines that it has, and that go on in it."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class WholeRows:
    """What is the same for every form in which half a row is no row."""

    last_line: LastLine | None = None

    def longer(self, _begun: Begun) -> set[tuple[str, str]]:
        """None."""
        return set()


@contextmanager
def whole(path: Path, what: str) -> Iterator[None]:
    """Say of a file in the form `what` that cannot be read to its end what is wrong with it."""
    try:
        yield
    except (pa.ArrowException, UnicodeError, EOFError, OSError) as error:
        said = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
        raise SourceError(
            f"{path} is not {what}: {said}",
            "It was probably copied only in part or saved otherwise: write it again and run again. Nothing was lost.",
        ) from None


def faulty(columns: Sequence[str], faults: Sequence[tuple[int, str]]) -> pa.Table:
    """Rows without values for lines that are no rows."""
    empty = {name: pa.nulls(len(faults), pa.string()) for name in columns}
    lines = pa.array([line for line, _ in faults], pa.int64())
    return pa.table(empty | {LINE: lines, FAULT: pa.array([f"the line {reason}" for _, reason in faults])})
