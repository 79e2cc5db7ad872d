"""Workspaces to measure on, and what a measurement needs of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from orchflow.config import Settings, load_settings
from orchflow.workspace import Workspace, open_workspace


def settings_of(folder: Path, sources: list[dict[str, Any]] | None = None) -> Settings:
    """Settings of a workspace of its own in `folder`, with these sources; nothing of the machine's own settings."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "orchflow.yaml"
    file.write_text(yaml.safe_dump({"sources": sources or []}), encoding="utf-8")
    return load_settings(home=folder / "home", config=file)


def open_at(folder: Path, sources: list[dict[str, Any]] | None = None) -> Workspace:
    """Open the workspace in `folder`."""
    return open_workspace(settings_of(folder, sources))
