"""What the guidance asks for next, among the other steps of Home."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from orchflow.guidance.next_entry import Kind, Next
from orchflow.guidance.what_next import what_next
from orchflow.insights.step import Step
from orchflow.metrics.facts import Facts

ALONE = 2
"""So many of one kind are told one by one, the rest by their number."""
MANY: dict[Kind, str] = {
    "reopened": "item of yours that its self-check opened again",
    "overdue": "overdue item of yours",
    "soon": "item of yours that is due in 7 days",
    "optional": "optional item of yours",
    "blocks": "item of yours that others wait for",
}
"""What several of a kind are, in words."""


def guidance_steps(facts: Facts) -> list[Step]:
    """What is next for the reader on their checklist and, for managers, in the flows."""
    if facts.actor.user_id is None:
        return []
    entries = what_next(facts.ws, facts.actor, today=facts.today)
    return list(_together(entries))


def _together(entries: list[Next]) -> Iterator[Step]:
    """The first of each kind one by one; then how many more of it there are."""
    told: Counter[tuple[str, str]] = Counter()
    counted = Counter((each.urgency, each.kind) for each in entries)
    for each in entries:
        kind = (each.urgency, each.kind)
        told[kind] += 1
        rest = counted[kind] - ALONE
        if each.kind in MANY and told[kind] > ALONE and rest > 1:
            if told[kind] == ALONE + 1:
                yield Step(
                    f"guidance-{each.kind}-rest", each.urgency, f"{rest} more: {_plural(MANY[each.kind])}", "On your checklist",
                    "my_checklist", owner="you", mine=True,
                )  # fmt: skip
        else:
            yield Step(
                f"guidance-{each.kind}-{each.link}", each.urgency, each.title, each.reason, each.screen, dict(each.query),
                owner="you", mine=each.item_id is not None,
            )  # fmt: skip


def _plural(words: str) -> str:
    return words.replace("item", "items", 1).replace("that is", "that are", 1)
