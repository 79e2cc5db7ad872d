"""`orchflow alert …`: alerts listed, acknowledged, evaluated, and the log of a rule."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from orchflow.cli.console import Json, carry_out, out, print_aligned, print_table
from orchflow.cli.inputs import DryRun, Table, WhereTo, list_rows, take_rows, write_rows

alert_app = typer.Typer(
    help="Rules over figures, and what they came to; rules are kept on the screen Alerts, in files and by the API.",
    no_args_is_help=True,
)
MARKS = {
    "fired": "FIRED", "acknowledged": "seen", "back_to_normal": "over", "armed": "armed", "no_data": "no data", "paused": "paused",
    "withheld": "withheld", "not_evaluated": "new", "ended": "ended",
}  # fmt: skip
COLOURS = {
    "FIRED": "bold red",
    "seen": "yellow",
    "over": "cyan",
    "armed": "green",
    "no data": "magenta",
    "paused": "dim",
    "ended": "dim",
}


@alert_app.command("list")
def alert_list(
    state: Annotated[str | None, typer.Option(help=f"{', '.join(MARKS)}.")] = None,
    user: Annotated[str | None, typer.Option(help="Only those of this person's rules.")] = None,
    as_json: Json = False,
) -> None:
    """Show how every alert stands, those that fired first."""
    carry_out("alert_list", _show, as_json, state=state, user=user)


@alert_app.command("causes")
def alert_causes(as_json: Json = False) -> None:
    """Show what has fired, each cause once: thresholds of a budget together, and scopes in which the same is seen."""
    carry_out("alert_causes", _show_causes, as_json)


@alert_app.command("run")
def alert_run(
    rules: Annotated[
        list[int] | None, typer.Argument(metavar="RULE", help="Numbers of rules; all without one.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Evaluate rules now; the exit code is 1 while one of their alerts is fired and nobody has acknowledged it."""
    document = carry_out("alert_run", _show, as_json, rules=rules or [])
    if not as_json:
        for each in document["moved"]:
            scope = f" {each['scope']}" if each["scope"] else ""
            out.print(
                f"rule {each['rule_id']}{scope}: {MARKS[each['before']]} → {MARKS[each['after']]}",
                highlight=False,
                markup=False,
            )


@alert_app.command("ack")
def alert_ack(
    alert_ids: Annotated[
        list[int],
        typer.Argument(
            metavar="ALERT…", help="As `orchflow alert list` shows them; all are acknowledged, or none."
        ),
    ],
    reason: Annotated[str, typer.Option(help="Why it fired, or what is done about it.")],
    feedback: Annotated[str | None, typer.Option(help="useful, not_useful or expected.")] = None,
    user: Annotated[str | None, typer.Option(help="In whose name, by username.")] = None,
    as_json: Json = False,
) -> None:
    """Acknowledge alerts that fired."""
    carry_out("alert_ack", _show, as_json, alert_ids=alert_ids, reason=reason, feedback=feedback, user=user)


@alert_app.command("rules")
def alert_rules(as_json: Json = False) -> None:
    """Show every rule with its fields."""
    from orchflow.alerts.rules import ALERT_RULES

    list_rows(ALERT_RULES, as_json)


@alert_app.command("import")
def alert_import(file: Table, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Add the rules of a file and correct those of the same name; the same file again changes nothing."""
    from orchflow.alerts.rules import ALERT_RULES

    take_rows(ALERT_RULES, file, dry_run, as_json)


@alert_app.command("export")
def alert_export(file: WhereTo, as_json: Json = False) -> None:
    """Write every rule to a file, from which it can be imported again."""
    from orchflow.alerts.rules import ALERT_RULES

    write_rows(ALERT_RULES, file, as_json)


@alert_app.command("log")
def alert_log(
    rule_id: Annotated[int, typer.Argument(metavar="RULE", help="The number of a rule.")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="So many of the newest.")] = 50,
    moves: Annotated[bool, typer.Option("--moves", help="Only changes of the state, and answers.")] = False,
    as_json: Json = False,
) -> None:
    """Show the evaluations of a rule, the newest first; `orchflow export alert_log` writes all to a file."""
    carry_out("alert_log_of", _show_log, as_json, rule_id=rule_id, limit=limit, moves=moves)


def _show(document: dict[str, Any]) -> None:
    if not document["alerts"]:
        out.print(
            "There are no rules yet: add one on the screen Alerts, or POST /api/v1/alert_rules.",
            highlight=False,
        )
    print_aligned(
        [
            (MARKS[each["state"]], str(each["id"] or "–"), str(each["rule_id"]), each["title"], each["words"])
            for each in document["alerts"]
        ],
        COLOURS,
    )


def _show_causes(document: dict[str, Any]) -> None:
    if not document["causes"]:
        out.print("Nothing has fired.", highlight=False)
    lines = [
        (
            MARKS[each["state"]],
            str(each["id"]),
            each["title"] if each is cause["head"] else f"  {each['title']}",
            each["words"],
        )
        for cause in document["causes"]
        for each in (cause["head"], *cause["others"])
    ]
    print_aligned(lines, COLOURS)


def _show_log(document: dict[str, Any]) -> None:
    lines = [
        (
            each["at"],
            each["cause"] + (f" {each['about']}" if each["about"] else ""),
            f"{MARKS[each['before']]} → {MARKS[each['after']]}" if each["moved"] else MARKS[each["after"]],
            each["words"],
        )
        for each in document["log"]
    ]
    print_table(("at", "why", "state", "arithmetic"), lines)
