"""Rows as columns of numpy, and Arrow columns built from them without a Python object per row."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]

UUID_LENGTH = 36
DASHES = (8, 13, 18, 23)
HEX_DIGITS = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
HEX_PLACES = np.array([place for place in range(UUID_LENGTH) if place not in DASHES])


class Columns:
    """A dataclass whose fields are arrays of one length: one row per position."""

    def __len__(self) -> int:
        return len(next(iter(vars(self).values())))

    def only(self, rows: Ints | Bools) -> Self:
        """The chosen rows: where a mask is true, or by their places."""
        return type(self)(**{name: column[rows] for name, column in vars(self).items()})

    def __add__(self, more: Self) -> Self:
        """These rows, then `more`."""
        parts = vars(more)
        return type(self)(
            **{name: np.concatenate([column, parts[name]]) for name, column in vars(self).items()}
        )


def draw_uuids(rng: np.random.Generator, count: int) -> Bytes:
    """Draw `count` random version-4 UUIDs as an array of shape (count, 36) of ASCII codes."""
    nibbles = rng.integers(0, 16, size=(count, len(HEX_PLACES)), dtype=np.uint8)
    nibbles[:, 12] = 4
    nibbles[:, 16] = 8 | (nibbles[:, 16] & 3)
    codes = np.full((count, UUID_LENGTH), ord("-"), dtype=np.uint8)
    codes[:, HEX_PLACES] = HEX_DIGITS[nibbles]
    return codes


def uuid_column(codes: Bytes, known: Bools | None = None) -> pa.Array[Any]:
    """Return the text column of `draw_uuids` rows; null where `known` is false."""
    offsets = np.arange(len(codes) + 1, dtype=np.int32) * UUID_LENGTH
    data = pa.py_buffer(np.ascontiguousarray(codes).tobytes())
    return pa.StringArray.from_buffers(len(codes), pa.py_buffer(offsets.tobytes()), data, _validity(known))


def text_column(names: pa.Array[Any], index: Ints, known: Bools | None = None) -> pa.Array[Any]:
    """Return `names` taken by `index`; null where `known` is false."""
    return names.take(number_column(index, known))


def number_column(values: Ints, known: Bools | None = None) -> pa.Array[Any]:
    """Return a bigint column; null where `known` is false."""
    return pa.array(values, type=pa.int64(), mask=None if known is None else ~known)


def money_column(units: Ints, known: Bools | None = None) -> pa.Array[Any]:
    """Return decimal(18,8) amounts from whole hundred-millionths of a dollar; null where `known` is false."""
    words = np.stack([units, units >> 63], axis=1)
    return pa.Array.from_buffers(
        pa.decimal128(18, 8), len(units), [_validity(known), pa.py_buffer(words.tobytes())]
    )


def time_column(microseconds: Ints, known: Bools | None = None) -> pa.Array[Any]:
    """Return UTC instants from microseconds since 1970; null where `known` is false."""
    return number_column(microseconds, known).cast(pa.timestamp("us", tz="UTC"))


def _validity(known: Bools | None) -> pa.Buffer | None:
    return None if known is None else pa.py_buffer(np.packbits(known, bitorder="little").tobytes())
