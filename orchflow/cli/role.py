"""`orchflow role …`: the job roles of this workspace and how their people begin. They work on the plan store alone."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from orchflow.cli.console import Json, out, plan_store, print_columns, print_document
from orchflow.encoding import as_json as encoded
from orchflow.errors import UsageError
from orchflow.format import quantity

role_app = typer.Typer(help="Job roles: what their people do, may and learn.", no_args_is_help=True)
Key = Annotated[str, typer.Argument(metavar="ROLE", help="Its key, like ai_engineer.")]


@role_app.command("list")
def role_list(as_json: Json = False) -> None:
    """Show the job roles of this workspace."""
    from orchflow.people.job_role_changes import list_job_roles
    from orchflow.people.permissions import SYSTEM

    with plan_store() as store:
        roles = list_job_roles(store, SYSTEM)
    rows = [
        {"key": role.key, "name": role.name, "access": role.access, "from": _origin(role.own, role.row_id)}
        for role in roles
    ]
    heads = {"key": "key", "name": "name", "starts as": "access", "": "from"}
    print_document({"job_roles": encoded(roles)}, as_json, lambda: print_columns(heads, rows))


@role_app.command("set")
def role_set(
    key: Key,
    changes: Annotated[
        list[str],
        typer.Argument(metavar="FIELD=VALUE…", help="Like access=analyst; a line of several by \\n."),
    ],
    as_json: Json = False,
) -> None:
    """Change a job role, or add one of the workspace's own: a key that is new needs name=…."""
    from orchflow.people.job_role_changes import JOB_ROLE_CHANGES, list_job_roles, save_job_role
    from orchflow.people.permissions import SYSTEM

    values: dict[str, Any] = {}
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals:
            raise UsageError(
                f"{change!r} is not FIELD=VALUE", f"Fields are {', '.join(JOB_ROLE_CHANGES.fields)}."
            )
        values[name] = value.split(",") if name == "ticks" else value.replace("\\n", "\n")
    with plan_store() as store:
        known = {role.key for role in list_job_roles(store, SYSTEM)}
        if key in known:
            saved = save_job_role(store, SYSTEM, key, values)
        else:
            saved = JOB_ROLE_CHANGES.create(store, SYSTEM, key=key, **values)
    document = {"key": saved.key, "name": saved.name, "access": str(saved.access)}
    print_document(document, as_json, lambda: out.print(f"{saved.name} is stored", highlight=False))


@role_app.command("reset")
def role_reset(key: Key, as_json: Json = False) -> None:
    """Bring a job role back to what ships, or delete one of the workspace's own that nobody has."""
    from orchflow.people.job_role_changes import remove_job_role
    from orchflow.people.permissions import SYSTEM

    with plan_store() as store:
        request = remove_job_role(store, SYSTEM, key)
    print_document(
        {"key": key, "request": request}, as_json, lambda: out.print(f"{key} is reset", highlight=False)
    )


@role_app.command("first-week")
def role_first_week(username: str, as_json: Json = False) -> None:
    """Show what a person reads, learns and ticks in their first five working days."""
    from orchflow.guidance.first_week import first_week
    from orchflow.people.permissions import SYSTEM
    from orchflow.people.users import user_named

    with plan_store() as store:
        week = first_week(store, SYSTEM, user_named(store, username).id)
    rows = [
        {"day": str(each.day), "what": what, "about": about}
        for each in week.days
        for what, about in (
            *((f"read, {quantity(guide.minutes, 'minute')}", guide.title) for guide in each.guides),
            *(("training", topic) for topic in each.training),
            *((f"due {item.due_day}", item.text) for item in each.items),
        )
    ]
    heads = {"day": "day", "what": "what", "": "about"}
    print_document(encoded(week.document()), as_json, lambda: print_columns(heads, rows))


def _origin(own: bool, row_id: int | None) -> str:
    return "of our own" if own else "changed here" if row_id else "as it ships"
