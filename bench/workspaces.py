"""Workspaces to measure on, and what a measurement needs of one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from bench.figures import Figure
from bench.large import Organisation
from bench.sizes import Sizes
from orchflow.config.settings import Settings, load_settings
from orchflow.workspace import Workspace, open_workspace
from tests.serving import Server


@dataclass(frozen=True)
class Demo:
    """A demo workspace in `folder`, and what it took to fill it, in a process of its own."""

    folder: Path
    events: int
    seconds: float
    peak_mb: float

    @property
    def home(self) -> Path:
        """Its data folder."""
        return self.folder / "home"

    def serve(self) -> Server:
        """A server on it, to be begun by `with`."""
        return Server(self.home, config=self.folder / "orchflow.yaml")

    def copied(self, part: Path) -> Demo:
        """The same once more in the folder `part`, for what changes it."""
        folder = part / "copy"
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("server*", "*.tmp"))
        return replace(self, folder=folder)

    def figures(self) -> list[Figure]:
        """What filling it took."""
        note = f"demo of {self.events:,} events in {self.seconds:.0f} s"
        return [
            Figure("most memory while loading", self.peak_mb, "MB", 1000, "less", note),
            Figure("simulate and load everything", self.events / self.seconds, "events/s", note="runs, people and rollups included"),
        ]  # fmt: skip


_kept: list[Path] = []


def keep_in(folder: Path) -> None:
    """Fill workspaces in a folder; those that lie there already are taken as they are."""
    _kept[:] = [folder]


def demo(events: int, sizes: Sizes) -> Demo:
    """The workspace of that many events, filled once for all parts: none of them changes it."""
    size = Organisation(events, sizes.days, sizes.agents, sizes.people, sizes.plan_large, sizes.bill_rows)
    folder = _kept[0] / f"demo-{events}"
    told = folder / "filled.json"
    if not told.exists():
        command = [sys.executable, "-m", "bench.fill", str(folder), json.dumps(asdict(size))]
        filling = subprocess.run(command, capture_output=True, text=True, check=False)
        if filling.returncode:
            raise RuntimeError(f"filling {folder} failed:\n{filling.stderr}")
        told.write_text(filling.stdout, encoding="utf-8")
    return Demo(folder, **json.loads(told.read_text(encoding="utf-8")))


def settings_of(folder: Path, sources: list[dict[str, Any]] | None = None) -> Settings:
    """Settings of a workspace of its own in `folder`, with these sources; nothing of the machine's own settings."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "orchflow.yaml"
    file.write_text(yaml.safe_dump({"sources": sources or []}), encoding="utf-8")
    return load_settings(home=folder / "home", config=file)


def open_at(folder: Path, sources: list[dict[str, Any]] | None = None) -> Workspace:
    """Open the workspace in `folder`."""
    return open_workspace(settings_of(folder, sources))
