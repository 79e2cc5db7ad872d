"""Answering: whether somebody has answered and what they answered are written apart, and nothing joins them (ADR 31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.errors import Forbidden, Invalid, NotFound, Problem
from orchflow.format import day
from orchflow.people.permissions import Actor
from orchflow.planning.days import day_of
from orchflow.store.engine import Store
from orchflow.store.rows import stored
from orchflow.surveys.answers import Answers, Checked, add, check
from orchflow.surveys.drafts import drop_draft
from orchflow.surveys.invitations import lock_wave
from orchflow.surveys.tables import (
    SurveyInvitation,
    SurveyKind,
    SurveyTally,
    SurveyWave,
    SurveyWords,
    ToldBy,
    WaveState,
)
from orchflow.surveys.waves import state_on

Standing: TypeAlias = Literal["waits", "answered", "not_invited", "planned", "closed"]


@dataclass(frozen=True)
class OwnSurvey:
    """A wave as one person finds it: whether it waits for them, and as a member of which group they are counted."""

    id: int
    title: str
    kind: SurveyKind
    closes: date
    told_by: ToldBy
    standing: Standing
    cell: str = ""


def own_survey(store: Store, actor: Actor, wave_id: int) -> OwnSurvey:
    """A wave as the actor finds it; NotFound when there is none. What they began is forgotten where it cannot be sent any more."""
    with store.read(actor) as session:
        wave = stored(session, SurveyWave, wave_id)
        invitation = session.get(SurveyInvitation, (wave_id, actor.user_id or 0))
        own = _own(wave, invitation, day_of(clock.now(), store.zone))
    if own.standing != "waits":
        drop_draft(store, actor, wave_id)
    return own


def waiting_surveys(store: Store, person_id: int | None, today: date) -> list[OwnSurvey]:
    """The open waves that wait for a person's answers, the one that closes first before the others."""
    if person_id is None:
        return []
    waiting = (
        sa.select(SurveyWave, SurveyInvitation)
        .join(SurveyInvitation, SurveyInvitation.wave_id == SurveyWave.id)
        .where(SurveyInvitation.person_id == person_id, SurveyInvitation.answered.is_(False))
        .where(SurveyWave.state == WaveState.OPEN, SurveyWave.closes >= today)
        .order_by(SurveyWave.closes, SurveyWave.id)
    )
    with store.read() as session:
        return [_own(wave, invitation, today) for wave, invitation in session.execute(waiting)]


def send_answers(store: Store, actor: Actor, wave_id: int, given: Answers) -> bool:
    """Count the actor's answers; False where theirs were counted before, and nothing is counted twice.

    Invalid names what is missing; Forbidden for those who are not invited, and once the wave is closed.
    """
    with store.read(actor) as session:
        kind = stored(session, SurveyWave, wave_id).kind
    checked = check(kind, given)
    actor = actor.elsewhere()  # no act: its key would be kept with the time, beside what it was asked for
    with store.unit(actor) as session:
        lock_wave(session, wave_id)
        wave = stored(session, SurveyWave, wave_id)
        invitation = session.get(SurveyInvitation, (wave_id, actor.user_id or 0))
        own = _own(wave, invitation, day_of(clock.now(), store.zone))
        if own.standing == "answered":
            return False
        refuse(own)
        count_answers(session, wave, actor.user_id or 0, checked)
    drop_draft(store, actor, wave_id)
    return True


def refuse(own: OwnSurvey) -> None:
    """Why a wave cannot be answered, where it cannot."""
    match own.standing:
        case "not_invited":
            raise Forbidden(
                f"You are not invited to “{own.title}”",
                "Those are invited whom it is for on the day on which it opens; ask whoever plans surveys.",
            )
        case "planned":
            raise Invalid(
                [Problem(own.id, "state", f"“{own.title}” is not open yet")], "Come back when it is."
            )
        case "closed":
            raise Invalid([Problem(own.id, "state", f"“{own.title}” was closed, after {day(own.closes)} at the latest")],
                          "Its results are on the Surveys screen.")  # fmt: skip


def _own(wave: SurveyWave, invitation: SurveyInvitation | None, today: date) -> OwnSurvey:
    standing: Standing = "waits"
    match state_on(wave, today):
        case WaveState.PLANNED:
            standing = "planned"
        case WaveState.CLOSED:
            standing = "closed"
        case WaveState.OPEN if invitation is None:
            standing = "not_invited"
        case WaveState.OPEN if invitation.answered:
            standing = "answered"
    cell = invitation.cell if invitation else ""
    return OwnSurvey(wave.id, wave.title, wave.kind, wave.closes, wave.told_by, standing, cell)


def count_answers(session: Session, wave: SurveyWave, person_id: int, checked: Checked) -> None:
    """Add the answers of somebody who is invited and has not answered; every row of the wave is written anew, so that no
    engine keeps which of them this answer touched.
    """
    own, tally = SurveyInvitation, SurveyTally
    cell = session.scalar(sa.select(own.cell).where(own.wave_id == wave.id, own.person_id == person_id))
    session.execute(
        sa.update(own)
        .where(own.wave_id == wave.id)
        .values(answered=sa.or_(own.answered, own.person_id == person_id)),
        execution_options={"synchronize_session": False},
    )
    found = session.execute(
        sa.select(tally.cell, tally.answers, tally.counts).where(tally.wave_id == wave.id)
    ).all()
    if all(row.cell != cell for row in found):
        raise NotFound(
            f"“{wave.title}” has no group {cell!r}", "Ask whoever plans surveys to close it and plan another."
        )
    for row in found:
        more = row.cell == cell
        session.execute(
            sa.update(tally)
            .where(tally.wave_id == wave.id, tally.cell == row.cell)
            .values(answers=row.answers + more, counts=add(row.counts, checked.counts if more else {})),
            execution_options={"synchronize_session": False},
        )
    kept = session.scalar(sa.select(SurveyWords.words).where(SurveyWords.wave_id == wave.id))
    if kept is None and checked.words:
        session.add(SurveyWords(wave_id=wave.id, words=[checked.words]))
    elif kept is not None:
        words = sorted([*kept, *filter(None, [checked.words])], key=lambda text: (text.casefold(), text))
        session.execute(
            sa.update(SurveyWords).where(SurveyWords.wave_id == wave.id).values(words=words),
            execution_options={"synchronize_session": False},
        )
