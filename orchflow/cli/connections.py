"""`orchflow ingest connect`, `change`, `disconnect`: which platforms the settings file has.

Passwords are asked for, or read from standard input: in the words of a command they would stay in the shell's history.
"""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from orchflow.cli.console import Json, carry_out, out
from orchflow.errors import UsageError

Name = Annotated[str, typer.Argument(help="The source's name.")]
Url = Annotated[
    str | None,
    typer.Option(help="Its address: https://…, or of a database postgresql://user@host:5432/database."),
]
Email = Annotated[str | None, typer.Option(help="E-mail address of the service user, for the API.")]
Organization = Annotated[str | None, typer.Option(help="The organisation; * for all.")]
Schedule = Annotated[
    str | None, typer.Option(help="When it is read, like '15 * * * *'; empty: only when asked for.")
]
WebUrl = Annotated[str | None, typer.Option(help="Address of the web application, for links into it.")]
Variable = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Take the password from this variable of the server's environment, and keep it nowhere.",
    ),
]
Untried = Annotated[bool, typer.Option("--untried", help="Keep it without trying it.")]


def ingest_connect(
    name: Name, url: Url, kind: Annotated[str, typer.Option(help="orchestrator_api or orchestrator_db")] = "orchestrator_api",
    email: Email = None, organization: Organization = None, schedule: Schedule = None, web_url: WebUrl = None,
    password_variable: Variable = None, untried: Untried = False, as_json: Json = False,
) -> None:  # fmt: skip
    """Connect an installation of Orchestrator AI: it is tried, then written into orchflow.yaml.

    The password is asked for, or read from standard input.
    """
    fields = _fields(email=email, organization=organization, schedule=schedule, web_url=web_url)
    password = _password(password_variable)
    carry_out(
        "ingest_connect", lambda told: out.print(f"{told['source']} is connected. Read it: orchflow ingest run {told['source']}"),
        as_json, name=name, kind=kind, url=url, password=password, untried=untried, **fields,
    )  # fmt: skip


def ingest_change(
    name: Name, url: Url = None, email: Email = None, organization: Organization = None, schedule: Schedule = None,
    web_url: WebUrl = None,
    new_password: Annotated[bool, typer.Option("--new-password", help="Ask for another password, or read it from standard input.")] = False,
    password_variable: Variable = None, untried: Untried = False, as_json: Json = False,
) -> None:  # fmt: skip
    """Change how a source is connected: it is tried, then written; what is not named stays as it is."""
    changes = _fields(url=url, email=email, organization=organization, schedule=schedule, web_url=web_url)
    if new_password or password_variable:
        changes["password"] = _password(password_variable)
    if not changes:
        raise UsageError("Nothing is to be changed", "Name what is, like --schedule '15 * * * *'.")
    carry_out(
        "ingest_change", lambda told: out.print(f"{told['source']} is changed."), as_json, name=name, changes=changes, untried=untried
    )  # fmt: skip


def ingest_disconnect(name: Name, as_json: Json = False) -> None:
    """Take a source out of orchflow.yaml, with its password. What was loaded from it stays and counts."""
    carry_out(
        "ingest_disconnect",
        lambda told: out.print(
            f"{told['source']} is disconnected. What was loaded from it stays; to take that away, too: "
            f"orchflow ingest forget {told['source']}"
        ),
        as_json, name=name,
    )  # fmt: skip


def ingest_forget(
    name: Name, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False, as_json: Json = False
) -> None:
    """Take away what was loaded from a source that is disconnected: it leaves every figure and is listed as removed."""
    if not yes:
        typer.confirm(
            f"Everything that was loaded from {name} leaves every figure. Take it away?", abort=True, err=True
        )

    def show(told: dict[str, Any]) -> None:
        for source in told["sources"]:
            gone = sum(job["gone"] for job in source["jobs"])
            out.print(
                f"{source['source']}: {source['state']}, {gone:,} rows taken away; they are listed as removed."
            )

    carry_out("ingest_forget", show, as_json, name=name)


def _fields(**options: str | None) -> dict[str, Any]:
    """The options that were named."""
    return {name: value for name, value in options.items() if value is not None}


def _password(variable: str | None) -> str:
    """The password: from a variable of the server, asked for where somebody sits, else the first line of standard input."""
    if variable is not None:
        return f"${{{variable}}}"
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")
