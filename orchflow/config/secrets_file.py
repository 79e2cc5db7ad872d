"""Secrets that were written in the browser: a file beside the data that only its owner may read.

The settings refer to them as to variables, `${NAME}`; a variable of the environment beats the file.
"""

from __future__ import annotations

import os
from pathlib import Path

import yaml

from orchflow.disk.durable import replace_file
from orchflow.errors import ConfigError, disk_error

SECRETS_FILE = "secrets.yaml"


def read_secrets(home: Path) -> dict[str, str]:
    """The secrets kept in the home folder, by name; ConfigError when the file cannot be read.

    Where others may read it they no longer may afterwards.
    """
    file = home / SECRETS_FILE
    if not file.exists():
        return {}
    try:
        if file.stat().st_mode & 0o077:
            file.chmod(0o600)
        kept = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(
            f"{file} cannot be read: {type(error).__name__}", "Correct it, or put it back."
        ) from None
    if not isinstance(kept, dict) or not all(isinstance(value, str) for value in kept.values()):
        raise ConfigError(f"{file} is not a list of NAME: value", "Correct it, or put it back.")
    return {str(name): value for name, value in kept.items()}


def keep_secret(home: Path, name: str, value: str | None) -> None:
    """Keep `value` under `name` beside the others (None: no longer); StoreError when the file cannot be written."""
    kept = read_secrets(home) | {name: value}
    text = yaml.safe_dump(
        {key: secret for key, secret in kept.items() if secret is not None}, allow_unicode=True
    )
    try:
        replace_file(home / SECRETS_FILE, text, mode=0o600)
    except OSError as error:
        raise disk_error(
            error, f"{home / SECRETS_FILE} cannot be written", "Make the folder writable."
        ) from None


def free_name(home: Path, wanted: str) -> str:
    """`wanted`, or it with a number behind it: a name that neither the environment nor the file has."""
    taken = {*os.environ, *read_secrets(home)}
    number, name = 1, wanted
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name
