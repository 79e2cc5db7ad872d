"""Reads the settings file: YAML without surprises, and `${NAME}` from the environment or the file of secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from orchflow.errors import ConfigError

REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class _UniqueKeys(yaml.SafeLoader):
    """YAML that refuses a key written twice, which plain YAML would silently drop."""


def _mapping(loader: _UniqueKeys, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"{key!r} is written twice", key_node.start_mark
            )
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_UniqueKeys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_settings_file(file: Path, secrets: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """The settings of `file`, with `${NAME}` replaced from the environment, else from `secrets`.

    ConfigError names the file, and the line or path, of what cannot be read.
    """
    try:
        values = yaml.load(file.read_text(encoding="utf-8"), _UniqueKeys)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{file}{line}: {error.problem}", "Correct the file's YAML.") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(
            f"{file} cannot be read: {error}", "The file must be readable UTF-8 YAML."
        ) from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise ConfigError(
            f"{file}: expected keys such as workspace: and sources:", "See Settings in the README."
        )
    return expanded(values, file, secrets)


def expanded(values: Mapping[str, Any], file: Path, secrets: Mapping[str, str]) -> dict[str, Any]:
    """Values of `file` with `${NAME}` replaced from the environment, else from `secrets`; ConfigError for what is not set."""
    known = {**secrets, **os.environ}
    return {str(key): _expand(value, file, str(key), known) for key, value in values.items()}


def _expand(value: Any, file: Path, path: str, known: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            str(key): _expand(item, file, f"{path}.{key}" if path else str(key), known)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_expand(item, file, f"{path}[{index}]", known) for index, item in enumerate(value)]
    if isinstance(value, str):
        for name in REFERENCE.findall(value):
            if name not in known:
                raise ConfigError(
                    f"{file}: {path} refers to ${{{name}}}, which is not set",
                    f"Set {name} in the environment, or put it into secrets.yaml in the home folder.",
                )
        return REFERENCE.sub(lambda match: known[match[1]], value)
    return value
