"""A board as Trello exports it in JSON: its cards as tasks, with the lists they were moved through as their past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from orchflow.planning.exchange.issue_keys import Issue
from orchflow.planning.exchange.issues import IssueReader, Style
from orchflow.planning.exchange.records import Document, Level
from orchflow.planning.exchange.words import status_of
from orchflow.planning.tables import State
from orchflow.store.moments import instant
from orchflow.store.written import Refused

STYLE = Style("trello", "Trello", lists=True)
_UNREAD = ("checklists", "customFields", "pluginData")


def is_board(content: Any) -> bool:
    """Whether a JSON document is a board."""
    return isinstance(content, dict) and all(
        isinstance(content.get(part), list) for part in ("cards", "lists")
    )


def read_board(content: Mapping[str, Any], document: Document, into: str | None) -> None:
    """The cards of a board. `into` (number or key of a project) takes all."""
    lists = {each.get("id"): str(each.get("name") or "") for each in _objects(content, "lists")}
    members = {each.get("id"): _member(each) for each in _objects(content, "members")}
    issues: dict[int, Issue] = {}
    for row, card in enumerate(_objects(content, "cards"), start=1):
        issues[row] = _issue(content, card, lists, members)
        if card.get("closed"):
            document.note(row, "closed", "is archived there; it comes in as its list says")
    document.unread = [part for part in _UNREAD if content.get(part)]
    IssueReader(document, issues, STYLE, into).read()
    moves = _moves(content, document)
    for record in document.records:
        steps = moves.get(record.key or "") if record.level is Level.TASK else None
        if steps:
            record.history = list(_past(record.history, sorted(steps)))


def _objects(content: Mapping[str, Any], part: str) -> Iterator[Mapping[str, Any]]:
    yield from (each for each in content.get(part) or () if isinstance(each, Mapping))


def _member(member: Mapping[str, Any]) -> str:
    return f"{member.get('fullName') or ''} ({member.get('username') or ''})"


def _issue(
    board: Mapping[str, Any], card: Mapping[str, Any], lists: Mapping[Any, str], members: Mapping[Any, str]
) -> Issue:
    labels = [each.get("name") or each.get("color") for each in _objects(card, "labels")]
    cells = {
        "key": card.get("id"), "name": card.get("name"), "description": card.get("desc"), "due": card.get("due"),
        "start": card.get("start"), "complete": card.get("dueComplete"), "status": lists.get(card.get("idList")),
        "project_key": board.get("id"), "project_name": board.get("name"), "created": _made(str(card.get("id") or "")),
        "assignee": "; ".join(members[each] for each in card.get("idMembers") or () if each in members),
    }  # fmt: skip
    issue: Issue = {name: [] if cell in (None, "") else [cell] for name, cell in cells.items()}
    return {**issue, "labels": [str(label) for label in labels if label]}


def _made(card_id: str) -> datetime | None:
    """When a card was made: its id begins with that second."""
    try:
        return datetime.fromtimestamp(int(card_id[:8], 16), UTC) if len(card_id) == 24 else None
    except ValueError:
        return None


def _moves(content: Mapping[str, Any], document: Document) -> dict[str, list[tuple[datetime, State, State]]]:
    """Card → when it went from a list that means a state to another."""
    moves: dict[str, list[tuple[datetime, State, State]]] = {}
    for row, action in enumerate(_objects(content, "actions"), start=1):
        data = action.get("data") or {}
        lists = [str((data.get(side) or {}).get("name") or "") for side in ("listBefore", "listAfter")]
        old, new = (status_of(name) or State.BACKLOG for name in lists)
        if not all(lists) or old is new or not action.get("date"):
            continue
        try:
            at = instant(action["date"])
        except Refused as error:
            document.note(f"action {row}", "date", f"{error}; this move is left out")
            continue
        card = str((data.get("card") or {}).get("id") or "")
        moves.setdefault(card, []).append((at, old, new))
    return moves


def _past(told: list[dict[str, Any]], moves: list[tuple[datetime, State, State]]) -> Iterator[dict[str, Any]]:
    """When the card was made, and then its moves."""
    by = told[0]["by"] if told else "trello"
    if told:
        yield {**told[0], "old": None, "new": moves[0][1].value}
    for at, old, new in moves:
        yield {"occurred_at": at, "field": "status", "old": old.value, "new": new.value, "by": by}
