"""Texts that a spreadsheet would take for a formula when it opens a CSV file: an apostrophe before them prevents it.

A scoped name like `@cf/meta/llama-3` and a number like `-1.5` call nothing whatever a spreadsheet makes of them, so they stay
as they are and every program reads them whole. A text that begins with apostrophes before such a sign gets one more, so that taking one away
always gives back what was written.
"""

from __future__ import annotations

import re
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc

_FORMULA = r"^'*[=+\-@\t\r]"
_SCOPED_NAME = r"^@[A-Za-z0-9._-]+(?:/[A-Za-z0-9._:-]+)+\z"
_NUMBER = r"^[+-](?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\z"
_MARKED = r"^'+[=+\-@\t\r]"

_MARKED_TEXT = re.compile(_MARKED)


def escape(column: pa.Array[Any]) -> pa.Array[Any]:
    """A column of texts none of which a spreadsheet takes for a formula."""
    dangerous = pc.match_substring_regex(column, _FORMULA)
    for harmless in (_SCOPED_NAME, _NUMBER):
        dangerous = pc.and_not(dangerous, pc.match_substring_regex(column, harmless))
    if not pc.any(dangerous).as_py():
        return column
    marked = pc.binary_join_element_wise(pa.scalar("'", column.type), column, pa.scalar("", column.type))
    return cast("pa.Array[Any]", pc.if_else(dangerous, marked, column))


def unescape(text: str) -> str:
    """What was written as `text`."""
    return text[1:] if _MARKED_TEXT.match(text) else text


def unescape_column(column: pa.ChunkedArray[Any]) -> pa.ChunkedArray[Any]:
    """What was written as these texts."""
    marked = pc.match_substring_regex(column, _MARKED)
    if not pc.any(marked).as_py():
        return column
    return cast("pa.ChunkedArray[Any]", pc.if_else(marked, pc.utf8_slice_codeunits(column, 1), column))
