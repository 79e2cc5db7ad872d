"""What facts call agents, providers, models and services: offered where people write such a name, and told where nothing has it.

A name that no fact has is kept all the same: a budget may be for an agent that is still to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, Final, TypeAlias
from weakref import WeakKeyDictionary

from orchflow.costs.shipped_prices import shipped_models
from orchflow.errors import Problem
from orchflow.store.entity import Entity
from orchflow.store.field import Field
from orchflow.store.written import short
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.sql import load_query

FactNames: TypeAlias = Mapping[str, tuple[str, ...]]
"""What is known of each kind, such as `agent`."""

FACTS: Final = ("agents", "usage", "runs", "expenses", "prices")
_CALLED: Final = {
    "agent": "agent", "provider": "provider", "model": "model", "service": "service", "source": "source", "sub_account": "account",
}  # fmt: skip
"""Kind → what people call one; of other kinds nothing is said."""


_READ: WeakKeyDictionary[Warehouse, tuple[int, FactNames]] = WeakKeyDictionary()


def fact_names(warehouse: Warehouse) -> FactNames:
    """The names that facts have now; read once for a version of `FACTS`."""
    version = warehouse.version(*FACTS)
    known = _READ.get(warehouse)
    if known is None or known[0] != version:
        known = (version, _fact_names(warehouse))
        _READ[warehouse] = known
    return known[1]


def _fact_names(warehouse: Warehouse) -> FactNames:
    named: dict[str, list[str]] = {}
    for kind, name in warehouse.rows(load_query("orchflow.costs", "fact_names")):
        if name is not None:
            named.setdefault(kind, []).append(name)
    return {kind: tuple(names) for kind, names in named.items()}


def offered(entity: Entity[Any], field: Field, known: FactNames) -> tuple[str, ...]:
    """What may be chosen in a field that offers what facts know; where another field says of which kind it is, of all kinds."""
    if (kind := _telling(entity, field)) is not None:
        return tuple(sorted({name for each in kind.options for name in known.get(each, ())}))
    return known.get(field.offers, ())


def unknown_names(entity: Entity[Any], rows: Iterable[Mapping[str, Any]], known: FactNames) -> list[Problem]:
    """The names in `rows` that no fact has, each told once with the place of its first row, as a notice; nothing while there are no facts."""
    fields = [field for field in entity.fields.values() if field.offers]
    told: dict[tuple[str, str], Problem] = {}
    for place, row in enumerate(rows):
        for field in fields:
            name, kind = row.get(field.name), _kind(entity, field, row)
            if name and kind in _CALLED and known.get(kind) and not _is_known(kind, str(name), known):
                told.setdefault(
                    (field.name, str(name)), Problem(place, field.name, _said(str(name), kind, known))
                )
    return list(told.values())


def _telling(entity: Entity[Any], field: Field) -> Field | None:
    """The field whose choice says of which kind the name in another one is."""
    telling = entity.fields.get(field.offers)
    return telling if telling is not None and telling.choices is not None else None


def _kind(entity: Entity[Any], field: Field, row: Mapping[str, Any]) -> str:
    """Of which kind the name in a field is; another field of the row may say it."""
    telling = _telling(entity, field)
    return field.offers if telling is None else str(row.get(telling.name, telling.blank))


def _is_known(kind: str, name: str, known: FactNames) -> bool:
    if kind == "agent":  # whose name facts are joined by as it is written
        return name in known[kind]
    wanted = name.casefold()
    if any(wanted == each.casefold() for each in known[kind]):
        return True
    return kind in ("provider", "model") and wanted in _shipped()[kind]


@cache
def _shipped() -> dict[str, frozenset[str]]:
    providers, models = zip(*shipped_models(), strict=True)
    return {
        kind: frozenset(map(str.casefold, names))
        for kind, names in (("provider", providers), ("model", models))
    }


def _said(name: str, kind: str, known: FactNames) -> str:
    near = _alike(name, known[kind])
    if near.casefold() == name.casefold():
        return f"facts write it {short(near)}: with other capitals nothing of it is counted"
    meant = f"; is {short(near)} meant?" if near else ": it is kept as it is written"
    return f"no {_CALLED[kind]} is called {short(name)} in what was read so far{meant}"


def _alike(name: str, names: Iterable[str]) -> str:
    written = {each.casefold(): each for each in names}
    return written[near[0]] if (near := get_close_matches(name.casefold(), written, 1, 0.8)) else ""
