"""Opening a wave invites people and forms the groups for which results may be told; closing it forgets who was there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.errors import Invalid, OrchflowError, Problem
from orchflow.format import day, quantity
from orchflow.people.job_roles import roles_in
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.small_groups import SMALLEST_GROUP, pooled
from orchflow.people.tables import Team, TeamMember, User
from orchflow.planning.days import day_of
from orchflow.store import locks
from orchflow.store.engine import Store
from orchflow.store.merge import unchanged
from orchflow.store.request import new_request
from orchflow.store.rows import row_of, stored
from orchflow.surveys.cells import SMALL, WHOLE, Cell, told_apart
from orchflow.surveys.drafts import drop_drafts, keep_drafts_of
from orchflow.surveys.tables import (
    Audience,
    SurveyInvitation,
    SurveyTally,
    SurveyWave,
    SurveyWords,
    ToldBy,
    WaveState,
)
from orchflow.surveys.waves import SURVEY_WAVES, SurveyWaveRow, state_on

NO_TEAM, SEVERAL_TEAMS, NO_ROLE = "In no team", "In several teams", "Without a job role"


def open_wave(
    store: Store, actor: Actor, wave_id: int, base_version: int | None = None, request: str | None = None
) -> SurveyWaveRow:
    """Invite those whom a planned wave is for, as they are now. Opening an open one changes nothing.

    Invalid where fewer than five people would be invited, where its last day is over, or while another wave of its kind
    is not closed.
    """
    actor.require(SURVEY_WAVES.edit)
    today = day_of(clock.now(), store.zone)
    with store.unit(actor, request or new_request()) as session:
        return row_of(SurveyWaveRow, invite(session, wave_id, today, base_version))


def close_wave(
    store: Store, actor: Actor, wave_id: int, base_version: int | None = None, request: str | None = None
) -> SurveyWaveRow:
    """End an open wave: its results can be read from now on, and who answered is forgotten. A closed one stays so."""
    actor.require(SURVEY_WAVES.edit)
    today = day_of(clock.now(), store.zone)
    with store.unit(actor, request or new_request()) as session:
        closed = row_of(SurveyWaveRow, close_in(session, wave_id, today, base_version))
    drop_drafts(store, wave_id)
    return closed


def keep_waves(store: Store, today: date | None = None) -> None:
    """Open the waves whose first day has come, and close those whose last day is over; one that cannot be opened waits."""
    day_now = today or day_of(clock.now(), store.zone)
    with store.read() as session:
        waves = session.execute(
            sa.select(
                SurveyWave.id, SurveyWave.version, SurveyWave.state, SurveyWave.opens, SurveyWave.closes
            )
            .where(SurveyWave.state != WaveState.CLOSED)
            .order_by(SurveyWave.opens, SurveyWave.id)
        ).all()
    for wave in waves:
        if state_on(wave, day_now) == WaveState.CLOSED:
            with store.unit(SYSTEM, new_request()) as session:
                close_in(session, wave.id, day_now, once_over=True)
    keep_drafts_of(store, {wave.id for wave in waves if state_on(wave, day_now) != WaveState.CLOSED})
    for wave in waves:
        if wave.state == WaveState.PLANNED and wave.opens <= day_now <= wave.closes:
            try:
                with store.unit(SYSTEM, new_request()) as session:
                    invite(session, wave.id, day_now, wave.version)
            except OrchflowError:
                continue  # the screen says what is missing


def invited_now(session: Session, wave: SurveyWave | SurveyWaveRow) -> set[int]:
    """Whom a wave would invite now."""
    people = sa.select(User.id).where(User.active)
    if wave.audience == Audience.TEAM:
        people = people.join(TeamMember, TeamMember.user_id == User.id).where(
            TeamMember.team_id == wave.team_id
        )
    elif wave.audience == Audience.JOB_ROLE:
        people = people.where(User.job_role == wave.job_role)
    return set(session.scalars(people))


def invite(session: Session, wave_id: int, today: date, base_version: int | None = None) -> SurveyWave:
    """Invite those whom a planned wave is for, within a unit of work."""
    locks.take(session, "survey waves")
    if base_version is not None:
        unchanged(session, SurveyWave, wave_id, base_version)
    wave = stored(session, SurveyWave, wave_id, lock=True)
    if wave.state == WaveState.OPEN:
        return wave
    people = invited_now(session, wave)
    if problems := _in_the_way(session, wave, people, today):
        raise Invalid(problems, "Change the survey and open it again.")
    groups = _groups(session, wave, people)
    together = pooled(groups) if len(groups) > 1 else {}
    for name, members in groups.items():
        cell = SMALL if name in together else name
        session.add_all(SurveyInvitation(wave_id=wave.id, person_id=person, cell=cell) for person in members)
    sizes: dict[str, int] = {}
    for name, members in groups.items():
        cell = SMALL if name in together else name
        sizes[cell] = sizes.get(cell, 0) + len(members)
    session.add_all(
        SurveyTally(wave_id=wave.id, cell=cell, invited=size, answers=0, counts={})
        for cell, size in sizes.items()
    )
    wave.state = WaveState.OPEN
    wave.opens = min(wave.opens, today)
    session.flush()
    return wave


def _in_the_way(session: Session, wave: SurveyWave, people: set[int], today: date) -> list[Problem]:
    if wave.state == WaveState.CLOSED:
        return [Problem(wave.id, "state", "is closed, and its results are told: plan another survey")]
    problems = []
    if wave.closes < today:
        problems.append(Problem(wave.id, "closes", f"was on {day(wave.closes)}: choose a later day"))
    if len(people) < SMALLEST_GROUP:
        problems.append(
            Problem(
                wave.id, "audience",
                f"invites {quantity(len(people), 'person')}, and answers of fewer than {SMALLEST_GROUP} are never told: invite more",
            )
        )  # fmt: skip
    other = sa.select(SurveyWave.title).where(
        SurveyWave.kind == wave.kind, SurveyWave.state == WaveState.OPEN, SurveyWave.id != wave.id
    )  # fmt: skip
    if (title := session.scalar(other.limit(1))) is not None:
        problems.append(
            Problem(
                wave.id, "kind",
                f"is asked by “{title}”, which is not closed: two at a time could be subtracted from each other; close that one first",
            )
        )  # fmt: skip
    return problems


def _groups(session: Session, wave: SurveyWave, people: set[int]) -> dict[str, set[int]]:
    """Each of the invited in exactly one group, by its name."""
    match wave.told_by:
        case ToldBy.TEAM:
            named = _team_of(session, people)
        case ToldBy.JOB_ROLE:
            roles = roles_in(session)
            kept = dict(
                session.execute(sa.select(User.id, User.job_role).where(User.id.in_(people))).tuples()
            )
            named = {
                person: roles[key].name if (key := kept[person]) and key in roles else NO_ROLE
                for person in people
            }
        case ToldBy.NOTHING:
            named = dict.fromkeys(people, WHOLE)
    groups: dict[str, set[int]] = {}
    for person in sorted(people):
        groups.setdefault(named[person], set()).add(person)
    return groups


def _team_of(session: Session, people: set[int]) -> Mapping[int, str]:
    teams: dict[int, list[str]] = {person: [] for person in people}
    memberships = sa.select(TeamMember.user_id, Team.name).join(Team, Team.id == TeamMember.team_id)
    for person, name in session.execute(memberships):
        if person in teams:
            teams[person].append(name)
    return {
        person: names[0] if len(names) == 1 else SEVERAL_TEAMS if names else NO_TEAM
        for person, names in teams.items()
    }


def close_in(
    session: Session, wave_id: int, today: date, base_version: int | None = None, *, once_over: bool = False
) -> SurveyWave:
    """From now on the sums of groups that are told apart are all that is kept; `once_over` only where its last day, as it is
    now, is over.
    """
    lock_wave(session, wave_id)
    if base_version is not None:
        unchanged(session, SurveyWave, wave_id, base_version)
    wave = stored(session, SurveyWave, wave_id, lock=True)
    if wave.state == WaveState.CLOSED or (once_over and state_on(wave, today) != WaveState.CLOSED):
        return wave
    if wave.state == WaveState.PLANNED:
        raise Invalid([Problem(wave.id, "state", "is planned and was never opened")], "Delete it instead.")
    told = told_apart(read_cells(session, [wave.id])[wave.id])
    for table in (SurveyInvitation, SurveyTally):
        session.execute(sa.delete(table).where(table.wave_id == wave.id))
    if not told:
        session.execute(sa.delete(SurveyWords).where(SurveyWords.wave_id == wave.id))
    elif sum(cell.answers for cell in told) < SMALLEST_GROUP:
        invited, answers = sum(cell.invited for cell in told), sum(cell.answers for cell in told)
        told = [Cell(WHOLE, invited, answers, {})]
        session.execute(sa.delete(SurveyWords).where(SurveyWords.wave_id == wave.id))
    session.add_all(
        SurveyTally(
            wave_id=wave.id, cell=cell.name, invited=cell.invited, answers=cell.answers, counts=cell.counts
        )
        for cell in told
    )
    wave.state = WaveState.CLOSED
    wave.closes = min(wave.closes, today)
    session.flush()
    return wave


def lock_wave(session: Session, wave_id: int) -> None:
    """Whoever answers a wave, or closes it, does so one after the other."""
    locks.take(session, f"survey {wave_id}")


def read_cells(session: Session, wave_ids: Collection[int]) -> dict[int, list[Cell]]:
    """The sums of the groups of each of the waves."""
    cells: dict[int, list[Cell]] = {wave_id: [] for wave_id in wave_ids}
    tally = SurveyTally
    tallies = sa.select(tally.wave_id, tally.cell, tally.invited, tally.answers, tally.counts)
    for wave_id, *row in session.execute(tallies.where(tally.wave_id.in_(wave_ids)).order_by(tally.cell)):
        cells[wave_id].append(Cell(*row))
    return cells
