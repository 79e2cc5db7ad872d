"""The settings file for a backup: as it is, but for the secrets that stand in it.

A secret belongs into the environment, where `${NAME}` takes it from; one that was written into the file all the same is
replaced by such a reference, so that a backup may lie where the installation's secrets may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

import yaml
from pydantic import BaseModel, SecretStr

from orchflow.config.file import REFERENCE
from orchflow.config.settings import Settings

_PASSWORDS = (re.compile(r"://[^/@\s]*?:([^@\s]*)@"), re.compile(r"[?&]password=([^&\s]*)"))


@dataclass(frozen=True)
class WithoutSecrets:
    """The text of the file, and for each secret left out its place and the variable that stands there now."""

    text: str
    left_out: tuple[str, ...]


def without_secrets(text: str) -> WithoutSecrets:
    """The settings file `text`, which was read before, without the secrets that are written out in it."""
    root = yaml.compose(text, yaml.SafeLoader)
    found = {node.start_mark.index: (path, node) for path, node in _secrets(root, ())}
    left_out = []
    for path, node in sorted(found.values(), key=lambda secret: secret[1].start_mark.index, reverse=True):
        variable = "_".join(path).upper().replace("-", "_")
        start, end = node.start_mark.index, node.end_mark.index
        ending = "\n" if text[end - 1] == "\n" else ""  # a text of several lines takes the last break with it
        text = f'{text[:start]}"${{{variable}}}"{ending}{text[end:]}'
        left_out.append(f"{'.'.join(path)} (now ${{{variable}}})")
    for _, node in found.values():  # wherever else it stands, as in a comment
        if len(node.value) > 3:
            text = text.replace(node.value, "…")
    return WithoutSecrets(text, tuple(reversed(left_out)))


def _secrets(
    node: yaml.Node | None, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], yaml.ScalarNode]]:
    match node:
        case yaml.MappingNode():
            for key, value in node.value:
                name = str(key.value)
                if name in SECRETS and isinstance(value, yaml.ScalarNode):
                    if _is_written_out(value.value):
                        yield (*path, name), value
                else:
                    yield from _secrets(value, (*path, name))
        case yaml.SequenceNode():
            for number, value in enumerate(node.value, 1):
                yield from _secrets(value, (*path, _name_of(value) or str(number)))


def _name_of(node: yaml.Node) -> str | None:
    """What a source is called."""
    if isinstance(node, yaml.MappingNode):
        return next((value.value for key, value in node.value if key.value == "name"), None)
    return None


def _is_written_out(value: str) -> bool:
    """Whether a value has a secret in itself: not where it is taken from the environment, nor in an address without one."""
    if "://" in value:
        passwords = [password for pattern in _PASSWORDS for password in pattern.findall(value)]
        return any(REFERENCE.sub("", password) for password in passwords)
    return bool(REFERENCE.sub("", value))


def _secret_names(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        for kind in _kinds(field.annotation):
            if kind is SecretStr:
                yield name
            elif issubclass(kind, BaseModel):
                yield from _secret_names(kind)


def _kinds(annotation: object) -> Iterator[type]:
    """Every class that an annotation is made of."""
    if isinstance(annotation, type) and not get_args(annotation):
        yield annotation
    for part in get_args(annotation):
        yield from _kinds(part)


SECRETS = frozenset(_secret_names(Settings))
"""The names of settings that are secrets, wherever they stand."""
