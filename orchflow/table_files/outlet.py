"""A file as it grows: its bytes are handed on while it is written, and none of it is kept."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO, cast

import pyarrow as pa

from orchflow.table_files.write import NO_TITLES
from orchflow.table_files.writers import Writer


def file_pieces(
    writer: type[Writer], name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch],
    titles: Mapping[str, str] = NO_TITLES,
) -> Iterator[bytes]:  # fmt: skip
    """The bytes of a file in the format of `writer`, a piece for each batch and one at the end."""
    outlet = _Outlet()
    opened = writer(cast(BinaryIO, outlet), name, schema, titles)
    try:
        for batch in batches:
            opened.write(batch)
            yield outlet.take()
        opened.close()
    except BaseException:
        opened.abandon()
        raise
    yield outlet.take()


class _Outlet(io.RawIOBase):
    """A file to write into, whose bytes are taken away."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._place = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(memoryview(data))  # type: ignore[arg-type]
        self._pieces.append(piece)
        self._place += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._place

    def take(self) -> bytes:
        """What was written since it was last taken."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
