"""Which effort, project, goal or sprint is meant by a number or a name: one reading for the grid and for files."""

from __future__ import annotations

import re
from collections.abc import Iterable

from orchflow.store.written import Refused


class RowNames:
    """Rows of one level by what people call them: number, name, and of a team's sprints `Team/3` or `Team/Sprint 3`."""

    def __init__(self, called: str, rows: Iterable[tuple[int, object, str, str]] = ()) -> None:
        """`called` is the level in words; of each row its id, its number, its name, and its team's name or nothing."""
        self._level = called
        self._numbers: dict[str, int] = {}
        self._names: dict[str, set[int]] = {}
        self._of_team: dict[str, set[int]] = {}
        for row_id, number, name, team in rows:
            self.add(row_id, number, name, team)

    def add(self, row_id: int, number: object, name: str, team: str = "") -> None:
        """From now on these mean the row."""
        if number is not None:
            self._numbers[f"{team}/{number}" if team else str(number)] = row_id
        self._names.setdefault(plain_name(name), set()).add(row_id)
        self._of_team.setdefault(plain_name(team), set()).add(row_id)

    def numbered(self, number: str) -> int | None:
        """The row with a number, as a spreadsheet may write it (3.0)."""
        return self._numbers.get(number) or self._numbers.get(re.sub(r"\.0$", "", number))

    def named(self, name: str) -> int | None:
        """The only row with a name, or with a name among those of a team."""
        namesakes = self._names.get(plain_name(name), set())
        if len(namesakes) != 1:
            team, _, own = name.rpartition("/")
            namesakes = self._names.get(plain_name(own), set()) & self._of_team.get(plain_name(team), set())
        return next(iter(namesakes)) if len(namesakes) == 1 else None

    def called(self, written: str) -> int:
        """The row that is meant; Refused when none is, or several are."""
        text = " ".join(written.split())
        row_id = self.numbered(text.removeprefix("#")) or self.named(text)
        if row_id is not None:
            return row_id
        several = len(self._names.get(plain_name(text), ()))
        if several > 1:
            raise Refused(f"could be {several} {self._level}s: {text[:60]!r} (choose it from the list)")
        raise Refused(f"there is no {self._level} {text[:60]!r}")


def plain_name(name: str) -> str:
    """A name as names are compared: one blank for every gap, no case."""
    return " ".join(name.split()).casefold()
