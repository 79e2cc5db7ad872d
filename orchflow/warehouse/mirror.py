"""Small plan tables are mirrored into the warehouse, so that every figure is one query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import sqlalchemy as sa

from orchflow.people.tables import TOPIC, Team, TeamMember, User

if TYPE_CHECKING:
    from orchflow.workspace import Workspace

_MIRRORED = "mirrored.people"
_PEOPLE: dict[str, pa.DataType] = {
    "user_id": pa.int64(),
    "username": pa.string(),
    "email": pa.string(),
    "display_name": pa.string(),
    "role": pa.string(),
    "job_role": pa.string(),
    "active": pa.bool_(),
    "platform_user_id": pa.string(),
}
_TEAMS: dict[str, pa.DataType] = {"team_id": pa.int64(), "team": pa.string(), "user_id": pa.int64()}


def mirror_people(ws: Workspace) -> bool:
    """Replace `people` and `people_teams` when the plan store's people have changed; True when it did so.

    The plan store's version is read before its rows: a change in between is mirrored once more, never missed.
    """
    version = str(ws.store.version(TOPIC))
    if ws.warehouse.value("meta_get", {"key": _MIRRORED}) == version:
        return False
    people = sa.select(
        User.id.label("user_id"), User.username, User.email, User.display_name, User.role, User.job_role, User.active,
        User.platform_user_id,
    )  # fmt: skip
    teams = sa.select(Team.id.label("team_id"), Team.name.label("team"), TeamMember.user_id).join(TeamMember)
    with ws.store.read() as session:
        person_rows = [dict(row) for row in session.execute(people).mappings()]
        team_rows = [dict(row) for row in session.execute(teams).mappings()]
    with ws.warehouse.write() as tx:
        tx.register("mirrored_people", pa.Table.from_pylist(_plain(person_rows), pa.schema(_PEOPLE)))
        tx.register("mirrored_teams", pa.Table.from_pylist(_plain(team_rows), pa.schema(_TEAMS)))
        for step in ("mirror_people_clear", "mirror_people_fill", "mirror_teams_clear", "mirror_teams_fill"):
            tx.execute(step)
        tx.execute("meta_put", {"key": _MIRRORED, "value": version})
    return True


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {name: str(value) if isinstance(value, str) else value for name, value in row.items()} for row in rows
    ]
