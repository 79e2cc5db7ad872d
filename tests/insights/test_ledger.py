"""The ledger: every amount once, at whom it belongs to, as a slow recomputation line by line has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchflow.errors import Invalid
from orchflow.insights.ledger import PARTS, Ledger, LedgerLine, read_ledger
from orchflow.insights.ledger_drill import drill
from orchflow.people.permissions import SYSTEM
from orchflow.warehouse.rollups import sum_up_callers
from orchflow.warehouse.sql import Query
from orchflow.warehouse.transaction import Transaction
from orchflow.workspace import Workspace

FIRST = date(2026, 11, 1)
DAYS = 10
Row = Mapping[str, Any]
Path = tuple[int | None, ...]
"""Effort, project, goal, task, team; none of them is nobody's."""

PLAN: dict[str, list[Row]] = {
    "efforts": [{"id": n, "number": n, "name": f"Effort {n}", "status": "open"} for n in (1, 2)],
    "projects": [
        {"id": n, "number": f"{effort}.{n}", "effort_id": effort, "name": f"Project {n}", "status": "open"}
        for n, effort in ((1, 1), (2, 1), (3, 2))
    ],
    "goals": [{"id": n, "project_id": project, "name": f"Goal {n}"} for n, project in ((1, 1), (2, 3))],
    "tasks": [
        {
            "id": n, "project_id": project, "goal_id": goal, "title": f"Task {n}", "status": status, "points": n, "milestone": False,
        }
        for n, project, goal, status in ((1, 1, 1, "done"), (2, 1, None, "ready"), (3, 3, 2, "ready"), (4, 2, None, "done"))
    ],
    "teams": [{"id": 1, "name": "Enablers"}],
    "workflow_columns": [{"id": 1, "key": "done", "name": "Done", "state": "done"}, {"id": 2, "key": "ready", "name": "Ready", "state": "ready"}],
    "callers": [{"source": "platform", "caller": agent, "agent": agent} for agent in "abc"],
}  # fmt: skip
PATHS: dict[tuple[str, int], Path] = {
    ("effort", 1): (1, None, None, None, None), ("effort", 2): (2, None, None, None, None),
    ("project", 1): (1, 1, None, None, None), ("project", 2): (1, 2, None, None, None), ("project", 3): (2, 3, None, None, None),
    ("goal", 1): (1, 1, 1, None, None), ("goal", 2): (2, 3, 2, None, None),
    ("task", 1): (1, 1, 1, 1, None), ("task", 2): (1, 1, None, 2, None), ("task", 3): (2, 3, 2, 3, None), ("task", 4): (1, 2, None, 4, None),
    ("team", 1): (None, None, None, None, 1),
}  # fmt: skip
NOBODY: Path = (None,) * 5
USAGE = {
    "route": "api", "status": "ok", "provenance": "reported", "events": 1, "calls": 1, "input_tokens": 0, "cached_input_tokens": 0,
    "cache_write_input_tokens": 0, "output_tokens": 0, "unconverted": 0, "duration_ms": 0, "source": "platform",
}  # fmt: skip
EXPENSE = {"origin": "entry", "spread": False, "unconverted": 0}


def fill(tx: Transaction, table: str, rows: Iterable[Row]) -> None:
    """Have these rows in a table, and no others."""
    tx.execute(Query.of(f"clear {table}", f"delete from {table}"))
    for row in rows:
        marks = ", ".join(f"${name}" for name in row)
        tx.execute(
            Query.of(f"fill {table}", f"insert into {table} ({', '.join(row)}) values ({marks})"), dict(row)
        )


def world(ws: Workspace, **tables: Iterable[Row]) -> None:
    """A workspace of the plan above with these rows in the other tables."""
    empty: dict[str, Iterable[Row]] = {
        "usage_daily": (),
        "expenses_daily": (),
        "cost_shares": (),
        "links": (),
    }
    with ws.warehouse.write() as tx:
        for table, rows in {**PLAN, **empty, **tables}.items():
            fill(tx, table, rows)
        fill(tx, "callers_daily", ())
        sum_up_callers(tx, "usage_daily")


def usage(cost: str, caller: str = "a", day: int = 0, provider: str = "openai") -> Row:
    return USAGE | {
        "day": FIRST + timedelta(day),
        "caller": caller,
        "provider": provider,
        "cost": Decimal(cost),
    }


def expense(cost: str, day: int = 0, part: str = "infrastructure", **owner: Any) -> Row:
    return EXPENSE | {"day": FIRST + timedelta(day), "part": part, "cost": Decimal(cost)} | owner


def worked(cost: str | None, hours: str | int, day: int = 0, **owner: Any) -> Row:
    """Hours of a task; without a cost no hourly rate holds."""
    amount = None if cost is None else Decimal(cost)
    own = {"origin": "hours", "hours": Decimal(hours), "amount": amount, "cost": amount}
    return expense("0", day, "development") | own | owner


def share(
    of: tuple[str, str], owner: tuple[str, Any], percent: str, first: int = 0, until: int | None = None
) -> Row:
    column = {"agent": "agent"}.get(owner[0], f"{owner[0]}_id")
    return {
        "id": 1, "subject_kind": of[0], "subject": of[1], "owner_kind": owner[0], column: owner[1], "share": Decimal(percent),
        "valid_from": FIRST + timedelta(first), "valid_to": None if until is None else FIRST + timedelta(until),
    }  # fmt: skip


def link(agent: str, entity: str, number: int) -> Row:
    return {"id": 1, "entity": entity, "entity_id": number, "kind": "agent", "target": agent}


def ledger(ws: Workspace, first: int = 0, last: int = DAYS - 1) -> Ledger:
    return read_ledger(ws, SYSTEM, FIRST + timedelta(first), FIRST + timedelta(last))


def costs(read: Ledger) -> dict[str, Decimal]:
    return {line.name or line.kind: line.cost.normalize() for line in read.lines if line.cost}


def test_what_belongs_to_whom(ws: Workspace) -> None:
    world(
        ws,
        usage_daily=[usage("9", "a"), usage("4", "b"), usage("1", "nobody"), usage("100", "a", day=-1)],
        expenses_daily=[
            worked("50", 4, task_id=3), expense("20", part="operations", project_id=2), expense("8", agent="c"),
            expense("2", team_id=1), expense("5", provider="azure"),
        ],
        links=[link("a", "task", 1), link("a", "project", 2), link("a", "goal", 2)],
        cost_shares=[share(("agent", "b"), ("project", 1), "75"), share(("agent", "c"), ("agent", "a"), "50")],
    )  # fmt: skip
    read = ledger(ws)
    third = Decimal(4) / 3
    of = {(line.kind, line.name): line for line in read.lines}
    assert of["task", "Task 1"].cost.quantize(Decimal("0.000001")) == (3 + third).quantize(
        Decimal("0.000001")
    )
    assert (of["task", "Task 3"].cost, of["task", "Task 3"].hours, of["task", "Task 3"].development) == (
        50,
        4,
        50,
    )
    assert (
        of["effort", "Effort 1"].tasks,
        of["effort", "Effort 1"].tasks_done,
        of["effort", "Effort 1"].points,
    ) == (3, 2, 7)
    assert of["team", "Enablers"].cost == 2
    assert of["nobody", None].cost.quantize(Decimal("1e-9")) == 1 + 1 + 4 + 5
    assert read.total.cost == 99
    for deepest, left_out in (
        ("effort", {"project", "goal", "task"}),
        ("project", {"goal", "task"}),
        ("goal", {"task"}),
    ):
        short = read_ledger(ws, SYSTEM, read.start, read.end, deepest=deepest)
        assert short.lines == tuple(line for line in read.lines if line.kind not in left_out)
    with pytest.raises(Invalid, match="before the first day"):
        ledger(ws, 3, 2)


def test_hours_and_calls_without_a_price_are_told_at_their_line_and_are_no_zero(ws: Workspace) -> None:
    world(
        ws, usage_daily=[usage("9"), usage("1") | {"provenance": "unpriced", "cost": None, "calls": 3}],
        expenses_daily=[worked("100", 2, task_id=1), worked(None, 4, task_id=3), worked(None, "1.5", task_id=3)],
    )  # fmt: skip
    read = ledger(ws)
    of = {(line.kind, line.name): line.unpriced_hours for line in read.lines}
    assert (of["task", "Task 1"], of["task", "Task 3"], of["effort", "Effort 1"], of["effort", "Effort 2"]) == (
        None, Decimal("5.5"), None, Decimal("5.5"),
    )  # fmt: skip
    assert (read.total.unpriced_hours, read.unpriced_calls) == (Decimal("5.5"), 3)


def test_a_line_opens_down_to_its_hours_and_the_agents_whose_calls_belong_to_it(ws: Workspace) -> None:
    world(
        ws, usage_daily=[usage("9", "a"), usage("4", "b"), usage("1", "c")], links=[link("a", "task", 1), link("c", "task", 3)],
        cost_shares=[share(("agent", "b"), ("project", 2), "50")],
        expenses_daily=[worked("50", 4, task_id=3), worked("30", 2, 1, task_id=1), worked("20", 1, task_id=1)],
    )  # fmt: skip
    until = FIRST + timedelta(DAYS)
    of = {(line.kind, line.name): line for line in ledger(ws).lines}
    whole = drill(ws, SYSTEM, of["effort", "Effort 1"], FIRST, until)
    assert [(agent.agent, agent.cost, agent.calls) for agent in whole.agents] == [("a", 9, 1), ("b", 4, 1)]
    assert list(zip(whole.hours["hours"], whole.hours["cost"], strict=True)) == [(2, 30), (1, 20)]
    task = drill(ws, SYSTEM, of["task", "Task 3"], FIRST, until)
    assert ([agent.agent for agent in task.agents], list(task.hours["cost"])) == (["c"], [50])
    assert drill(ws, SYSTEM, of["project", "Project 2"], FIRST, until).hours.empty


def test_shares_hold_from_their_first_day_to_the_day_before_their_last(ws: Workspace) -> None:
    azure = ("provider", "azure")
    world(
        ws, expenses_daily=[expense("10", day, provider="azure") for day in range(DAYS)],
        cost_shares=[share(azure, ("team", 1), "100", 2, 4), share(azure, ("project", 3), "33.33", 4)],
    )  # fmt: skip
    assert costs(ledger(ws)) == {
        "Enablers": 20, "Project 3": Decimal("19.998"), "Effort 2": Decimal("19.998"), "nobody": Decimal("60.002"), "total": 100,
    }  # fmt: skip
    assert costs(ledger(ws, 2, 3)) == {"Enablers": 20, "total": 20}


def test_agents_that_owe_to_each_other_end_with_nobody(ws: Workspace) -> None:
    world(
        ws, usage_daily=[usage("7", "a")],
        cost_shares=[share(("agent", "a"), ("agent", "b"), "100"), share(("agent", "b"), ("agent", "a"), "100")],
    )  # fmt: skip
    assert costs(ledger(ws)) == {"nobody": 7, "total": 7}


def test_what_was_removed_from_the_plan_belongs_to_what_it_stood_in(ws: Workspace) -> None:
    world(ws, expenses_daily=[expense("6", task_id=99, project_id=2), expense("3", task_id=98)])
    assert costs(ledger(ws)) == {"Effort 1": 6, "Project 2": 6, "nobody": 3, "total": 9}


amounts = st.decimals(-1000, 1000, places=2).map(str)
days = st.integers(0, DAYS - 1)
agents = st.sampled_from("abcx")
owners = st.sampled_from([key for key in PATHS if key[0] in ("project", "goal", "team")]) | agents.map(
    lambda name: ("agent", name)
)
named = st.sampled_from([
    {}, {"task_id": 1}, {"task_id": 2}, {"task_id": 3}, {"goal_id": 2, "project_id": 3}, {"project_id": 2}, {"team_id": 1}, {"agent": "b"},
    {"entry_id": 7}, {"entry_id": 7, "project_id": 2}, {"provider": "azure"}, {"provider": "azure", "service": "disks"},
    {"agent": "a", "provider": "azure"},
])  # fmt: skip
subjects = st.sampled_from([("agent", "a"), ("agent", "b"), ("provider", "azure"), ("service", "disks"), ("entry", "7"), ("source", "platform")])  # fmt: skip


@st.composite
def share_rows(draw: st.DrawFn) -> list[Row]:
    """Shares of which no subject has more than the whole on any day: each subject's are cut down to a quarter."""
    rows = []
    for subject in draw(st.lists(subjects, unique=True, max_size=4)):
        for owner in draw(st.lists(owners, unique=True, min_size=1, max_size=4)):
            first = draw(days)
            until = draw(st.none() | st.integers(first + 1, DAYS))
            percent = draw(st.sampled_from(["25", "33.33", "12.5", "0.01", "100"]))
            if owner != subject:
                rows.append(share(subject, owner, percent if percent != "100" else "25", first, until))
    return rows


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.builds(usage, amounts, agents, days), max_size=6),
    st.lists(st.builds(lambda cost, day, owner: expense(cost, day, **owner), amounts, days, named), max_size=8),
    share_rows(),
    st.lists(st.builds(lambda agent, to: link(agent, *to), agents, st.sampled_from([key for key in PATHS if key[0] != "team"])), max_size=6),
    days, days,
)  # fmt: skip
def test_shares_neither_make_nor_lose_a_cent(
    ws: Workspace,
    calls: list[Row],
    expenses: list[Row],
    shares: list[Row],
    links: list[Row],
    one: int,
    other: int,
) -> None:
    world(ws, usage_daily=calls, expenses_daily=expenses, cost_shares=shares, links=links)
    first, last = min(one, other), max(one, other)
    read = ledger(ws, first, last)
    within = [row for row in (*calls, *expenses) if first <= (row["day"] - FIRST).days <= last]
    assert read.total.cost == sum((row["cost"] for row in within), Decimal(0))
    adds_up(read)
    slowly: dict[Path, Fraction] = defaultdict(Fraction)
    for row in within:
        for path, weight in owned_by(row, shares, links):
            slowly[path] += Fraction(row["cost"]) * weight
    quick = {path_of(line): line.own for line in read.lines if line.kind != "total"}
    for path in quick.keys() | slowly.keys():
        assert abs(Fraction(quick.get(path, Decimal(0))) - slowly[path]) < Fraction(1, 10**8), path


def adds_up(read: Ledger) -> None:
    """Every line is the sum of its parts, and of its own and what stands under it."""
    for line in read.lines:
        assert sum(getattr(line, part) for part in PARTS) == line.cost
        under = [other for other in read.lines if stands_under(other, line)]
        if line.kind != "task":
            assert sum((other.cost for other in under), line.own) == line.cost


def stands_under(other: LedgerLine, line: LedgerLine) -> bool:
    """Directly."""
    match line.kind:
        case "total":
            return other.kind in ("effort", "team", "nobody")
        case "effort":
            return other.kind == "project" and other.effort_id == line.effort_id
        case "project":
            of_it = other.project_id == line.project_id
            return of_it and (other.kind == "goal" or (other.kind == "task" and other.goal_id is None))
        case "goal":
            return other.kind == "task" and other.goal_id == line.goal_id
    return False


def path_of(line: LedgerLine) -> Path:
    return (line.effort_id, line.project_id, line.goal_id, line.task_id, line.team_id)


def owned_by(row: Row, shares: Sequence[Row], links: Sequence[Row]) -> Iterable[tuple[Path, Fraction]]:
    """Whose a cost is, in which parts: by the rules as they are told, one line on one day."""
    agent = row.get("agent", row.get("caller") if row.get("caller") != "x" else None)
    own = next(
        ((kind, row[f"{kind}_id"]) for kind in ("task", "goal", "project", "team") if row.get(f"{kind}_id") is not None), None
    )  # fmt: skip
    known: list[tuple[str, Any]] = [("entry", row.get("entry_id"))]
    if own is None:
        known += [
            ("agent", agent),
            ("service", row.get("service")),
            ("source", row.get("source")),
            ("provider", row.get("provider")),
        ]
    held: list[tuple[tuple[str, Any], Fraction]] = []
    for kind, name in known:
        held = in_force(kind, name, row["day"], shares)
        if held:
            break
    else:
        held = [(own or ("agent", agent), Fraction(1))] if own or agent else []
    left = Fraction(1)
    for path, weight in followed(held, row["day"], shares, links, 0):
        left -= weight
        yield path, weight
    yield NOBODY, left


def in_force(
    kind: str, name: Any, day: date, shares: Sequence[Row]
) -> list[tuple[tuple[str, Any], Fraction]]:
    return [
        ((each["owner_kind"], each["agent"] if each["owner_kind"] == "agent" else each[f"{each['owner_kind']}_id"]), Fraction(each["share"]) / 100)
        for each in shares
        if name is not None and (each["subject_kind"], each["subject"]) == (kind, str(name))
        and each["valid_from"] <= day and (each["valid_to"] is None or day < each["valid_to"])
    ]  # fmt: skip


def followed(
    held: Sequence[tuple[tuple[str, Any], Fraction]],
    day: date,
    shares: Sequence[Row],
    links: Sequence[Row],
    steps: int,
) -> Iterable[tuple[Path, Fraction]]:
    for (kind, number), weight in held:
        if kind != "agent":
            yield PATHS[kind, number], weight
        elif steps < 8:
            holders = sorted(
                {(each["entity"], each["entity_id"]) for each in links if each["target"] == number}
            )
            next_ones = in_force("agent", number, day, shares) or [
                (holder, Fraction(1, len(holders))) for holder in holders
            ]
            for path, part in followed(next_ones, day, shares, links, steps + 1):
                yield path, weight * part
