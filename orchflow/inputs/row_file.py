"""Rows of an entity from a file: CSV or Excel, with the names of its fields above the columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from orchflow.encoding import encode
from orchflow.errors import Problem, UsageError
from orchflow.inputs.row_names import InputNames, input_names, written_name
from orchflow.people.permissions import Actor
from orchflow.planning.exchange.text_table import Table, read_table
from orchflow.store.edits import Edit
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from orchflow.store.field import Field
from orchflow.store.moments import Order, counted, slash_orders
from orchflow.store.rules import Rules
from orchflow.store.tables import KEPT_BY_THE_STORE
from orchflow.store.written import Refused, choice, plain_word, says_nothing
from orchflow.table_files.formulas import unescape

MOST_ROWS: Final = 50_000
Cells: TypeAlias = dict[str, Any]
FileRow: TypeAlias = tuple[int, Cells]
Key: TypeAlias = tuple[Any, ...]
Notice: TypeAlias = Callable[[Sequence[Cells]], Sequence[Problem]]
"""What there is to tell of rows that are good, each at the place of its row among them."""
_MAY_SAY_NOTHING: Final = ("day", "number", "whole", "reference")


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do. `problems` name the row of the file; `unread` are columns that were left out.

    `request` undoes it; None where nothing was stored. `notices` are what there is to tell of rows that are good.
    """

    created: int
    updated: int
    unchanged: int
    problems: tuple[Problem, ...]
    unread: tuple[str, ...]
    dry_run: bool
    request: str | None = None
    notices: tuple[Problem, ...] = ()

    @property
    def work(self) -> int:
        """How many rows it stores."""
        return self.created + self.updated


class FileRows(NamedTuple):
    """The rows of a file: each one's number there and its cells by field; and the columns that mean nothing.

    `given` are values of rows that have none of their own; a row that is stored already keeps what it has.
    """

    rows: Sequence[FileRow]
    unread: tuple[str, ...]
    given: Mapping[str, Any] = MappingProxyType({})


def import_rows(
    store: Store, actor: Actor, entity: Entity[Any], data: bytes, filename: str, *,
    given: Mapping[str, Any] | None = None, dry_run: bool = False, notice: Notice | None = None,
) -> ImportReport:  # fmt: skip
    """Add the rows of a CSV or Excel file and correct those there are; the same file again changes nothing.

    Columns are known by the field's label, its name or its name in files; `given` are values of new rows that have none of
    their own. UsageError for a file that tells no such rows, Forbidden without the permission.
    """
    actor.require(entity.add or entity.edit)
    headings = Headings(entity)
    table = read_table(data, filename, headings.knows)
    fields = headings.fields(table.heading)
    must = [name for name, field in entity.fields.items() if field.required and not field.optional]
    missing = [entity.fields[name].label for name in must if name not in fields and name not in (given or {})]
    if missing:
        raise UsageError(
            f"{filename} tells no {entity.many.replace('_', ' ')}: it has no column {' and no column '.join(missing)}",
            f"Name its columns {', '.join(field.label for field in entity.fields.values())}.",
        )
    rows = rows_below(table, fields, given or {})
    unread = tuple(name for name in table.unread(fields) if not headings.passes_over(name))
    told = FileRows(rows, unread, given or {})
    return save_rows(store, actor, entity, told, dry_run=dry_run, notice=notice)


class Headings:
    """What the columns of a file hold, by the names of the entity's fields, or by `also` (word → field)."""

    def __init__(self, entity: Entity[Any], also: Mapping[str, str] | None = None) -> None:
        self._ids = {plain_word(name): name for name, field in entity.fields.items() if field.target}
        self._fields = dict(also or {})
        for name, field in entity.fields.items():
            for word in (field.label, field.file, *(() if field.target else (name,))):
                self._fields.setdefault(plain_word(word), name)

    def knows(self, heading: str) -> bool:
        """Whether a heading means something here."""
        return plain_word(heading) in self._fields or plain_word(heading) in self._ids

    def passes_over(self, heading: str) -> bool:
        """Whether a column only tells what every stored row has, or what another column tells, too."""
        word = plain_word(heading)
        beside = [name.removesuffix(" id") + " name" for name in self._ids]
        return word.replace(" ", "_") in KEPT_BY_THE_STORE or word in self._ids or word in beside

    def fields(self, heading: Sequence[str]) -> list[str | None]:
        """The field of each column; the number of a row counts only where no column names it."""
        fields = [self._fields.get(plain_word(name)) for name in heading]
        for place, name in enumerate(heading):
            number = self._ids.get(plain_word(name))
            if fields[place] is None and number not in fields:
                fields[place] = number
        return fields


def rows_below(table: Table, fields: Sequence[str | None], given: Mapping[str, Any]) -> list[FileRow]:
    """The rows of a table; an empty cell says that there is nothing, where nothing is given in its place."""
    return [
        (
            number,
            {
                name: counted_cell(table, cell)
                for name, cell in cells.items()
                if cell is not None or name not in given
            },
        )
        for number, cells in table.first_cells(fields)
    ]


def counted_cell(table: Table, cell: Any) -> Any:
    """A cell; of a spreadsheet that counts its days the number as it is, which only the field can tell from a day."""
    if isinstance(cell, str):
        return cell if table.excel else unescape(cell)
    return _Counted(cell, table) if table.epoch and isinstance(cell, int | float) else cell


@dataclass(frozen=True)
class _Counted:
    """A number of a spreadsheet that may be a day."""

    number: Any
    table: Table

    def __str__(self) -> str:
        return str(self.number)


def save_rows(
    store: Store, actor: Actor, entity: Entity[Any], told: FileRows, *, dry_run: bool = False, notice: Notice | None = None,
) -> ImportReport:  # fmt: skip
    """Store the rows of a file; those that are stored already by the fields that an entity is `known_by` are changed.

    `notice` says what there is to tell of the rows that are good.
    """
    if len(told.rows) > MOST_ROWS:
        raise UsageError(
            f"The file tells {len(told.rows):,} rows; at most {MOST_ROWS:,} are read at once",
            "Split it into several files.",
        )
    names, stored = input_names(store, actor), entity.list(store, actor)
    with store.read() as session:
        reader = _Reader(entity, names, entity.rules(entity, session, actor, []), told.given)
        rows, problems = reader.read(told.rows)
    said = () if notice is None else notice([values for _, values in rows])
    notices = tuple(replace(one, row=rows[int(one.row or 0)][0]) for one in said)
    edits, unchanged, twice = _edits(entity, stored, rows, told.given)
    problems += twice
    if not edits:
        return ImportReport(0, 0, unchanged, tuple(problems), told.unread, dry_run, None, notices)
    report = entity.save(store, actor, edits, dry_run=dry_run)
    problems += [replace(one, row=rows[int(one.row or 0)][0]) for one in report.problems]
    kept = [edit for edit, outcome in zip(edits, report.outcomes, strict=True) if outcome.stored]
    created = sum(edit.id is None for edit in kept)
    return ImportReport(
        created, len(kept) - created, unchanged, tuple(sorted(problems, key=_by_row)), told.unread, dry_run,
        report.request if kept and not dry_run else None, notices,
    )  # fmt: skip


def _edits(
    entity: Entity[Any], stored: Iterable[Any], rows: Sequence[FileRow], given: Mapping[str, Any]
) -> tuple[list[Edit], int, list[Problem]]:
    """What the rows change (each edit's key is the place among them), how many change nothing, which are there twice."""
    blank = {name: given.get(name, entity.fields[name].blank) for name in entity.known_by}
    same: dict[Key, list[Any]] = {}
    for row in stored:
        same.setdefault(_key(entity, partial(getattr, row)), []).append(row)
    edits: list[Edit] = []
    twice: list[Problem] = []
    seen: dict[Key, int] = {}
    unchanged = 0
    for place, (number, values) in enumerate(rows):
        key = _key(entity, (blank | values).__getitem__)
        known = same.get(key, [])
        if key in seen and not known:
            said = f"is the same {entity.name} as row {seen[key]}"
            twice.append(Problem(number, entity.known_by[-1], said))
            continue
        seen[key] = number
        if not known:
            edits.append(Edit(None, None, {**entity.rules.given_to(values, given), **values}, place))
            continue
        row = known.pop(0)  # of several that are the same each is taken once
        changes = {
            name: value for name, value in values.items() if encode(getattr(row, name)) != encode(value)
        }
        if changes:
            edits.append(Edit(row.id, row.version, changes, place))
        else:
            unchanged += 1
    return edits, unchanged, twice


def _key(entity: Entity[Any], value: Callable[[str], Any]) -> Key:
    return tuple(entity.rules.compared(name, encode(value(name))) for name in entity.known_by)


def _by_row(problem: Problem) -> int:
    return int(problem.row or 0)


def says_nothing_of(field: Field, cell: Any) -> bool:
    """Whether a cell is empty, or has a word or sign by which programs say that there is no value."""
    return cell is None or (field.kind in _MAY_SAY_NOTHING and says_nothing(cell))


class _Reader:
    """Reads the cells of each row by the entity's fields."""

    def __init__(
        self, entity: Entity[Any], names: InputNames, rules: Rules, given: Mapping[str, Any]
    ) -> None:
        self._entity, self._names, self._rules, self._given = entity, names, rules, given
        self._orders: dict[str, Order | None] = {}

    def read(self, rows: Sequence[FileRow]) -> tuple[list[FileRow], list[Problem]]:
        """The values of the rows that are good, and what is wrong with the others."""
        days = [name for name, field in self._entity.fields.items() if field.kind == "day"]
        self._orders = slash_orders({name: [cells.get(name) for _, cells in rows] for name in days})
        good: list[FileRow] = []
        problems: list[Problem] = []
        for number, cells in rows:
            values, refused = self._read(number, cells)
            if not refused:
                refused = [replace(one, row=number) for one in self._rules.read_among(values)]
            if refused:
                problems += refused
            else:
                good.append((number, values))
        return good, problems

    def _read(self, number: int, cells: Cells) -> tuple[Cells, list[Problem]]:
        values: Cells = {}
        problems = []
        for name, cell in cells.items():
            field = self._entity.fields[name]
            if field.optional and says_nothing_of(field, cell):
                continue  # the rules fill it in
            try:
                values[name] = self._value(field, cell, self._orders.get(name))
            except Refused as error:
                problems.append(Problem(number, name, str(error)))
        problems += [
            Problem(number, name, "is missing")
            for name, field in self._entity.fields.items()
            if field.required and not field.optional and name not in cells and name not in self._given
        ]
        return values, problems

    def _value(self, field: Field, cell: Any, order: Order | None) -> Any:
        if isinstance(cell, _Counted):
            cell = counted(cell.number, cell.table.epoch) if field.kind == "day" else cell.number
        if says_nothing_of(field, cell):
            cell = None
        if cell is None:
            return field.value(None)
        if field.target is not None:
            return self._names.of(field).meant(written_name(cell))
        if field.choices is not None and isinstance(cell, str):
            cell = choice(cell, field.options)
        return field.value(cell, order)
