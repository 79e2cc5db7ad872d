"""Queries live in `.sql` files next to the feature that asks them, one file per subject; this reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")
_STRING_OR_COMMENT = re.compile(r"'(?:[^']|'')*'|--[^\n]*")
_PART = re.compile(r"\{query:(?:([\w.]+)\.)?(\w+)\}")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Query:
    """One SQL statement: its name, its text, and what one row of it is (the first comment line)."""

    name: str
    text: str
    description: str = ""
    parameters: frozenset[str] = field(default=frozenset())

    @classmethod
    def of(cls, name: str, text: str) -> Query:
        """The query `text`; a missing first comment leaves the description empty."""
        first = text.lstrip().splitlines()[0] if text.strip() else ""
        description = first[2:].strip() if first.startswith("--") else ""
        parameters = frozenset(_PARAMETER.findall(without_texts(text)))
        return cls(name, text, description, parameters)

    def bind(self, params: Mapping[str, Any] | None) -> dict[str, Any]:
        """Those of `params` that the text uses, so that one mapping serves several queries. KeyError names a missing one."""
        values = params or {}
        missing = self.parameters - values.keys()
        if missing:
            raise KeyError(f"query {self.name} needs {', '.join(sorted(missing))}")
        return {name: values[name] for name in self.parameters}

    def on(self, **identifiers: str) -> Query:
        """The same query with `{placeholder}` replaced by identifiers or comma-separated lists of them.

        DuckDB cannot bind the name of a table or column; only names of plain letters are let through.
        """
        text = self.text
        for placeholder, value in identifiers.items():
            if not all(_IDENTIFIER.fullmatch(part.strip()) for part in value.split(",")):
                raise ValueError(f"not an identifier: {value!r}")
            text = text.replace("{" + placeholder + "}", value)
        return Query(self.name, text, self.description, self.parameters)

    def quoting(self, **texts: str) -> Query:
        """The same query with `{placeholder}` replaced by a quoted text, for statements that take no parameters."""
        text = self.text
        for placeholder, value in texts.items():
            text = text.replace("{" + placeholder + "}", "'" + value.replace("'", "''") + "'")
        return Query(self.name, text, self.description, self.parameters)


def without_texts(sql: str) -> str:
    """The statement without its quoted texts and comments."""
    return _STRING_OR_COMMENT.sub("", sql)


@cache
def queries(package: str) -> Mapping[str, Query]:
    """Every query in the `sql/*.sql` of `package` (a dotted name, such as `orchflow.insights`) by its name, read once.

    A file holds the queries of one subject, each after a line `-- name: <name>`. `{query:<name>}` stands for the text of another
    query, so that what several have in common is said once; `{query:<package>.<name>}` for one of another package. ValueError names the file in which something stands before the
    first such line, or which gives a name that another query of the package has.
    """
    texts: dict[str, str] = {}
    for file in resources.files(package).joinpath("sql").iterdir():
        unnamed, *sections = _NAME.split(file.read_text(encoding="utf-8"))
        if unnamed.strip():
            raise ValueError(f"{file} does not begin with a line '-- name: ...'")
        for name, text in zip(sections[::2], sections[1::2], strict=True):
            if name in texts:
                raise ValueError(f"{file} gives the name {name}, which another query of {package} has")
            texts[name] = text.strip()
    return MappingProxyType({name: Query.of(name, _whole(text, texts)) for name, text in texts.items()})


def _whole(text: str, texts: Mapping[str, str]) -> str:
    """A query's text with those of the queries that it names."""
    return _PART.sub(
        lambda part: load_query(part[1], part[2]).text if part[1] else _whole(texts[part[2]], texts), text
    )


def load_query(package: str, name: str) -> Query:
    """The query called `name` among those of `package`; KeyError names the folder in which it is missing."""
    known = queries(package)
    if name not in known:
        raise KeyError(f"no query {name} in {resources.files(package).joinpath('sql')}")
    return known[name]
