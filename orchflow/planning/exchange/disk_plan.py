"""The folder form on disk: which files there are, what stands in them, and what both sides last agreed on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from orchflow.encoding import to_text
from orchflow.errors import OrchflowError, UsageError
from orchflow.planning.exchange.encodings import decoded
from orchflow.planning.exchange.markdown import Block, Page, Texts, parse, slug
from orchflow.planning.exchange.records import Level
from orchflow.planning.tables import State
from orchflow.table_files.write import whole_file

MANIFEST: Final = ".orchflow.json"
PAGES: dict[str, tuple[Level, ...]] = {
    "effort.md": (Level.EFFORT,),
    "goals.md": (Level.PROJECT, Level.GOAL),
    "tasks.md": (),
}
"""Name of a file → what its headings are; a file without headings has tasks."""

_EFFORT = re.compile(r"effort-(\d{1,4})(?:-.*)?")
_PROJECT = re.compile(r"project-(\d{1,4}(?:\.\d{1,4}){0,2})(?:-.*)?")
_LARGEST = 20_000_000


@dataclass
class DiskPlan:
    """What stands in a folder. `agreed` is what both sides agreed on: name of a row → its texts.

    `efforts` and `projects` are the folders by number, `workspace` is the plan with which the folder was in step.
    """

    folder: Path
    workspace: str | None = None
    agreed: dict[str, Texts] = field(default_factory=dict)
    pages: dict[Path, Page] = field(default_factory=dict)
    efforts: dict[str, Path] = field(default_factory=dict)
    projects: dict[str, Path] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Block]:
        """The blocks of all pages, in order."""
        return [block for page in self.pages.values() for block in page.blocks]

    def agreed_with(self, workspace: str) -> dict[str, Texts]:
        """What the folder and this plan agreed on; nothing when the folder is another plan's."""
        return self.agreed if self.workspace == workspace else {}

    def effort_folder(self, number: str, name: str) -> Path:
        """The folder of an effort: the one that is there, whatever it is called, else a new one."""
        return self.efforts.setdefault(number, self.folder / f"effort-{number}-{slug(name)}".rstrip("-"))

    def project_folder(self, effort: str, number: str, name: str) -> Path:
        """The folder of a project below that of its effort (a number), in the same way."""
        new = self.efforts[effort] / f"project-{number}-{slug(name)}".rstrip("-")
        return self.projects.setdefault(number, new)


def ticked(block: Block, agreed: Texts | None, states: Mapping[str, State]) -> Texts:
    """What a block says, a box that was ticked or cleared since both sides agreed counting as its status."""
    texts = block.texts
    if block.level is not Level.TASK:
        return texts
    status = texts.get("status")
    if status is None:
        texts["status"] = State.DONE.value if block.checked else State.BACKLOG.value
    elif agreed is not None and status == agreed.get("status"):
        done = states.get(status) is State.DONE
        if block.checked != done:
            texts["status"] = State.DONE.value if block.checked else State.IN_PROGRESS.value
    return texts


def scan(folder: Path) -> DiskPlan:
    """Read a folder; UsageError when a file in it cannot be read. One that is not there is empty."""
    disk = DiskPlan(folder)
    if not folder.is_dir():
        return disk
    _read_manifest(disk)
    for effort, number in _numbered(folder, _EFFORT):
        disk.efforts.setdefault(number, effort)
        _read_page(disk, effort / "effort.md", number, None)
        for project, inner in _numbered(effort, _PROJECT):
            if inner in disk.projects:
                raise UsageError(
                    f"{disk.projects[inner]} and {project} are both project {inner}",
                    "Join them, or rename one.",
                )
            disk.projects[inner] = project
            _read_page(disk, project / "goals.md", number, inner)
            _read_page(disk, project / "tasks.md", number, inner)
    return disk


def _numbered(folder: Path, pattern: re.Pattern[str]) -> Iterator[tuple[Path, str]]:
    named = [(path, pattern.fullmatch(path.name)) for path in sorted(folder.iterdir())]
    folders = [(path, match[1]) for path, match in named if match and path.is_dir() and not path.is_symlink()]
    return iter(sorted(folders, key=lambda numbered: [int(part) for part in numbered[1].split(".")]))


def _read_page(disk: DiskPlan, path: Path, effort: str, project: str | None) -> None:
    if not path.is_file() or path.is_symlink():
        return
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"{path} is larger than {_LARGEST / 1e6:.0f} MB", "Split the project.")
        text = decoded(path.read_bytes(), path.name)
    except OSError as error:
        raise OrchflowError(f"{path} cannot be read: {error.strerror}", "Check its permissions.") from None
    if text.guessed:  # what is read here is written back
        raise UsageError(f"{path} is not in UTF-8", "Save it as UTF-8.")
    page = disk.pages[path] = parse(text.content, PAGES[path.name])
    for block in page.blocks:
        block.place = f"{path.relative_to(disk.folder).as_posix()}:{block.line}"
        block.effort, block.project = effort, project


def _read_manifest(disk: DiskPlan) -> None:
    try:
        kept: Any = json.loads((disk.folder / MANIFEST).read_text(encoding="utf-8"))
        rows = {str(name): {str(k): str(v) for k, v in texts.items()} for name, texts in kept["rows"].items()}
        disk.workspace, disk.agreed = str(kept["workspace"]), rows
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return  # then nothing is known to be agreed


def write_manifest(folder: Path, workspace: str, agreed: Mapping[str, Texts]) -> None:
    """Keep what both sides agree on now."""
    rows = {name: dict(sorted(agreed[name].items())) for name in sorted(agreed)}
    document = {"format": "orchflow folder", "workspace": workspace, "rows": rows}
    put(folder / MANIFEST, to_text(document, indent=1) + "\n")


def put(path: Path, text: str) -> bool:
    """Write a file whole or not at all; whether it is another one now."""
    data = text.encode()
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.write(data)
    except OSError as error:
        raise OrchflowError(
            f"{path} could not be written: {error.strerror}", "Choose a folder with room to write."
        ) from None
    return True
