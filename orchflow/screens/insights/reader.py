"""What one reader may see of the insights, and what there is to choose from."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from orchflow import clock
from orchflow.metrics.coverage import Coverage, coverage
from orchflow.metrics.names import Names, filter_options, prominent, read_names
from orchflow.metrics.privacy import Privacy, privacy_of
from orchflow.people.permissions import Actor
from orchflow.screens.session import workspace

TOPICS = (
    "usage",
    "runs",
    "agents",
    "platform",
    "people",
    "costs",
    "expenses",
    "projects",
    "prices",
    "rates",
    "value",
)


@dataclass(frozen=True)
class InsightReader:
    """`names`: what values are called; `options`: for each field of the filter bar its values and how they are called; `prominent`: the names of those used
    most, which have their colours first; `version` of the data."""

    privacy: Privacy
    coverage: Coverage
    names: Names
    options: dict[str, dict[str, str]]
    prominent: dict[str, tuple[str, ...]]
    version: int


def insight_reader(actor: Actor) -> InsightReader:
    """What `actor` may see, as of the present data."""
    version = workspace().warehouse.version(*TOPICS)
    return _reader(privacy_of(actor), version)


@st.cache_resource(max_entries=16, show_spinner=False)
def _reader(privacy: Privacy, version: int) -> InsightReader:
    warehouse = workspace().warehouse
    names = read_names(warehouse, privacy)
    options = filter_options(warehouse, privacy, names)
    return InsightReader(
        privacy,
        coverage(warehouse, clock.now()),
        names,
        options,
        prominent(warehouse, options, privacy),
        version,
    )
