"""What the screens of the plan can be narrowed to: its efforts, projects, sprints and people."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from orchflow.planning.names import PlanNames
from orchflow.ui.filters import Choice


def by_key(names: Mapping[int, str], only: Collection[int | None] | None = None) -> dict[str, str]:
    """Names by the text that stands in the address; of those in `only`, where it is given."""
    return {str(number): name for number, name in names.items() if only is None or number in only}


def choice(label: str, names: Mapping[int, str], **none: str) -> Choice:
    """The names to choose from; `none` is the key, and the word, for rows that have none of them."""
    known = none | by_key(names)
    return Choice(label, list(known), known)


def people(names: PlanNames) -> dict[int, str]:
    """Those who may be given work."""
    return {number: name for number, name in names.people.items() if number in names.active}


def projects_in(names: PlanNames, efforts: Collection[int]) -> dict[int, str]:
    """The projects of these efforts; of all where none is named."""
    return {
        number: name for number, name in names.projects.items() if not efforts or names.effort_of[number] in efforts
    }  # fmt: skip
