"""The rows of an entity as a table for people: what they point to by name, under the names that files have for the fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from orchflow.inputs.row_names import InputNames
from orchflow.store.entity import Entity
from orchflow.store.field import Field


def row_table(entity: Entity[Any], names: InputNames, rows: Iterable[Any]) -> pd.DataFrame:
    """One row for each, from which the same rows can be imported."""
    fields = [field for field in entity.fields.values() if "file" not in field.off]
    return pd.DataFrame(
        [{field.file: _cell(field, names, getattr(row, field.name)) for field in fields} for row in rows],
        columns=[field.file for field in fields],
    )


def titles(entity: Entity[Any]) -> dict[str, str]:
    """Name of a column in files → what people call it."""
    return {field.file: field.label for field in entity.fields.values()}


def _cell(field: Field, names: InputNames, value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if field.choices is not None and value is not None:
        return field.options[value]
    return names.shown(field, value)
