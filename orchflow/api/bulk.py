"""Rows that another program keeps, added or changed by that program's keys, all in one save; each row for itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from orchflow.api.models import keyed_references
from orchflow.api.problems import conflict_items, error_items
from orchflow.api.request_context import Caller
from orchflow.errors import Invalid, Problem
from orchflow.guidance.entities import ENTITIES
from orchflow.people.permissions import Permission
from orchflow.store.edits import Edit, NewRow
from orchflow.store.edits import Outcome as Saved
from orchflow.store.entity import Entity
from orchflow.store.rows import entity_of
from orchflow.store.tables import Tracked

Result = Literal["created", "updated", "unchanged", "refused", "conflict"]


WritePast: TypeAlias = Callable[[Any, Any, Mapping[int, Sequence[Mapping[str, Any]]]], Any]
"""Writes, in a session and for an actor, what happened to rows (id → entries) before they came here."""


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
    entity: Entity[Any],
    source: str,
    items: Sequence[dict[str, Any]],
    write_past: WritePast | None = None,
) -> dict[str, Any]:
    """Add or change each item (its fields, with `external_id`), and say of each what became of it.

    A reference may be the key of another row (`goal_external_id`), stored already or sent with these.
    """
    histories = [item.pop("history", []) for item in items]
    if any(histories):
        caller.actor.require(Permission.PLAN_EDIT)
    refused = _repeated(items)
    keys = {item["external_id"] for item in items}
    stored = _by_key(caller, entity, source, keys)
    for name in keyed_references(entity):
        _resolve(caller, entity, name, source, items, refused, keys)
    sent = [place for place, problems in enumerate(refused) if not problems]
    edits = [_edit(source, items[place], stored) for place in sent]
    report = entity.save(caller.store, caller.actor, edits, caller.request)
    outcomes = {
        place: _outcome(outcome, edit)
        for place, outcome, edit in zip(sent, report.outcomes, edits, strict=True)
    }
    if write_past is not None:
        _write_past(caller, write_past, outcomes, histories)
    return _report(
        [
            outcomes[place] if place in outcomes else _refusal(item["external_id"], refused[place])
            for place, item in enumerate(items)
        ]
    )


def _by_key(caller: Caller, entity: Entity[Any], source: str, keys: Collection[str]) -> dict[str, Any]:
    if not keys:
        return {}
    rows = entity.list(caller.store, caller.actor, external_source=source, external_ids=sorted(keys))
    return {row.external_id: row for row in rows}


def _repeated(items: Sequence[Mapping[str, Any]]) -> list[list[Problem]]:
    """For each item what is wrong with its key: the second of two with the same one is refused."""
    seen: set[str] = set()
    problems: list[list[Problem]] = []
    for item in items:
        key = item["external_id"]
        problems.append([Problem(key, "external_id", "comes twice in this request")] if key in seen else [])
        seen.add(key)
    return problems


def _resolve(
    caller: Caller,
    entity: Entity[Any],
    name: str,
    source: str,
    items: Sequence[dict[str, Any]],
    refused: list[list[Problem]],
    coming: Collection[str],
) -> None:
    """Replace the key `name` in each item by the row it means; note those that mean none."""
    field = keyed_references(entity)[name]
    assert field.target is not None
    wanted = {item[name] for item in items if item.get(name)}
    meant = _ids_by_key(caller, field.target, source, wanted)
    for item, problems in zip(items, refused, strict=True):
        key = item.pop(name, None)
        if key is None:
            continue
        if key in meant:
            item[field.name] = meant[key]
        elif field.target is entity.model and key in coming:
            item[field.name] = NewRow(key)
        else:
            problems.append(Problem(item["external_id"], name, f"there is none with {key!r}"))


def _ids_by_key(caller: Caller, target: type[Tracked], source: str, keys: Collection[str]) -> dict[str, int]:
    rows = _by_key(caller, ENTITIES[entity_of(target)], source, keys)
    return {key: row.id for key, row in rows.items()}


def _edit(source: str, item: dict[str, Any], stored: Mapping[str, Any]) -> Edit:
    key = item["external_id"]
    row = stored.get(key)
    if row is None:
        return Edit(None, None, {**item, "external_source": source}, key)
    return Edit(
        row.id, row.version, {name: value for name, value in item.items() if name != "external_id"}, key
    )


def _outcome(saved: Saved[Any], edit: Edit) -> Outcome:
    key = str(edit.key)
    row_id = saved.row.id if saved.row else saved.id
    if saved.conflicts:
        return Outcome(key, "conflict", row_id, conflicts=tuple(conflict_items(saved.conflicts)))
    if not saved.stored or saved.row is None:
        return replace(_refusal(key, saved.problems), id=row_id)
    result: Result = "created" if edit.id is None else "updated"
    if saved.row.version == edit.version:
        result = "unchanged"
    return Outcome(key, result, saved.row.id, saved.row.version)


def _refusal(key: str, problems: Sequence[Problem]) -> Outcome:
    errors = error_items(Invalid(problems))
    told = tuple({"field": item["field"], "message": item["message"]} for item in errors)
    return Outcome(key, "refused", errors=told)


def _write_past(
    caller: Caller,
    write_past: WritePast,
    outcomes: dict[int, Outcome],
    histories: Sequence[list[dict[str, Any]]],
) -> None:
    """Write the past of the rows that are stored; where it is refused, the outcome says so."""
    places = {
        outcome.id: place
        for place, outcome in outcomes.items()
        if histories[place] and outcome.id is not None and outcome.outcome not in ("refused", "conflict")
    }
    if not places:
        return
    entries = {row_id: histories[place] for row_id, place in places.items()}
    refused: dict[int, list[Problem]] = {}
    with caller.store.unit(caller.actor, caller.request) as session:
        try:
            write_past(session, caller.actor, entries)
        except Invalid as error:
            for problem in error.problems:
                refused.setdefault(int(problem.row or 0), []).append(problem)
            good = {row_id: told for row_id, told in entries.items() if row_id not in refused}
            if good:
                write_past(session, caller.actor, good)
    for row_id, problems in refused.items():
        place = places[row_id]
        outcomes[place] = replace(outcomes[place], errors=_refusal("", problems).errors)


def _report(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The answer: counts, and each outcome in the order of the items."""
    counts = {
        name: sum(outcome.outcome == name for outcome in outcomes)
        for name in ("created", "updated", "unchanged")
    }
    return {**counts, "refused": len(outcomes) - sum(counts.values()), "items": outcomes}
