"""`orchflow cost …`: why the cost moved, what the month comes to, what is out of the ordinary, and what would be otherwise."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import typer

from orchflow import format as fmt
from orchflow.cli.console import Json, carry_out, out, print_table
from orchflow.cli.metric import narrowing
from orchflow.errors import UsageError

cost_app = typer.Typer(
    help="Why cost moved, what the month comes to, what is out of the ordinary, what would be otherwise; and what "
    "is kept about costs: hourly_rates, cost_entries, budgets, cost_shares, timeline_events, targets, business_measures, "
    "exchange_rates, prices.",
    no_args_is_help=True,
)

Filter = Annotated[
    list[str] | None,
    typer.Argument(metavar="[FILTER]…", help="Like agent=writer; several values of one are either."),
]
From = Annotated[str | None, typer.Option("--from", metavar="D", help="First day.")]
To = Annotated[str | None, typer.Option("--to", metavar="D", help="Last day, included.")]
CAUSES = ("volume", "mix", "tokens", "rate", "apart")


@cost_app.command("why")
def cost_why(
    filters: Filter = None,
    by: Annotated[str, typer.Option(help="model, provider, agent, organization or user.")] = "model",
    start: From = None,
    end: To = None,
    as_json: Json = False,
) -> None:
    """Show why the cost of a period, this month's without one, differs from the one before."""
    carry_out("cost_why", _show_why, as_json, by=by, start=start, end=end, narrowed=narrowing(filters or ()))


@cost_app.command("forecast")
def cost_forecast(
    filters: Filter = None,
    store: Annotated[
        bool, typer.Option("--store", help="Keep it to be judged, as the server does every night.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show what this month will have cost at its end, and how such forecasts fared."""
    carry_out("cost_forecast", _show_forecast, as_json, store=store, narrowed=narrowing(filters or ()))


@cost_app.command("anomalies")
def cost_anomalies(
    filters: Filter = None,
    start: From = None,
    end: To = None,
    open_only: Annotated[
        bool, typer.Option("--open", help="Only those of which nobody has said anything.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the days, of the last 28 without others, on which something cost out of the ordinary."""
    carry_out(
        "cost_anomalies", _show_anomalies, as_json, start=start, end=end, narrowed=narrowing(filters or ()), open_only=open_only
    )  # fmt: skip


@cost_app.command("whatif")
def cost_what_if(
    filters: Filter = None,
    volume: Annotated[list[str] | None, typer.Option(metavar="[MODEL=]FACTOR", help="How many times as much: 1.2.")] = None,
    shift: Annotated[list[str] | None, typer.Option(metavar="MODEL=MODEL:SHARE", help="A share of one model's use to another: 0.5.")] = None,
    cached: Annotated[list[str] | None, typer.Option(metavar="[MODEL=]SHARE", help="The share of what is read from the cache: 0.6.")] = None,
    price: Annotated[list[str] | None, typer.Option(metavar="[MODEL=]FACTOR", help="How many times as dear: 1.1.")] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Show what the last full month would cost otherwise, at the prices in force. Models are written as provider/model."""
    changes = {
        "volume": [_by_model(each) for each in volume or ()], "cached": [_by_model(each) for each in cached or ()],
        "prices": [_by_model(each) for each in price or ()], "shifts": [_shift(each) for each in shift or ()],
    }  # fmt: skip
    carry_out("cost_what_if", _show_what_if, as_json, changes=changes, narrowed=narrowing(filters or ()))


def _by_model(text: str) -> dict[str, str]:
    model, _, value = text.rpartition("=")
    return {"model": model or "all", "value": value}


def _shift(text: str) -> dict[str, str]:
    of, mark, rest = text.partition("=")
    to, colon, share = rest.rpartition(":")
    if not (mark and colon):
        raise UsageError(f"{text!r} is no shift", "Write it like anthropic/claude-opus-4-5=openai/gpt-5:0.5.")
    return {"of": of, "to": to, "share": share}


def _money(value: Any, document: dict[str, Any]) -> str:
    return fmt.money(None if value is None else Decimal(str(value)), document["currency"], digits=2)


def _say(text: str) -> None:
    out.print(text, highlight=False, markup=False)


def _show_why(document: dict[str, Any]) -> None:
    if document["missing"]:
        _say(f"Nothing is compared: {document['missing']}.")
        return
    _say(
        f"{document['start']} to {document['end']}: {_money(document['before'], document)} → {_money(document['now'], document)}, "
        f"{_money(document['delta'], document)} ({document['compared_with']}; {document['count_before']} → {document['count']} {document['unit']}s)"
    )
    rows = [
        (
            "models" if document["others"] else "in all",
            "",
            sum(document["effects"].values()),
            document["effects"],
        )
    ]
    rows += [
        (part["label"], part["state"] or "", part["delta"], part["effects"]) for part in document["parts"]
    ]
    cells = [
        (label, state, _money(delta, document), *(_money(effects[cause], document) for cause in CAUSES))
        for label, state, delta, effects in rows
    ]
    cells += [
        (other["label"], "", _money(other["delta"], document), *[""] * len(CAUSES))
        for other in document["others"]
    ]
    heads = (
        document["by"],
        "",
        "change",
        "volume",
        "mix",
        f"tokens a {document['unit']}",
        "rate",
        "without calls",
    )
    print_table(heads, cells, numbers=heads[2:])
    if document["besides"]:
        _say(f"{document['besides']}.")


def _show_forecast(document: dict[str, Any]) -> None:
    if document["missing"]:
        _say(f"No forecast: {document['missing']}.")
    else:
        low, high = (_money(document[name], document) for name in ("low", "high"))
        _say(
            f"{document['month'][:7]} will likely have cost {_money(document['likely'], document)}, in 80 of 100 months between "
            f"{low} and {high}; {_money(document['spent'], document)} so far."
        )
        if document["budget"] is not None:
            _say(f"Its budget is {_money(document['budget'], document)}.")
        if document["lacking"]:
            _say(f"{document['lacking']}.")
    record = document["record"]
    if record["judged"]:
        _say(
            f"{record['held']} of {record['judged']} past forecasts held{', worked out afterwards' if record['replayed'] else ''}; about 80 % should."
        )
    if document["stored"]:
        _say("It is stored.")


def _show_anomalies(document: dict[str, Any]) -> None:
    if document["missing"]:
        _say(f"No day can be judged: {document['missing']}.")
        return
    _say(
        f"{document['start']} to {document['end']}: {document['open']} open; {document['scopes']} scopes were judged."
    )
    rows = [
        (
            each["first"] if each["days"] == 1 else f"{each['first']} – {each['last']}", ", ".join(f"{of['scope']} {of['value']}".strip() for of in each["scopes"]),
            _money(each["excess"], document), each["came_of"], ", ".join(each["events"]), each["verdict"] or "open",
        )
        for each in document["items"]
    ]  # fmt: skip
    if rows:
        print_table(
            ("when", "of", "off by", "mostly from", "happened then", "opinion"), rows, numbers=("off by",)
        )


def _show_what_if(document: dict[str, Any]) -> None:
    _say(
        f"{document['start']} to {document['end']}: {_money(document['before'], document)} at the prices in force, "
        f"{_money(document['after'], document)} otherwise, {_money(document['delta'], document)}."
    )
    rows = [
        (
            f"{each['provider']}/{each['model']}",
            *(_money(each[name], document) for name in ("before", "after", "delta")),
        )
        for each in document["models"]
    ]
    print_table(("model", "now", "otherwise", "change"), rows, numbers=("now", "otherwise", "change"))
    for said in document["assumptions"]:
        _say(f"- {said}")
