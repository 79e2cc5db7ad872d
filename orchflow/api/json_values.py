"""Rows and values of the features as JSON: amounts as numbers, days and instants as text."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

from orchflow.store.encoding import encode


def as_json(value: Any) -> Any:
    """`value` as JSON.

    An amount becomes the number that is written with the same digits: no field has more than the 15 that a number
    in JSON keeps everywhere.
    """
    if isinstance(value, Decimal):
        return float(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    return encode(value)
