"""`orchflow check …`: the self-checks, listed, evaluated and explained."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from orchflow.cli.check_acts import campaign_app, exemption_app
from orchflow.cli.console import Json, carry_out, out, print_aligned, print_table

check_app = typer.Typer(
    help="Questions about the workspace that it answers from its own data.", no_args_is_help=True
)
check_app.add_typer(exemption_app, name="exemption")
check_app.add_typer(campaign_app, name="campaign")
MARKS = {"passed": "passed", "failed": "FAILED", "not_applicable": "n/a", "could_not_be_evaluated": "unknown"}
COLOURS = {"passed": "green", "FAILED": "bold red", "n/a": "dim", "unknown": "yellow", "exempt": "cyan"}


@check_app.command("list")
def check_list(
    flow: Annotated[int | None, typer.Option(min=1, max=6, help="Only those of this flow.")] = None,
    state: Annotated[
        str | None, typer.Option(help="passed, failed, not_applicable or could_not_be_evaluated")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show how every check stands, as it was last evaluated."""
    carry_out("check_list", _show_list, as_json, flow=flow, state=state)


@check_app.command("run")
def check_run(
    keys: Annotated[
        list[str] | None, typer.Argument(metavar="KEY", help="Keys of checks; all without one.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Evaluate checks now; the exit code is 1 when one fails, or could not be evaluated, that is not exempt."""
    carry_out("check_run", _show_run, as_json, keys=keys or [])


@check_app.command("show")
def check_show(key: Annotated[str, typer.Argument(help="Key of the check.")], as_json: Json = False) -> None:
    """Explain one check: its evidence, what to do, and the changes of its state."""
    carry_out("check_show", _show_check, as_json, key=key)


def _show_list(document: dict[str, Any]) -> None:
    _print_checks(document["checks"])
    levels = [
        (
            str(level["flow"]),
            level["name"],
            f"{level['settled']} of {level['total']}",
            ", ".join(level["missing"]) or "–",
        )
        for level in document["levels"]
    ]
    out.print()
    print_table(("flow", "level", "settled", "missing for the next"), levels)


def _show_run(document: dict[str, Any]) -> None:
    _print_checks(document["checks"])
    for change in document["changed"]:
        before = MARKS[change["before"]] if change["before"] else "new"
        out.print(f"{change['key']}: {before} → {MARKS[change['now']]}", highlight=False, markup=False)


def _show_check(document: dict[str, Any]) -> None:
    check = document["check"]
    _print_checks([check])
    for line in (
        check["question"],
        f"Flow {check['flow']}, step {check['step']}, level {check['level_name']}.",
        f"To mend it: {check['mend']}" if check["state"] == "failed" else "",
        f"Exempt until {check['exempt_until']}." if check["exempt_until"] else "",
        "It changes its state often." if check["flapping"] else "",
    ):
        if line:
            out.print(line, highlight=False, markup=False)
    history = [
        (entry["at"], MARKS.get(entry["before"], "–"), MARKS.get(entry["now"], "–"), entry["words"])
        for entry in document["history"]
    ]
    if history:
        print_table(("at", "before", "then", "evidence"), history)


def _print_checks(checks: list[dict[str, Any]]) -> None:
    print_aligned(
        [(_mark(check), check["key"], check["trouble"] or check["words"] or "") for check in checks], COLOURS
    )


def _mark(check: dict[str, Any]) -> str:
    return "exempt" if check["exempt_until"] and check["state"] != "passed" else MARKS[check["state"]]
