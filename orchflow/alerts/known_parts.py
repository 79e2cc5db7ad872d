"""What a rule may be narrowed to: the values of a dimension that are known, and the one that somebody means by what they wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.guidance.flows import names_of_flows
from orchflow.metrics.filters import UNATTRIBUTED
from orchflow.metrics.metric import PLAN_DIMENSIONS
from orchflow.metrics.names import filter_options
from orchflow.metrics.privacy import privacy_of
from orchflow.people.permissions import Actor
from orchflow.people.tables import Team
from orchflow.planning.tables import Effort, Project, Sprint
from orchflow.store.written import Refused, choice, short
from orchflow.warehouse.database import Warehouse

NAMED = 3
"""So many of those that are nearest are named."""
_OF_PLAN: Mapping[str, Any] = {"effort": Effort, "project": Project, "sprint": Sprint, "team": Team}


def known_parts(
    session: Session, warehouse: Warehouse | None, actor: Actor, dimension: str, of_plan: bool
) -> Mapping[str, str]:
    """The values of a dimension that `actor` may see, with their names; of one of the plan the numbers of its rows."""
    if of_plan and dimension == "flow":
        return {str(number): name for number, name in names_of_flows(session).items()}
    if of_plan:
        model = _OF_PLAN[dimension]
        return {str(number): name for number, name in session.execute(sa.select(model.id, model.name))}
    return {} if warehouse is None else filter_options(warehouse, privacy_of(actor)).get(dimension, {})


def every_part(session: Session, warehouse: Warehouse | None, actor: Actor) -> dict[str, str]:
    """All that rules may be narrowed to, whatever the dimension, each with a name of its own; a number with what it is of."""
    facts: Mapping[Any, Mapping[str, str]] = (
        {} if warehouse is None else filter_options(warehouse, privacy_of(actor))
    )
    plan = {name: known_parts(session, warehouse, actor, name, True) for name in PLAN_DIMENSIONS}
    names: dict[str, dict[str, None]] = {}
    for dimension, known in (*facts.items(), *plan.items()):
        for key, name in known.items():
            label = f"{name} ({dimension})" if key.isdecimal() else name
            names.setdefault(key, {})[label] = None
    told = {key: " or ".join(labels) for key, labels in names.items()}
    counts = Counter(told.values())
    return {key: label if counts[label] == 1 else f"{label} ({key})" for key, label in told.items()}


def meant(written: str, dimension: str, known: Mapping[str, str]) -> str:
    """The value that is written, by itself or by its name; Refused with the nearest where it is none of those that are known.

    Where nothing of the dimension is known yet, as before the first load, it is taken as it is written.
    """
    if not known.keys() - {UNATTRIBUTED} or written in known:
        return written
    try:
        return choice(written, known)
    except Refused:
        raise Refused(f"there is no {dimension} {short(written)}{_nearest(written, known)}") from None


def _nearest(written: str, known: Mapping[str, str]) -> str:
    words = {word.casefold(): key for key, name in known.items() for word in (name, key)}
    near = [words[word] for word in get_close_matches(written.casefold(), words, n=NAMED * 2, cutoff=0.5)]
    told = list(dict.fromkeys(near))[:NAMED] or (list(known) if len(known) <= NAMED * 2 else [])
    named = [key if known[key] == key else f"{key} ({known[key]})" for key in told]
    return f"; there is {', '.join(named)}" if named else ""
