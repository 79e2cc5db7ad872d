"""An issue of another program as its cells, and what the issues of a file call each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from orchflow.store.reading import as_text

Issue: TypeAlias = dict[str, list[Any]]
"""Field → the cells of all its columns that hold something."""

_SEVERAL: Final = frozenset({"sprint", "labels", "parent", "epic", "depends_on", "blocks"})
_MOST_PARTS: Final = 21
"""A name may hold so many separators, each counted with what stands before it."""
UNNAMED: Final = "issues"
"""The project of issues that name none."""


def takes_several(name: str) -> bool:
    """Whether every cell of a field counts, rather than the first."""
    return name in _SEVERAL or name.startswith(("waits_for ", "lets_wait "))


def first(issue: Issue, name: str) -> str:
    """The first cell of a field as text; empty when there is none."""
    return as_text(issue[name][0]).strip() if issue.get(name) else ""


def cell(issue: Issue, name: str) -> Any:
    """The first cell of a field as it is."""
    return issue[name][0] if issue.get(name) else None


@dataclass
class Keys:
    """What the issues of a file call each other: by key, number or, where it is the only one, name."""

    project: dict[str, str] = field(default_factory=dict)
    meant: dict[str, str] = field(default_factory=dict)

    def key(self, name: str) -> str:
        """The key of the issue of a name; the name itself, of one that is not in the file or of none."""
        return name if name in self.project else self.meant.get(name, name)

    def apart(self, text: str) -> tuple[list[str], str]:
        """The names in a cell that hold a separator themselves, and the cell without them."""
        parts = re.split("([,;])", text)
        whole, rest, start = [], "", 0
        while start < len(parts):
            for end in range(min(len(parts), start + _MOST_PARTS), start + 2, -2):
                name = "".join(parts[start:end]).strip()
                if name in self.project or name in self.meant:
                    whole.append(name)
                    start = end + 1
                    break
            else:
                rest += "".join(parts[start : start + 2])
                start += 2
        return whole, rest


def keys_in(issues: Mapping[int, Issue], named: Callable[[Issue], str]) -> Keys:
    """`named` is the project that an issue names; one that names none is where its parent is."""
    keys = Keys()
    names: dict[str, list[str]] = {}
    titles = Counter(first(issue, "name") for issue in issues.values())
    parents: dict[str, str] = {}
    for issue in issues.values():
        if key := first(issue, "key"):
            keys.project.setdefault(key, named(issue))
            parents[key] = first(issue, "parent")
            names.setdefault(first(issue, "name"), []).append(key)
    keys.meant = {name: own[0] for name, own in names.items() if name and len(own) == 1}
    for issue in issues.values():
        key, title = first(issue, "key"), first(issue, "name")
        if (number := first(issue, "id")) and (key or titles[title] == 1):
            keys.meant[number] = key or title
    for key in keys.project:
        above, seen = key, {key}
        while (
            not keys.project.get(above, UNNAMED) and (above := keys.key(parents.get(above, ""))) not in seen
        ):
            seen.add(above)
        keys.project[key] = keys.project.get(above) or UNNAMED
    return keys


def parents_in_outline(issues: Mapping[int, Issue]) -> dict[int, str]:
    """Row → the key of the issue, or the name of one without, under which its level of outline puts it."""
    above: list[tuple[int, str]] = []
    parents: dict[int, str] = {}
    for row, issue in issues.items():
        level = level_of(issue)
        if not level:  # 0 is the whole plan
            continue
        while above and above[-1][0] >= level:
            above.pop()
        parents[row] = above[-1][1] if above else ""
        above.append((level, first(issue, "key") or first(issue, "name")))
    return parents


def level_of(issue: Issue) -> int | None:
    """The level of an issue in the outline: 1 for the highest, 0 for the whole plan; by its code (1.2.1) where that is all."""
    level, code = first(issue, "outline"), first(issue, "wbs")
    if level.isdecimal() or not code:
        return int(level) if level.isdecimal() else None
    return 0 if code == "0" else code.count(".") + 1
