"""The topic under which the data version of enablement rises."""

from __future__ import annotations

from typing import Any, Final

from orchflow.store.columns import field

TOPIC: Final = "enablement"


def person_field(about: str) -> dict[str, Any]:
    """The field of whose row it is: said once, oneself where it is left out."""
    return field("Person", optional=True, fixed="once", on_delete="with", about=f"{about} Left out: oneself.")
