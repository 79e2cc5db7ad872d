"""What one reader may see of the insights, and what there is to choose from."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from orchflow import clock
from orchflow.metrics.coverage import Coverage, coverage
from orchflow.metrics.names import filter_options, prominent
from orchflow.metrics.privacy import Privacy, privacy_of
from orchflow.people.permissions import Actor
from orchflow.screens.session import workspace

TOPICS = ("usage", "runs", "agents", "platform", "people", "costs", "expenses", "projects", "prices", "rates")


@dataclass(frozen=True)
class InsightReader:
    """`options`: for each field of the filter bar its values and how they are called; `prominent`: the names of those used
    most, which have their colours first; `version` of the data."""

    privacy: Privacy
    coverage: Coverage
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
    options = filter_options(warehouse, privacy)
    return InsightReader(
        privacy, coverage(warehouse, clock.now()), options, prominent(warehouse, options, privacy), version
    )
