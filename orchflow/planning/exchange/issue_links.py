"""The dependencies of issues: what each waits for, and what it lets wait."""

from __future__ import annotations

import re
from collections.abc import Mapping

from orchflow.planning.exchange import foreign_predecessors
from orchflow.planning.exchange.issue_keys import Issue, Keys, first
from orchflow.planning.exchange.records import Document, Predecessor, Record
from orchflow.store.reading import as_text

_BOTH_WAYS = ("depends_on", "blocks")


def tells_links(issue: Issue) -> bool:
    """Whether the file has a column that would say for what an issue waits."""
    return any(name in _BOTH_WAYS or name.startswith(("waits_for ", "lets_wait ")) for name in issue)


def waits_for(document: Document, row: int, issue: Issue, keys: Keys) -> list[Predecessor]:
    """What an issue waits for, as it says itself."""
    waits = [
        Predecessor(as_text(each).strip(), name.partition(" ")[2])
        for name in issue
        if name.startswith("waits_for ")
        for each in issue[name]
    ]
    for each in issue.get("depends_on", ()):
        whole, rest = keys.apart(as_text(each))
        waits += [Predecessor(name) for name in whole]
        waits += foreign_predecessors.parse(rest, lambda said: document.note(row, "depends_on", said))
    found = (Predecessor(keys.key(wait.task), wait.kind, wait.lag_days) for wait in waits)
    return list({wait.task: wait for wait in found}.values())


def number_rows(document: Document, issues: Mapping[int, Issue], top: int) -> None:
    """Give issues without keys the numbers of their rows below the heading (row `top`), if each predecessor is the number
    of another row."""
    if any(issue.get("key") or issue.get("id") for issue in issues.values()):
        return
    rows, titles = (
        {str(row - top): row for row in issues},
        {first(issue, "name") for issue in issues.values()},
    )
    waits = [
        (row, wait.task)
        for row, issue in issues.items()
        for each in issue.get("depends_on", ())
        for wait in foreign_predecessors.parse(as_text(each), lambda _: None)
    ]
    if waits and all(task not in titles and rows.get(task, row) != row for row, task in waits):
        document.note(waits[0][0], "depends_on", "numbers are taken for those of the rows below the heading")
        for number, row in rows.items():
            issues[row]["id"] = [number]


def let_wait(
    document: Document, issues: Mapping[int, Issue], keys: Keys, tasks: Mapping[str, Record]
) -> None:
    """Issues that say what they block rather than what blocks them: the others wait for them (`tasks` by key)."""
    for row, issue in issues.items():
        for name in (name for name in issue if name == "blocks" or name.startswith("lets_wait ")):
            kind = name.partition(" ")[2] or "fs"
            others = [part for each in issue[name] for part in _parts(as_text(each), keys)]
            for other in map(keys.key, others):
                key, waiting = first(issue, "key"), tasks.get(other)
                if waiting is None:
                    said = f"{other} is not in this file; that it waits for {key} is left out"
                    document.note(row, name, said)
                elif all(there.task != key for there in waiting.depends_on or ()):
                    waiting.depends_on = [*(waiting.depends_on or ()), Predecessor(key, kind)]


def _parts(text: str, keys: Keys) -> list[str]:
    """The names in a cell."""
    whole, rest = keys.apart(text)
    return whole + [name for part in re.split("[,;]", rest) if (name := part.strip())]
