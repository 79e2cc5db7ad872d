"""Every self-check by its key, in the order in which they are listed: by flow, level and declaration."""

from __future__ import annotations

from collections.abc import Collection

from orchflow.errors import NotFound
from orchflow.guidance.checks import agents, checklists, cost, data, people, runs, security, work
from orchflow.guidance.checks.check import Check

_DECLARED = (
    *data.CHECKS,
    *security.CHECKS,
    *people.CHECKS,
    *agents.CHECKS,
    *runs.CHECKS,
    *cost.CHECKS,
    *work.CHECKS,
    *checklists.CHECKS,
)
CHECKS: dict[str, Check] = {
    check.key: check for check in sorted(_DECLARED, key=lambda check: (check.flow, check.level))
}


def check_called(key: str) -> Check:
    """The check `key`; NotFound when there is none."""
    if key not in CHECKS:
        raise NotFound(f"There is no check {key!r}", "orchflow check list shows all.")
    return CHECKS[key]


def concerned_by(moved: Collection[str]) -> list[str]:
    """The keys of the checks whose answer these kinds of rows or topics of facts may change."""
    return [check.key for check in CHECKS.values() if check.follows.intersection(moved)]
