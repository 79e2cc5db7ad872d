"""`orchflow flow …`: flows that ship and those that were begun, how far they are, what is newer, and what is next.

All but `next` work on the plan store alone, also while a server runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchflow.cli.console import Json, carry_out, out, plan_store, print_document, print_table
from orchflow.encoding import as_json as encoded
from orchflow.errors import NotFound, UsageError
from orchflow.format import percent, quantity

if TYPE_CHECKING:
    from orchflow.guidance.counts import Counts
    from orchflow.guidance.newer import Difference
    from orchflow.guidance.progress import FlowProgress
    from orchflow.guidance.rows import FlowRow
    from orchflow.store.engine import Store

flow_app = typer.Typer(help="The flows from Day 1 to production, and how far they are.", no_args_is_help=True)

Key = Annotated[str, typer.Argument(metavar="FLOW", help="Its key or number, like 1.")]


@flow_app.command("list")
def flow_list(as_json: Json = False) -> None:
    """Show the flows that ship, and which of them were begun."""
    from orchflow.guidance.begin import offered
    from orchflow.people.permissions import SYSTEM

    with plan_store() as store:
        offers = offered(store, SYSTEM)
    rows = [
        (
            str(offer.number),
            offer.key,
            offer.name,
            quantity(offer.items, "item"),
            _begun(offer.flow_id, offer.newer),
        )
        for offer in offers
    ]
    print_document(
        {"flows": encoded(offers)},
        as_json,
        lambda: print_table(("no.", "key", "name", "to tick", "begun"), rows),
    )


@flow_app.command("status")
def flow_status(
    flow: Annotated[
        str | None, typer.Argument(metavar="FLOW", help="Its key or number; all without one.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="person or role, instead of steps.")] = None,
    as_json: Json = False,
) -> None:
    """Show how far flows are: ticked of what is required and applies."""
    from orchflow.guidance.counts import total
    from orchflow.guidance.progress import flow_progress, progress_by
    from orchflow.people.permissions import SYSTEM

    if by not in (None, "person", "role"):
        raise UsageError(f"--by is person or role, not {by!r}", "Leave it out to see steps.")
    with plan_store() as store:
        chosen = _find(store, flow).id if flow is not None else None
        flows = flow_progress(store, SYSTEM, flow_id=chosen)
        parts = progress_by(store, SYSTEM, by, flow_id=chosen) if by else []  # type: ignore[arg-type]
    whole = total(each.counts for each in flows)
    told: dict[str, Any] = {"workspace": whole.document(), "flows": [each.document() for each in flows]}
    if by:
        told[by] = [{"key": part.key, "name": part.name, "counts": part.counts.document()} for part in parts]
    if not flows:
        print_document(
            told,
            as_json,
            lambda: out.print("No flow was begun yet: orchflow flow begin 1 --start 2026-11-02"),
        )
    elif by:
        rows = [(part.name, *_cells(part.counts)) for part in parts]
        print_document(told, as_json, lambda: _print((by, *_HEADS), rows))
    else:
        print_document(
            told, as_json, lambda: _print(("flow and steps", "ends", *_HEADS), _lines(flows, chosen))
        )


@flow_app.command("begin")
def flow_begin(
    flow: Key,
    start: Annotated[str | None, typer.Option(metavar="D", help="Its first day; where its window begins after Day 1 without one.")] = None,
    owner: Annotated[str | None, typer.Option(help="Username of who answers for it.")] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Begin a flow that ships: its steps and items become rows of the workspace, due on working days."""
    from orchflow.config.settings import load_settings
    from orchflow.guidance.begin import begin, offered
    from orchflow.people.permissions import SYSTEM
    from orchflow.people.users import user_named

    day_one = load_settings().workspace.start_date
    with plan_store() as store:
        keys = {str(offer.number): offer.key for offer in offered(store, SYSTEM)}
        person = user_named(store, owner).id if owner else None
        begun = begin(store, SYSTEM, keys.get(flow, flow), start, owner_id=person, day_one=day_one)
    row = begun.flow
    print_document(
        {"id": row.id, "key": row.key, "start_day": row.start_day.isoformat(), "request": begun.request},
        as_json,
        lambda: out.print(f"{row.name} begins on {row.start_day}.", markup=False, highlight=False),
    )


@flow_app.command("move")
def flow_move(
    flow: Key,
    start: Annotated[str, typer.Option(metavar="D", help="Its new first day.")],
    as_json: Json = False,
) -> None:
    """Move the first day of a flow; every due day that was not set by hand follows."""
    from orchflow.guidance.flows import update_flow
    from orchflow.people.permissions import SYSTEM
    from orchflow.store.request import new_request

    request = new_request()
    with plan_store() as store:
        row = _find(store, flow)
        moved = update_flow(store, SYSTEM, row.id, row.version, {"start_day": start}, request).row
    print_document(
        {"id": moved.id, "key": moved.key, "start_day": moved.start_day.isoformat(), "request": request},
        as_json,
        lambda: out.print(f"{moved.name} begins on {moved.start_day}.", markup=False, highlight=False),
    )


@flow_app.command("newer")
def flow_newer(
    flow: Key,
    take: Annotated[bool, typer.Option("--take", help="Take it over; what was edited or ticked here stays.")] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Show how what ships now differs from what a flow was begun with."""
    from orchflow.guidance.newer import difference, take_over
    from orchflow.people.permissions import SYSTEM

    with plan_store() as store:
        row = _find(store, flow)
        if take:
            taken = take_over(store, SYSTEM, row.id)
            told, request = taken.difference, taken.request
        else:
            told, request = difference(store, SYSTEM, row.id), None
    document = encoded(told) | {"request": request}
    print_document(document, as_json, lambda: _print_difference(row.name, told))


@flow_app.command("hand-over")
def flow_hand_over(
    person: Annotated[str, typer.Argument(help="Username of whose open items, steps and flows they are.")],
    to: Annotated[str | None, typer.Option(help="Username of who takes them; nobody without one.")] = None,
    as_json: Json = False,
) -> None:
    """Hand over what somebody who leaves still has to do."""
    from orchflow.guidance.left_behind import hand_over
    from orchflow.people.permissions import SYSTEM
    from orchflow.people.users import user_named

    with plan_store() as store:
        taker = user_named(store, to).id if to else None
        handed = hand_over(store, SYSTEM, user_named(store, person).id, taker)
    said = f"{quantity(handed.items, 'item')}, {quantity(handed.steps, 'step')} and {quantity(handed.flows, 'flow')} go to {to or 'nobody'}."
    print_document(encoded(handed), as_json, lambda: out.print(said, markup=False, highlight=False))


@flow_app.command("next")
def flow_next(
    user: Annotated[str, typer.Option(help="Username of whose next steps they are.")],
    limit: Annotated[int | None, typer.Option(min=1, help="So many at most.")] = None,
    as_json: Json = False,
) -> None:
    """Show what is next for somebody, the most urgent first, each with its reason."""
    carry_out("flow_next", _show_next, as_json, user=user, limit=limit)


_URGENCIES = {"broken": "broken", "attention": "late", "todo": "to do"}
_HEADS = ("share", "ticked", "open", "overdue", "behind")


def _find(store: Store, flow: str) -> FlowRow:
    from orchflow.guidance.flows import list_flows
    from orchflow.people.permissions import SYSTEM

    rows = list_flows(store, SYSTEM)
    for row in rows:
        if flow in (row.key, str(row.number)):
            return row
    begun = ", ".join(row.key for row in rows) or "none"
    raise NotFound(
        f"The flow {flow!r} was not begun", f"Begun are {begun}; orchflow flow list shows what ships."
    )


def _begun(flow_id: int | None, newer: bool) -> str:
    if flow_id is None:
        return "no"
    return "yes; newer content ships" if newer else "yes"


def _cells(counts: Counts, drift: int | None = None) -> tuple[str, ...]:
    share = "–" if counts.share is None else percent(counts.share, digits=0)
    behind = "" if not drift else f"{quantity(abs(drift), 'day')}{' early' if drift < 0 else ''}"
    return (share, str(counts.ticked), str(counts.open), str(counts.overdue), behind)


def _lines(flows: list[FlowProgress], chosen: int | None) -> list[tuple[str, ...]]:
    lines = []
    for flow in flows:
        end = str(flow.planned_end or "–")
        lines.append((f"{flow.number} {flow.name}", end, *_cells(flow.counts, flow.drift_days)))
        if chosen is not None:
            lines += [
                (f"  {step.name}", str(step.due_day or "–"), *_cells(step.counts)) for step in flow.steps
            ]
    return lines


def _print(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    print_table(heads, rows, numbers=("share", "ticked", "open", "overdue"))


def _show_next(document: dict[str, Any]) -> None:
    if not document["next"]:
        out.print(f"Nothing is next for {document['user']}.", markup=False, highlight=False)
        return
    rows = [
        (_URGENCIES[entry["urgency"]], entry["title"], entry["reason"], entry["link"])
        for entry in document["next"]
    ]
    print_table(("", "what", "why", "where"), rows)


def _print_difference(name: str, told: Difference) -> None:
    if told.same:
        out.print(f"Nothing newer ships for {name}.", markup=False, highlight=False)
        return
    rows = [(change.kind, change.level, change.name, change.kept) for change in told.changes]
    print_table(("what", "of", "name", "stays, because it"), rows)
