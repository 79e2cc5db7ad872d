"""Every field of the plan's entities, and of what is kept about costs, is on every door, or says why not."""

from __future__ import annotations

from typing import Any

import pytest

from orchflow.api.models import models_of
from orchflow.guidance.entities import ENTITIES
from orchflow.metrics.inputs import INPUTS
from orchflow.planning.exchange.records import FIELDS, Level
from orchflow.reports.plan_datasets import PLAN_DATASETS
from orchflow.store.entity import Entity

EVERY = pytest.mark.parametrize("entity", (ENTITIES | INPUTS).values(), ids=ENTITIES | INPUTS)


def _without(entity: Entity[Any], door: Any) -> set[str]:
    return {name for name, field in entity.fields.items() if door not in field.off}


@EVERY
def test_the_api_tells_every_field_and_takes_those_that_may_be_set(entity: Entity[Any]) -> None:
    models = models_of(entity, {})
    taken = {name for name in _without(entity, "api") if entity.fields[name].fixed in ("", "once")}

    assert set(models.stored.model_fields) - {"id", "version", "created_at", "updated_at"} == _without(
        entity, "api"
    )
    assert set(models.new.model_fields) == taken
    assert set(models.edit.model_fields["changes"].annotation.model_fields) == {
        name for name in taken if not entity.fields[name].fixed
    }


@EVERY
def test_its_dataset_has_every_field(entity: Entity[Any]) -> None:
    columns = {column.name for column, _ in PLAN_DATASETS[entity.many].sources}

    assert columns >= _without(entity, "dataset")


@pytest.mark.parametrize("level", Level)
def test_a_file_of_the_plan_has_every_field(level: Level) -> None:
    keys = {"external_id", "external_source"}  # columns of every row: key and source

    assert set(FIELDS[level].values()) | keys == _without(ENTITIES[level], "file") | keys
