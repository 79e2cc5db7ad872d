"""The worked example that runs through the pages: a fictitious insurer, its figures in `content/example.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

import yaml

from orchflow.errors import ConfigError
from orchflow.paths import content

Figure: TypeAlias = str | int | float
_NAMED = re.compile(r"\{\{\s*([a-z_]+\.[a-z0-9_]+)\s*\}\}")


@cache
def figures(file: Path | None = None) -> Mapping[str, Figure]:
    """The figures by `part.name`, as `triage.tokens_in`."""
    parts: dict[str, dict[str, Figure]] = yaml.safe_load(
        (file or content() / "example.yaml").read_text(encoding="utf-8")
    )
    return {f"{part}.{name}": value for part, values in parts.items() for name, value in values.items()}


def written(value: Figure) -> str:
    """The figure as a page shows it: thousands apart, money and shares with the decimals that they have."""
    return f"{value:,}" if isinstance(value, int | float) else value


def fill(text: str, values: Mapping[str, Figure]) -> str:
    """`text` with each `{{ part.name }}` replaced; ConfigError names those that there are none of."""
    unknown = sorted({name for name in _NAMED.findall(text) if name not in values})
    if unknown:
        raise ConfigError(f"The example has no figure {', '.join(unknown)}", "See content/example.yaml.")
    return _NAMED.sub(lambda match: written(values[match[1]]), text)
