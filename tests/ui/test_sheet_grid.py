"""The sheet against the browser's grid: whatever comes between, what was written waits, or its refusal does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from unittest import mock

import streamlit
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from orchflow.costs.tables import CostEntry
from orchflow.errors import Problem
from orchflow.planning.tables import Task
from orchflow.store.field import fields_of
from orchflow.store.written import Refused
from orchflow.ui.grid_columns import cell
from orchflow.ui.grid_values import GridColumn, plain_column
from orchflow.ui.sheet_heard import shown_in
from orchflow.ui.sheet_paste import Pasted, paste
from orchflow.ui.sheet_round import prepare
from orchflow.ui.sheet_saving import save
from orchflow.ui.sheet_stage import ABSENT, SheetChange, SheetRow
from orchflow.ui.sheet_state import (
    RowOutcome,
    SheetState,
    discard,
    editor_key,
    fill,
    listen,
    look,
    rows_in,
    settle,
    state_of,
)

KEY = "plan"
TASK, ENTRY = fields_of(Task), fields_of(CostEntry)
COLUMNS = {
    "title": GridColumn(TASK["title"], "Title"),
    "points": GridColumn(TASK["points"], "Points"),
    "agent": GridColumn(ENTRY["agent"], options=["triage", "writer"]),
    "state": plain_column("State", options=["ready", "done"], names={"ready": "Ready", "done": "Done"}, editable=True),
}  # fmt: skip
VALUES = {
    "title": st.sampled_from(["Ada", "Ben", "Cy", "x" * 400, None]),
    "points": st.sampled_from([1.0, 2.0, -3.0, None]),
    "agent": st.sampled_from([["triage"], ["new-one"], ["triage", "writer"], []]),
    "state": st.sampled_from(["Ready", "Done"]),
}
WRITTEN = st.sampled_from(list(COLUMNS)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name]))
PLACE = st.integers(0, 7)


class Grid:
    """`st.data_editor` in the browser, with a key and a fixed number of rows (Streamlit 1.67).

    It keeps edits by position, sends them all a moment after the last one, begins anew under another key, and lets go of
    an edit that is what it is given.
    """

    def __init__(self) -> None:
        self.key = ""
        self.rows: list[str] = []
        self.given: list[dict[str, Any]] = []
        self.edits: dict[tuple[int, str], Any] = {}
        self.sent: dict[tuple[int, str], Any] = {}

    def draw(self, key: str, rows: Sequence[str], given: list[dict[str, Any]]) -> None:
        if key != self.key:
            self.edits, self.sent = {}, {}
        self.key, self.rows, self.given = key, list(rows), given
        self.edits = {cell: value for cell, value in self.edits.items() if self.source(cell) != value}

    def source(self, cell: tuple[int, str]) -> Any:
        return self.given[cell[0]][cell[1]]

    def shows(self, cell: tuple[int, str]) -> Any:
        return self.edits.get(cell, self.source(cell))

    def write(self, cell: tuple[int, str], value: Any) -> None:
        if value == self.shows(cell):
            return
        if cell in self.edits and value == self.source(cell):
            del self.edits[cell]
        else:
            self.edits[cell] = value

    def message(self) -> dict[str, Any]:
        rows: dict[int, dict[str, Any]] = {}
        for (at, name), value in self.sent.items():
            rows.setdefault(at, {})[name] = value
        return {"edited_rows": rows, "added_rows": [], "deleted_rows": []}


class Sheets(RuleBasedStateMachine):
    """One person at a sheet, others at the same rows, and a server whose runs are sometimes broken off."""

    @initialize()
    def begin(self) -> None:
        self.stored = {
            f"task-{number}": (1, {"title": f"Task {number}", "points": None, "agent": None, "state": "ready"}) for number in range(3)
        }  # fmt: skip
        self.order = list(self.stored)
        self.together = False
        self.made, self.before = 3, dict(self.stored)
        self.session: dict[str, Any] = {}
        self.grid = Grid()
        self.wrote: dict[tuple[str, str], Any] = {}
        self.on_its_way: tuple[str, list[str], list[dict[str, Any]]] | None = None
        self.run()

    # ---- the server

    def rows(self) -> list[SheetRow]:
        return [SheetRow(key, *self.stored[key], str(self.stored[key][1]["title"])) for key in self.order]

    @property
    def state(self) -> SheetState:
        return state_of(KEY)

    def serve(self, act: Callable[[], object] | None = None, *, broken: bool = False) -> None:
        """One run: what the grid sent is told, the act is carried out, then the screen is drawn, unless it is broken off."""
        held = self.grid.key
        message = self.grid.message()
        with mock.patch.object(streamlit, "session_state", self.session):
            if held and self.session.get(held) != message:
                self.session[held] = message
                listen(KEY, int(held.rsplit("-", 1)[1]))
            if act is not None:
                act()
            if broken:
                return
            state = look(KEY)
            drawn = prepare(state, self.rows(), COLUMNS, view="", may_add=True, ticks=False, opens=False)
            frame = drawn.frame.astype(object).where(drawn.frame.notna(), None)
            frame["agent"] = [list(names) for names in frame["agent"]]
            key = editor_key(KEY, state.round)
            self.session = {KEY + "-sheet": state, key: self.session.get(key, {"edited_rows": {}})}
            self.on_its_way = (key, [row.key for row in drawn.rows], frame.to_dict("records"))

    def arrive(self) -> None:
        if self.on_its_way is not None:
            self.grid.draw(*self.on_its_way)
            self.on_its_way = None

    def run(self, act: Callable[[], object] | None = None) -> None:
        """An act elsewhere: the grid has sent what it holds, and nothing is written until the screen is drawn."""
        self.arrive()
        self.grid.sent = dict(self.grid.edits)
        if not self.together:
            self.serve()
            self.arrive()
        self.grid.sent = dict(self.grid.edits)
        self.serve(act)
        self.arrive()

    # ---- the person at the sheet

    def note(self, key: str, name: str, value: Any) -> None:
        """Somebody wrote a value, which is no change where the row has it already."""
        _, values = self.stored.get(key, (0, {}))
        self.wrote[key, name] = value
        if _read(name, value) == _read(name, values.get(name)):
            self.wrote.pop((key, name))

    @rule(at=PLACE, what=WRITTEN)
    def write(self, at: int, what: tuple[str, Any]) -> None:
        if at < len(self.grid.rows):
            self.grid.write((at, what[0]), what[1])
            self.note(self.grid.rows[at], *what)

    @rule(broken=st.booleans())
    def a_moment_passes(self, broken: bool) -> None:
        """The grid sends; what the run draws is on its way while more is written, or the run is broken off."""
        if self.grid.sent != self.grid.edits:
            self.grid.sent = dict(self.grid.edits)
            self.serve(broken=broken)

    @rule(together=st.booleans())
    def acts_come_with_what_was_written(self, together: bool) -> None:
        self.together = together

    @rule()
    def the_screen_arrives(self) -> None:
        self.arrive()

    @rule()
    def nobody_writes(self) -> None:
        """The page says so when it was asked to."""
        self.arrive()
        with mock.patch.object(streamlit, "session_state", self.session):
            behind = self.state.behind
        if behind:
            self.run(lambda: settle(KEY))

    @rule()
    def look_elsewhere(self) -> None:
        """A banner goes, a panel opens."""
        self.run()

    @rule(at=PLACE, what=WRITTEN, act=st.sampled_from(["save", "drop", "undo", "banner"]))
    def an_act_and_at_once_an_edit(self, at: int, what: tuple[str, Any], act: str) -> None:
        """The page lets it wait until the screen is drawn, and then into the row that it was meant for, or says so."""
        self.arrive()
        meant = self.grid.rows[at] if at < len(self.grid.rows) else ""
        {"save": self.save, "drop": self.drop_everything, "undo": self.undo, "banner": self.look_elsewhere}[
            act
        ]()
        if meant in self.grid.rows:
            self.write(self.grid.rows.index(meant), what)

    @rule()
    def save(self) -> None:
        self.run(lambda: save(KEY, COLUMNS, self.store))

    @rule()
    def drop_everything(self) -> None:
        def act() -> None:
            discard(KEY)
            self.wrote.clear()

        self.run(act)

    @rule(at=PLACE, column=st.sampled_from(list(COLUMNS)))
    def let_a_value_go(self, at: int, column: str) -> None:
        def act() -> None:
            if at < len(self.state.shown):
                key = self.state.shown[at].key
                discard(KEY, key, column)
                self.wrote.pop((key, column), None)

        self.run(act)

    @rule(at=PLACE, cells=st.lists(st.sampled_from(["Dee", "Eve"]), min_size=1, max_size=4))
    def paste(self, at: int, cells: list[str]) -> None:
        self.arrive()
        number, known = int(self.grid.key.rsplit("-", 1)[1]), len(self.grid.rows)
        at = min(at, known - 1)

        def act() -> None:
            rows = rows_in(settle(KEY), number)
            paste(
                self.state.stage,
                Pasted("\n".join(cells), at, "Title", round=number),
                rows,
                COLUMNS,
                may_add=True,
            )
            for row, text in zip(rows[at:], cells, strict=False):
                self.note(row.key, "title", text)

        self.run(act)

    @rule(at=PLACE, what=WRITTEN)
    def fill_in(self, at: int, what: tuple[str, Any]) -> None:
        def act() -> None:
            rows = [row for row in self.state.shown if row.version][: at + 1]
            fill(KEY, rows, {what[0]: what[1]})
            for row in rows:
                self.note(row.key, *what)

        self.run(act)

    @rule()
    def undo(self) -> None:
        def act() -> None:
            self.stored = {
                key: (self.stored[key][0] + 1, values) for key, (_, values) in self.before.items() if key in self.stored
            }  # fmt: skip
            self.order = [key for key in self.order if key in self.stored]

        self.run(act)

    # ---- others at the same rows

    @rule(what=WRITTEN.filter(lambda what: what in [("title", "Cy"), ("points", 2.0), ("state", "Done")]))
    def somebody_changes(self, what: tuple[str, Any]) -> None:
        if self.order:
            version, values = self.stored[self.order[0]]
            self.stored[self.order[0]] = (version + 1, {**values, what[0]: COLUMNS[what[0]].read(what[1])})

    @rule()
    def somebody_adds_a_row_above(self) -> None:
        self.made += 1
        key = f"task-{self.made}"
        self.stored[key] = (
            1,
            {"title": f"Task {self.made}", "points": None, "agent": None, "state": "ready"},
        )
        self.order.insert(0, key)

    @rule()
    def somebody_deletes_a_row(self) -> None:
        if len(self.order) > 1:
            self.stored.pop(self.order.pop())

    def store(self, changes: Sequence[SheetChange]) -> list[RowOutcome]:
        self.before = dict(self.stored)
        return [self._store(change) for change in changes]

    def _store(self, change: SheetChange) -> RowOutcome:
        if change.version is None:
            self.made += 1
            key = f"task-{self.made}"
            self.stored[key] = (
                1,
                {"title": None, "points": None, "agent": None, "state": None, **change.values},
            )
            self.order.append(key)
        elif change.key not in self.stored:
            return RowOutcome(change.key, "refused", problems=(Problem(change.key, "title", "it is gone"),))
        else:
            key = change.key
            version, values = self.stored[key]
            self.stored[key] = (version + 1, {**values, **change.values})
        names = change.values if change.version is not None else COLUMNS
        for name in names:
            self.wrote.pop((change.key, name), None)
        return RowOutcome(change.key, "saved", self.stored[key][0])

    # ---- what always holds

    @rule()
    def what_was_written_waits(self) -> None:
        self.run()
        self.nobody_writes()
        with mock.patch.object(streamlit, "session_state", self.session):
            state = self.state
        stage, shown = state.stage, state.shown
        for (key, name), value in self.wrote.items():
            raw = stage.raw(key, name)
            waits = self.stored.get(key, (0, {}))[1].get(name) if raw is ABSENT else raw
            assert _read(name, waits) == _read(name, value), f"{key}: {name} is {waits!r}, not {value!r}"
        assert [row.key for row in shown] == self.grid.rows
        for at, row in enumerate(shown):
            for name, column in COLUMNS.items():
                seen, wanted = self.grid.shows((at, name)), cell(shown_in(stage, row, name, COLUMNS), column)
                assert seen in (wanted, stage.raw(row.key, name)), (
                    f"{row.key}: {name} shows {seen!r}, not {wanted!r}"
                )

    def teardown(self) -> None:
        if self.grid.key:
            self.what_was_written_waits()


def _read(name: str, value: Any) -> Any:
    try:
        return COLUMNS[name].read(value)
    except Refused:
        return "refused"


Sheets.TestCase.settings = settings(
    max_examples=50, stateful_step_count=25, deadline=None, derandomize=True, phases=[Phase.generate]
)
TestSheets = Sheets.TestCase
