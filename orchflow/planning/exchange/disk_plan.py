"""The folder form on disk: which files there are, what stands in them, and what both sides last agreed on."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from orchflow.encoding import to_text
from orchflow.errors import OrchflowError, UsageError
from orchflow.planning.exchange import own_table, predecessors
from orchflow.planning.exchange.markdown import SHOWN, Block, Page, id_of, number_in, parse
from orchflow.planning.exchange.records import OWN, Level, Record
from orchflow.planning.exchange.text_table import decoded
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

Texts = dict[str, str]
"""Field → what a page says of it; an empty field is not there."""


@dataclass
class Found:
    """A block on disk, where it stands, and what it stands under."""

    block: Block
    path: Path
    effort: str | None
    project: str | None
    parent: Found | None = None

    @property
    def mark(self) -> str:
        """The block's mark; one that has none yet gets the same one whenever it is read."""
        if self.block.id is not None:
            return self.block.id
        way = [
            self.project or "",
            self.parent.mark if self.parent else "",
            self.block.level,
            self.block.title,
        ]
        digest = hashlib.sha256("\n".join(way).encode()).hexdigest()[:8]
        return f"{slug(self.block.title)[:40]}-{digest}".strip("-")

    @property
    def texts(self) -> Texts:
        """What the block says, its place in the files included."""
        block = self.block
        title = number_in(block.title)[1] if block.level in (Level.EFFORT, Level.PROJECT) else block.title
        texts = {"name": title, "description": block.description, **block.fields}
        if block.level is Level.PROJECT:
            texts["effort"] = self.effort or ""
        if block.level in (Level.GOAL, Level.TASK):
            texts["project"] = self.project or ""
        if block.level is Level.TASK and self.parent is not None:
            texts["parent"] = self.parent.mark
        return {name: text for name, text in texts.items() if text}


@dataclass
class DiskPlan:
    """Everything found in a folder. `base` is what both sides agreed on: mark of a row → its texts."""

    folder: Path
    workspace: str | None = None
    base: dict[str, Texts] = field(default_factory=dict)
    pages: dict[Path, Page] = field(default_factory=dict)
    blocks: list[Found] = field(default_factory=list)
    efforts: dict[str, Path] = field(default_factory=dict)
    projects: dict[str, Path] = field(default_factory=dict)

    def place(self, found: Found) -> str:
        """Where a block is, for people."""
        return f"{found.path.relative_to(self.folder).as_posix()}:{found.block.line}"

    def by_id(self) -> dict[str, Found]:
        """The blocks by what names their rows; of two with the same mark the first."""
        marked: dict[str, Found] = {}
        for found in self.blocks:
            marked.setdefault(base_key(found.block.level, found.mark), found)
        return marked

    def effort_folder(self, number: str, name: str) -> Path:
        """The folder of an effort: the one that is there, whatever it is called, else a new one."""
        return self.efforts.setdefault(number, self.folder / f"effort-{number}-{slug(name)}".rstrip("-"))

    def project_folder(self, effort: Path, number: str, name: str) -> Path:
        """The folder of a project, in the same way."""
        return self.projects.setdefault(number, effort / f"project-{number}-{slug(name)}".rstrip("-"))


def base_key(level: Level, mark: str) -> str:
    """The name of a row among the agreed texts."""
    return f"{level.value} {mark}"


def slug(name: str) -> str:
    """A name as part of a folder's."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def texts_of(record: Record, parent: str | None) -> Texts:
    """What a page says of a stored row; `parent` is its parent's mark."""
    cells = own_table.flat(record)
    texts: Texts = {}
    for name in (*SHOWN[record.level], "name", "description", "effort", "project"):
        value = cells.get(name)
        if value is None or (name == "priority" and value == "normal") or value is False:
            continue
        texts[name] = "yes" if value is True else str(value)
    if record.depends_on:
        texts["depends_on"] = predecessors.format_cell(record.depends_on)
    if parent is not None:
        texts["parent"] = parent
    return texts


def mark_of(record: Record) -> str:
    """The mark of a stored row."""
    return id_of(record.source or OWN, record.key or "")


def scan(folder: Path) -> DiskPlan:
    """Read a folder; UsageError when a file in it cannot be read. One that is not there is empty."""
    disk = DiskPlan(folder)
    if not folder.is_dir():
        return disk
    _read_manifest(disk)
    for effort, number in _numbered(folder, _EFFORT):
        disk.efforts.setdefault(number, effort)
        _page(disk, effort / "effort.md", number, None)
        for project, inner in _numbered(effort, _PROJECT):
            if inner in disk.projects:
                raise UsageError(
                    f"{disk.projects[inner]} and {project} are both project {inner}",
                    "Join them, or rename one.",
                )
            disk.projects[inner] = project
            _page(disk, project / "goals.md", number, inner)
            _page(disk, project / "tasks.md", number, inner)
    return disk


def _numbered(folder: Path, pattern: re.Pattern[str]) -> Iterator[tuple[Path, str]]:
    named = [(path, pattern.fullmatch(path.name)) for path in sorted(folder.iterdir())]
    found = [(path, match[1]) for path, match in named if match and path.is_dir() and not path.is_symlink()]
    return iter(sorted(found, key=lambda one: [int(part) for part in one[1].split(".")]))


def _page(disk: DiskPlan, path: Path, effort: str, project: str | None) -> None:
    if not path.is_file() or path.is_symlink():
        return
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"{path} is larger than {_LARGEST / 1e6:.0f} MB", "Split the project.")
        text, _ = decoded(path.read_bytes(), path.name)
    except OSError as error:
        raise OrchflowError(f"{path} cannot be read: {error.strerror}", "Check its permissions.") from None
    page = parse(text, PAGES[path.name])
    disk.pages[path] = page
    above: list[Found] = []
    for block in page.blocks:
        found = Found(block, path, effort, project)
        if block.level is Level.TASK:
            del above[block.depth :]
            found.parent = above[-1] if above else None
            above.append(found)
        disk.blocks.append(found)


def _read_manifest(disk: DiskPlan) -> None:
    file = disk.folder / MANIFEST
    try:
        kept: Any = json.loads(file.read_text(encoding="utf-8"))
        disk.workspace = str(kept["workspace"])
        disk.base = {
            str(mark): {str(k): str(v) for k, v in texts.items()} for mark, texts in kept["rows"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        disk.workspace, disk.base = None, {}


def write_manifest(disk: DiskPlan, mark: str, base: dict[str, Texts]) -> None:
    """Keep what both sides agree on now."""
    rows = {name: dict(sorted(base[name].items())) for name in sorted(base)}
    document = {"format": "orchflow folder", "workspace": mark, "rows": rows}
    put(disk.folder / MANIFEST, to_text(document, indent=1) + "\n")


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
