"""What is done to an item: tick it, say that it does not apply, open it again, look at its self-check anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from orchflow.errors import ConflictError, Invalid, OrchflowError
from orchflow.guidance.checks.evaluate import run_checks
from orchflow.guidance.item_details import ItemDetails
from orchflow.guidance.items import ITEMS
from orchflow.guidance.rows import ItemRow
from orchflow.guidance.ticking import Worked, leave_out, open_again, tick, ticked_by
from orchflow.people.permissions import Actor
from orchflow.planning.tables import ItemState
from orchflow.planning.work.attachments import add_attachment, list_attachments
from orchflow.screens.journey import item_evidence
from orchflow.screens.journey import item_state as state
from orchflow.screens.journey.item_planning import planning
from orchflow.screens.plan import plan_state
from orchflow.ui import acts, notices
from orchflow.ui.menus import menu
from orchflow.ui.state import Key
from orchflow.workspace import Workspace

KIND = ITEMS.key
"""What its comments, files and history are kept under."""


def work(ws: Workspace, actor: Actor, details: ItemDetails) -> None:
    """For who works on it: the evidence and the tick of an open item, the way back of any other."""
    item = details.item
    is_open = item.state is ItemState.OPEN
    if details.works and is_open:
        hung = list_attachments(ws.store, actor, entity=KIND, entity_id=item.id)
        item_evidence.ask(actor, item, len(hung))
    if not details.works:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if is_open:
            checked = details.check is not None  # which ticks it by itself
            acts.button(
                "Tick by hand" if checked else "Tick", key="item-tick", type="secondary" if checked else "primary",
                icon=":material/check:", on_click=tick_with_evidence, args=(ws, actor, item),
            )  # fmt: skip
            with menu("Does not apply", key="item-leave-out", icon=":material/block:") as opened:
                if opened:
                    _reason(ws, actor, item)
        elif item.state is not ItemState.EXEMPT:
            acts.button(
                "Open again", key="item-open-again", icon=":material/undo:", on_click=reopen, args=(ws, actor, item),
            )  # fmt: skip
        if details.manages:
            planning(ws, actor, details)


def tick_with_evidence(ws: Workspace, actor: Actor, item: ItemRow) -> None:
    """Store the tick with what is given in the dialog. What somebody else's tick came before waits as a comment."""
    shown = item_evidence.given(actor, item)
    with attempt("Not ticked") as request:
        if shown.file is not None:
            add_attachment(
                ws.store, ws.settings.home, actor, KIND, item.id, filename=shown.file.name, content=shown.file,
                content_type=shown.file.type or "application/octet-stream", request=request,
            )  # fmt: skip
        try:
            worked = tick(ws.store, actor, item, shown.fields, request)
        except ConflictError:
            _keep(ws, item, [str(value) for value in shown.fields.values() if value])
            return
        item_evidence.forget(item)
        _say(worked, "Ticked", request)


def tick_plainly(ws: Workspace, actor: Actor, item: ItemRow) -> None:
    """Tick an item that asks for no evidence."""
    with attempt("Not ticked") as request:
        _say(tick(ws.store, actor, item, {}, request), "Ticked", request)


def reopen(ws: Workspace, actor: Actor, item: ItemRow) -> None:
    """Open it again; what was shown stays with it."""
    with attempt("Not opened again") as request:
        _say(open_again(ws.store, actor, item, request), "Open again", request)


def look_again(ws: Workspace, actor: Actor, key: str) -> None:
    """Evaluate the self-check of an item now; its items follow."""
    with attempt("Not evaluated"):
        changed = run_checks(ws, actor, [key])
        notices.done(f"Evaluated: it {'has changed' if changed else 'is as before'}")


@contextmanager
def attempt(failed: str) -> Iterator[str]:
    """`notices.attempt`, with refused values in words instead of by the names of their fields."""
    with notices.attempt(failed) as request:
        try:
            yield request
        except Invalid as error:
            why = "; ".join(problem.message for problem in error.problems) or str(error)
            raise OrchflowError(why, error.hint) from error


def _reason(ws: Workspace, actor: Actor, item: ItemRow) -> None:
    written = state.REASON.of(item.id)
    st.text_area(
        "Why it does not apply here", key=written.name, height=90, max_chars=ITEMS.fields["reason"].length,
        persist_state="session",
    )  # fmt: skip
    acts.button(
        "It does not apply", key="item-leave-out-now", type="primary", width="stretch", on_click=_leave_out,
        args=(ws, actor, item, written),
    )  # fmt: skip


def _leave_out(ws: Workspace, actor: Actor, item: ItemRow, written: Key[str]) -> None:
    with attempt("Not stored") as request:
        worked = leave_out(ws.store, actor, item, written.get().strip(), request)
        written.clear()
        _say(worked, "Does not apply", request)


def _say(worked: Worked, done: str, request: str) -> None:
    if worked.first:
        notices.warn(f"{worked.first} was first: {worked.item.text}", "It is as they left it.")
    else:
        notices.done(f"{done}: {worked.item.text}", request)


def _keep(ws: Workspace, item: ItemRow, written: list[str]) -> None:
    """Somebody else came first with other evidence: what was written is put where it can be sent as a comment."""
    who = ticked_by(ws.store, item.id) or "Somebody else"
    turn = plan_state.COMMENT_TURN.of(KIND, item.id).get()
    plan_state.COMMENT.of(KIND, item.id, turn).set("\n".join(written))
    acts.refused()
    notices.warn(f"{who} was first: {item.text}", "What you wrote waits under Comments, to be sent or left.")
