"""A document into the store: the one way in for files, folders, the journey and the platform's own plan."""

from __future__ import annotations

from sqlalchemy.orm import Session

from orchflow.people.permissions import Actor, Permission
from orchflow.planning.exchange.apply_history import apply_history
from orchflow.planning.exchange.apply_predecessors import apply_predecessors
from orchflow.planning.exchange.apply_rows import apply_level
from orchflow.planning.exchange.applying import Application
from orchflow.planning.exchange.records import Document, Level
from orchflow.planning.exchange.report import ImportReport, as_dry_run
from orchflow.planning.exchange.three_way import Take
from orchflow.progress import Progress, untold
from orchflow.store.engine import Store
from orchflow.store.request import new_request, races_explained


def apply_document(
    store: Store,
    actor: Actor,
    document: Document,
    *,
    dry_run: bool = False,
    take: Take | None = None,
    request: str | None = None,
    progress: Progress = untold,
) -> ImportReport:
    """Bring a document into the plan: every good record in one transaction, every other one named with its reason.

    A dry run does the same and takes it back, so that it tells exactly what would happen. `take` says whose value
    counts where both sides changed; without it the plan's stays and the conflict is told. `progress` hears how many
    records are done.
    """
    actor.require(Permission.PLAN_EDIT)
    report: ImportReport | None = None
    try:
        with races_explained(), store.unit(actor, request or new_request()) as session:
            report = apply_in(session, actor, document, take, progress)
            if dry_run:
                raise _TakenBack
    except _TakenBack:
        assert report is not None
        return as_dry_run(report)
    return report


def apply_in(
    session: Session, actor: Actor, document: Document, take: Take | None, progress: Progress = untold
) -> ImportReport:
    """The same within a unit."""
    work = Application(session, actor, document, take, progress)
    stored = {level: apply_level(work, level) for level in Level}
    apply_predecessors(work, stored[Level.TASK])
    apply_history(work, stored[Level.TASK])
    return work.report()


class _TakenBack(Exception):
    """A dry run is over; its unit is rolled back."""
