"""Where a page of a dataset ends, as a text to be handed out and taken back: the key of its last row."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.types as kinds

from orchflow.encoding import to_text
from orchflow.errors import Invalid, Problem

LONGEST = 4_000


def write(dataset: str, key: Sequence[Any]) -> str:
    """The cursor after the row of `dataset` with that key."""
    return base64.urlsafe_b64encode(to_text([dataset, *key]).encode()).decode().rstrip("=")


def read(cursor: str, dataset: str, types: Sequence[pa.DataType]) -> tuple[Any, ...]:
    """The key in a cursor, whose parts have these types; Invalid when it is none of `dataset`."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        name, *key = json.loads(text)
        if name == dataset and len(key) == len(types):
            return tuple(_value(part, kind) for part, kind in zip(key, types, strict=True))
    except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError, pa.ArrowException):
        pass
    raise Invalid(
        [Problem(None, "cursor", "is not one that was given out for this dataset")], "Begin again without it."
    )


def _value(part: Any, kind: pa.DataType) -> Any:
    if kinds.is_integer(kind):  # the number of a row, which every row has
        if type(part) is not int:
            raise ValueError("a whole number is expected")
        return pa.scalar(part, kind).as_py()
    if part is None:
        return None
    if kinds.is_timestamp(kind):
        at = datetime.fromisoformat(part)
        if at.tzinfo is None:
            raise ValueError("an instant has a zone")
        return at
    if not isinstance(part, str):
        raise ValueError("a text is expected")
    return pa.scalar(part, pa.string()).cast(kind).as_py()
