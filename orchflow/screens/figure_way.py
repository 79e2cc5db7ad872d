"""Where the figures of a table open."""

from __future__ import annotations

from orchflow.metrics.figure_address import SCREEN, asked_within
from orchflow.metrics.filters import Filters
from orchflow.screens.catalogue import link
from orchflow.ui.table import Way


def figure_way(filters: Filters) -> Way:
    """The way to each figure, within the filters of the table."""
    return lambda key: (link(SCREEN), asked_within(filters, key))
