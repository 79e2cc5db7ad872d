"""The rows that the simulation is made of: they are content, in files beside the code."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter

Record = TypeVar("Record")


@cache
def rows(file: str) -> Any:
    """What a file (`platform.yaml`) holds."""
    return yaml.safe_load(files("orchflow.demo").joinpath(file).read_text("utf-8"))


def records(kind: type[Record], file: str, key: str) -> tuple[Record, ...]:
    """The rows under a key of a file, each as an object of a dataclass."""
    return TypeAdapter(tuple[kind, ...]).validate_python(rows(file)[key])  # type: ignore[valid-type]
