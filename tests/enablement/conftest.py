"""People on each engine of the plan store."""

from __future__ import annotations

from tests.people.conftest import add_person  # noqa: F401  a fixture
