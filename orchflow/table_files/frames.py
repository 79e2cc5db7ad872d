"""Frames as tables of typed columns."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd
import pyarrow as pa


def from_frame(frame: pd.DataFrame) -> pa.Table:
    """`frame` without its index; a column with values of several kinds becomes text."""
    return pa.table({str(name): _column(frame[name]) for name in frame.columns})


def _column(series: pd.Series[Any]) -> pa.Array[Any]:
    try:
        return cast("pa.Array[Any]", pa.array(series, from_pandas=True))
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if value is None else str(value) for value in series], pa.string())
