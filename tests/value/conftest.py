"""People and a workspace on each engine of the plan store."""

from __future__ import annotations

from tests.costs.conftest import space  # noqa: F401  a fixture
from tests.people.conftest import add_person  # noqa: F401  a fixture
