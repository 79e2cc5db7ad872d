"""The dialog that imports a plan."""

from __future__ import annotations

from orchflow.planning.exchange.mappings import TARGETS
from orchflow.screens.plan.plan_transfer import chosen_fields
from orchflow.store.field import in_words


def test_a_column_goes_to_the_field_that_was_chosen_in_words() -> None:
    lines = [{"column": name, "field": in_words(name)} for name in TARGETS]
    assert chosen_fields([*lines, {"column": "Remark", "field": None}]) == {name: name for name in TARGETS}
