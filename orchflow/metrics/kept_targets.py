"""The targets that the workspace keeps, as they hold on a day; they beat those of the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from orchflow.config.settings import Targets
from orchflow.metrics.metric import Number, Unit
from orchflow.metrics.queries import rows
from orchflow.warehouse.database import Warehouse


@dataclass(frozen=True)
class KeptTargets:
    """Figure → what it is to reach."""

    values: Mapping[str, Decimal]

    def of(self, key: str, settings: Targets) -> Number | None:
        """The target of a figure, else that of the settings; None where it has none."""
        unit, setting = _declared()[key]
        if key in self.values:
            value = self.values[key]
            return value if unit == "money" else int(value) if value == int(value) else float(value)
        target: Number | None = getattr(settings, setting) if setting else None
        return target

    def over(self, settings: Targets) -> Targets:
        """The settings with the targets that are kept in their places."""
        return settings.model_copy(
            update={
                setting: self.of(key, settings)
                for key, (_, setting) in _declared().items()
                if setting and key in self.values
            }
        )


def kept_targets(warehouse: Warehouse, day: date) -> KeptTargets:
    """The targets that hold on `day`."""
    return KeptTargets({row["figure"]: row["value"] for row in rows(warehouse, "targets_on", {"day": day})})


@cache
def _declared() -> dict[str, tuple[Unit, str]]:
    """Figure → its unit, and the setting that holds its target."""
    from orchflow.metrics.catalogue import METRICS  # which the facts of the figures are made from

    return {key: (metric.unit, metric.target) for key, metric in METRICS.items()}
