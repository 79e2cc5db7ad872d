"""Write the plan beside what stands in a folder: nothing that was edited there is overwritten, nothing else is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from orchflow.planning.exchange.disk_plan import (
    DiskPlan,
    Found,
    Texts,
    base_key,
    mark_of,
    put,
    texts_of,
    write_manifest,
)
from orchflow.planning.exchange.disk_reading import ticked
from orchflow.planning.exchange.markdown import SHOWN, Block, Page, id_of, render
from orchflow.planning.exchange.records import OWN, Document, Level, Record
from orchflow.planning.tables import State


@dataclass(frozen=True)
class Differing:
    """A field for which the folder keeps another value than the plan's; `both` when both have changed it."""

    place: str
    name: str
    field: str
    plan: str
    disk: str
    both: bool


@dataclass
class FolderReport:
    """What writing a folder did: how many files changed, and which edits on disk it left for reading back."""

    files: int = 0
    rows: int = 0
    differing: list[Differing] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def conflicts(self) -> list[Differing]:
        """Fields that changed on both sides."""
        return [one for one in self.differing if one.both]


class FolderWriting:
    """One writing of a document into a folder. `settled` are blocks (by place) whose edits the plan has taken."""

    def __init__(
        self,
        disk: DiskPlan,
        mark: str,
        document: Document,
        states: Mapping[str, State],
        settled: Mapping[str, Block],
    ) -> None:
        self._disk = disk
        self._mark = mark
        self._states = states
        self._settled = settled
        self._records = [record for record in document.records if record.level is not Level.SPRINT]
        self._agreed = disk.base if disk.workspace == mark else {}
        self._base: dict[str, Texts] = {}
        self._said: dict[str, Texts] = {}
        self._report = FolderReport(rows=len(self._records))
        self._written: dict[Path, Page] = {}

    def write(self) -> FolderReport:
        """Write what differs."""
        found = self._found()
        for record in self._records:
            name = base_key(record.level, mark_of(record))
            self._said[name] = self._texts(record, name, found.get(name))
        self._pages(found)
        self._keep_others(found)
        for path, page in self._written.items():
            self._report.files += put(path, render(page))
        for folder in self._disk.projects.values():
            if folder.is_dir():
                (folder / "documentation").mkdir(exist_ok=True)
        write_manifest(self._disk, self._mark, self._base)
        return self._report

    def _found(self) -> dict[str, Found]:
        """The blocks on disk by the rows of the plan they are; efforts and projects also by their number."""
        found = self._disk.by_id()
        for record in self._records:
            if record.level in (Level.EFFORT, Level.PROJECT):
                name = base_key(record.level, mark_of(record))
                for block in () if name in found else self._disk.blocks:
                    number = block.effort if record.level is Level.EFFORT else block.project
                    if (
                        block.block.level is record.level
                        and block.block.id is None
                        and number == str(record.values["number"])
                    ):
                        found[name] = block
        return found

    def _texts(self, record: Record, name: str, found: Found | None) -> Texts:
        """What the folder will say of a row; notes what both sides agree on, and where they do not."""
        plan = texts_of(record, self._parent(record))
        if found is None:
            self._base[name] = plan
            return plan
        before = self._agreed.get(name)
        place = self._disk.place(found)
        if self._settled.get(place) == found.block:
            self._base[name] = plan
            return plan
        disk = ticked(found, before, self._states)
        said: Texts = {}
        agreed: Texts = {}
        for key in plan.keys() | disk.keys() | (before or {}).keys():
            mine, theirs = plan.get(key, ""), disk.get(key, "")
            was = (before or {}).get(key, "") if before is not None else None
            if theirs in (mine, was):
                said[key] = agreed[key] = mine
                continue
            said[key], agreed[key] = (
                theirs,
                was or "",
            )  # unknown counts as empty: then both sides differ from it
            both = was is None or mine != was
            self._report.differing.append(Differing(place, record.name, key, mine, theirs, both))
        self._base[name] = {key: text for key, text in agreed.items() if text}
        return {key: text for key, text in said.items() if text}

    def _parent(self, record: Record) -> str | None:
        parent = record.values.get("parent")
        if record.level is not Level.TASK or parent is None:
            return None
        source, colon, key = str(parent).partition(":")
        named = {(r.source or OWN, r.key): r for r in self._tasks()}
        if own := named.get((record.source or OWN, str(parent))):
            return mark_of(own)
        return id_of(source, key) if colon and (source, key) in named else None

    def _tasks(self) -> list[Record]:
        return [record for record in self._records if record.level is Level.TASK]

    def _pages(self, found: Mapping[str, Found]) -> None:
        efforts: dict[str, Path] = {}
        for record in self._records:
            number = str(record.values.get("number") or "")
            name = base_key(record.level, mark_of(record))
            if record.level is Level.EFFORT:
                efforts[number] = self._disk.effort_folder(number, record.name)
                self._add(efforts[number] / "effort.md", self._block(record, name, found, f"{number} "))
            elif record.level is Level.PROJECT:
                effort = efforts[str(record.values["effort"])]
                folder = self._disk.project_folder(effort, number, record.name)
                self._add(folder / "goals.md", self._block(record, name, found, f"{number} "))
                self._page(folder / "tasks.md", [f"# Tasks of {number} {record.name}"])
        for record in self._records:
            name = base_key(record.level, mark_of(record))
            said = self._said[name]
            if record.level is Level.GOAL:
                self._add(self._folder(record, said) / "goals.md", self._block(record, name, found))
        self._task_pages(found)

    def _task_pages(self, found: Mapping[str, Found]) -> None:
        """Tasks below their parents, in the order of the plan."""
        marks = {mark_of(record): record for record in self._tasks()}
        below: dict[str | None, list[Record]] = {}
        for mark, record in marks.items():
            said = self._said[base_key(Level.TASK, mark)]
            parent = said.get("parent")
            within = parent in marks and self._said[base_key(Level.TASK, str(parent))].get(
                "project"
            ) == said.get("project")
            below.setdefault(parent if within else None, []).append(record)
        waiting = [(record, 0) for record in below.get(None, [])[::-1]]
        done: set[int] = set()
        while waiting:
            record, depth = waiting.pop()
            done.add(id(record))
            self._task(record, depth, found)
            waiting += [
                (child, depth + 1) for child in below.get(mark_of(record), [])[::-1] if id(child) not in done
            ]
        for record in self._tasks():
            if id(record) not in done:  # two on disk stand under each other
                self._task(record, 0, found)

    def _task(self, record: Record, depth: int, found: Mapping[str, Found]) -> None:
        name = base_key(Level.TASK, mark_of(record))
        folder = self._folder(record, self._said[name])
        block = self._block(record, name, found)
        block.depth = depth
        self._add(folder / "tasks.md", block)

    def _folder(self, record: Record, said: Texts) -> Path:
        """The folder of a row's project, as the folder says it or, where that is none, as the plan does."""
        known = self._disk.projects
        return known.get(said.get("project", "")) or known[str(record.values["project"])]

    def _block(self, record: Record, name: str, found: Mapping[str, Found], number: str = "") -> Block:
        said = self._said[name]
        on_disk = found.get(name)
        return Block(
            record.level,
            number + said.get("name", record.name),
            mark_of(record),
            {key: said[key] for key in SHOWN[record.level] if key in said},
            said.get("description", ""),
            self._states.get(said.get("status", "")) is State.DONE,
            extras=list(on_disk.block.extras) if on_disk else [],
        )

    def _page(self, path: Path, preamble: list[str]) -> Page:
        if path not in self._written:
            kept = self._disk.pages.get(path)
            self._written[path] = Page(list(kept.preamble) if kept else preamble)
        return self._written[path]

    def _add(self, path: Path, block: Block) -> None:
        self._page(path, []).blocks.append(block)

    def _keep_others(self, found: Mapping[str, Found]) -> None:
        """Blocks on disk that are no rows of the plan: new ones stay for reading, deleted ones go unless edited."""
        used = {id(found[name]) for name in self._said if name in found}
        for path, kept in self._disk.pages.items():
            if path not in self._written:
                self._report.notes.append(
                    f"{path.relative_to(self._disk.folder)} is no part of the plan any more"
                )
                for other in (one for one in self._disk.blocks if one.path == path):
                    name = base_key(other.block.level, other.mark)
                    if name in self._agreed and name not in self._base:
                        self._base[name] = self._agreed[name]
                continue
            before: Block | None = None
            others = {
                id(one.block): one for one in self._disk.blocks if one.path == path and id(one) not in used
            }
            for block in kept.blocks:
                stray = others.get(id(block))
                if stray is None:
                    before = next(
                        (
                            one
                            for one in self._written[path].blocks
                            if one.id and one.id == self._mark_of(block, found)
                        ),
                        before,
                    )
                elif self._stays(stray):
                    self._insert(self._written[path], block, before)
                    before = block
                elif block.extras:
                    target = before.extras if before else self._written[path].preamble
                    target += block.extras

    @staticmethod
    def _mark_of(block: Block, found: Mapping[str, Found]) -> str | None:
        if block.id is not None:
            return block.id
        return next((name.partition(" ")[2] for name, one in found.items() if one.block is block), None)

    def _stays(self, other: Found) -> bool:
        name = base_key(other.block.level, other.mark)
        agreed = self._agreed.get(name)
        if other.block.id is None:
            return True
        if agreed is not None and ticked(other, agreed, self._states) == agreed:
            return False
        told = Differing(self._disk.place(other), other.block.title, "(row)", "deleted", "is there", True)
        self._report.differing.append(told)
        if agreed is not None:
            self._base[name] = agreed
        return True

    @staticmethod
    def _insert(page: Page, block: Block, before: Block | None) -> None:
        at = 0
        if before is not None:
            at = (
                next((place for place, one in enumerate(page.blocks) if one is before), len(page.blocks) - 1)
                + 1
            )
        while at < len(page.blocks) and page.blocks[at].depth > block.depth:
            at += 1
        block.depth = min(block.depth, page.blocks[at - 1].depth + 1 if at else 0)
        page.blocks.insert(at, block)
