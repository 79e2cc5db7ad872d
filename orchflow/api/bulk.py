"""Rows that another program keeps, added or changed by that program's keys; each row for itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, Field

from orchflow.api.bodies import Body, Changes
from orchflow.api.paging import Id, Words
from orchflow.api.problems import conflict_items, error_items
from orchflow.api.request_context import Caller
from orchflow.errors import ConflictError, Invalid, NotFound, Problem

MOST = 1000
"""Rows in one request."""

References: TypeAlias = Callable[[Caller, str, Sequence[dict[str, Any]]], list[list[Problem]]]
"""Replaces external ids in the given fields by ids; says of each item which point to nothing."""

Result = Literal["created", "updated", "unchanged", "refused", "conflict"]


class Item(Changes):
    """A row to add or change: of one that is stored already only what is sent changes."""

    external_id: Annotated[Words, Field(max_length=200)] = Field(
        description="Its key in the other program.", examples=["ORC-7"]
    )


class Bulk(Body):
    """Rows by their keys in another program."""

    external_source: Annotated[Words, Field(max_length=64)] = Field(
        description="The program whose keys `external_id` are.", examples=["jira"]
    )


class BulkError(BaseModel):
    """One refused value."""

    field: str
    message: str


class BulkOutcome(BaseModel):
    """What became of one row."""

    external_id: str
    outcome: Result
    id: Id | None = Field(None, description="Null when the row was not stored.")
    version: int | None = None
    errors: list[BulkError] = []
    conflicts: list[dict[str, Any]] = []


class BulkReport(BaseModel):
    """How many rows were added, changed, left alone, refused; and each row's outcome in the order sent."""

    created: int
    updated: int
    unchanged: int
    refused: int = Field(description="Refused, or in conflict with somebody's change at the same moment.")
    items: list[BulkOutcome]


@dataclass(frozen=True)
class Doors:
    """The feature's functions for one kind of row."""

    list: Callable[..., Sequence[Any]]
    create: Callable[..., Any]
    update: Callable[..., Any]


@dataclass(frozen=True)
class Outcome:
    """What became of one row, before it is JSON."""

    external_id: str
    outcome: Result
    id: int | None = None
    version: int | None = None
    errors: tuple[dict[str, Any], ...] = ()
    conflicts: tuple[dict[str, Any], ...] = ()


def upsert(
    caller: Caller,
    source: str,
    items: Sequence[Changes],
    doors: Doors,
    references: References | None = None,
) -> dict[str, Any]:
    """Add or change each item, and say of each what became of it.

    `references` resolves what the items point to.
    """
    given = [item.given() for item in items]
    refused = repeated(given)
    if references is not None:
        refused = [[*a, *b] for a, b in zip(refused, references(caller, source, given), strict=True)]
    keys = {fields["external_id"] for fields in given}
    known = {row.external_id: row for row in by_key(caller, doors.list, source, keys)}
    return report(
        refusal(fields["external_id"], problems)
        if problems
        else _one(caller, source, fields, known.get(fields["external_id"]), doors)
        for fields, problems in zip(given, refused, strict=True)
    )


def by_key(
    caller: Caller, rows: Callable[..., Sequence[Any]], source: str, keys: Collection[str]
) -> Sequence[Any]:
    """The rows that have these external ids."""
    if not keys:
        return []
    return rows(caller.store, caller.actor, external_source=source, external_ids=sorted(keys))


def repeated(given: Sequence[dict[str, Any]]) -> list[list[Problem]]:
    """For each item what is wrong with its key: the second of two with the same one is refused."""
    seen: set[str] = set()
    found: list[list[Problem]] = []
    for fields in given:
        key = fields["external_id"]
        twice = [Problem(key, "external_id", "comes twice in this request")] if key in seen else []
        seen.add(key)
        found.append(twice)
    return found


def pointing(rows: Callable[..., Sequence[Any]], field: str) -> References:
    """Replaces `<field>_external_id` by `<field>_id`, the id of one of `rows`."""

    def replaced(caller: Caller, source: str, given: Sequence[dict[str, Any]]) -> list[list[Problem]]:
        return _replaced(caller, source, given, rows, field)

    return replaced


def _replaced(
    caller: Caller,
    source: str,
    given: Sequence[dict[str, Any]],
    rows: Callable[..., Sequence[Any]],
    field: str,
) -> list[list[Problem]]:
    name = f"{field}_external_id"
    found = by_key(caller, rows, source, {fields[name] for fields in given if fields.get(name)})
    ids = {row.external_id: row.id for row in found}
    problems: list[list[Problem]] = []
    for fields in given:
        key = fields.pop(name, None)
        wrong = key is not None and key not in ids
        problems.append(
            [Problem(fields["external_id"], name, f"there is none with {key!r}")] if wrong else []
        )
        if key is not None and not wrong:
            fields[f"{field}_id"] = ids[key]
    return problems


def refusal(key: str, problems: Iterable[Problem]) -> Outcome:
    """The outcome of an item that was not stored for these reasons."""
    return Outcome(key, "refused", errors=_errors(Invalid(list(problems))))


def report(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """The answer: counts, and each outcome in the order of the items."""
    found = list(outcomes)
    counts = {name: sum(one.outcome == name for one in found) for name in ("created", "updated", "unchanged")}
    return {**counts, "refused": len(found) - sum(counts.values()), "items": found}


def _one(caller: Caller, source: str, fields: dict[str, Any], stored: Any, doors: Doors) -> Outcome:
    key = fields["external_id"]
    try:
        if stored is None:
            row = doors.create(
                caller.store, caller.actor, request=caller.request, **{**fields, "external_source": source}
            )
            return Outcome(key, "created", row.id, row.version)
        saved = doors.update(
            caller.store, caller.actor, stored.id, stored.version, fields, request=caller.request
        )
        result: Result = "unchanged" if saved.row.version == stored.version else "updated"
        return Outcome(key, result, saved.row.id, saved.row.version)
    except Invalid as error:
        return replace(refusal(key, error.problems), id=stored.id if stored else None)
    except NotFound as error:
        return refusal(key, [Problem(key, "external_id", str(error))])
    except ConflictError as error:
        return Outcome(
            key, "conflict", stored.id if stored else None, conflicts=tuple(conflict_items(error.conflicts))
        )


def _errors(refused: Invalid) -> tuple[dict[str, Any], ...]:
    return tuple({"field": item["field"], "message": item["message"]} for item in error_items(refused))
