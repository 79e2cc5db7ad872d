"""Rows that hang on another row of the plan."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from orchflow.api.paging import Id

EntityKind = Literal["effort", "project", "goal", "task", "sprint"]


class RowReference(BaseModel):
    """Which row something hangs on."""

    entity: EntityKind = Field(description="The kind of row it hangs on.")
    entity_id: Id = Field(description="That row's id.")
