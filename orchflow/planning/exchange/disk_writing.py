"""Write the plan beside what stands in a folder: nothing that was edited there is overwritten, nothing else is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from orchflow.planning.exchange.disk_plan import DiskPlan, put, ticked, write_manifest
from orchflow.planning.exchange.markdown import (
    SHOWN,
    Block,
    Page,
    Texts,
    id_of,
    mark_of,
    render,
    row_name,
    texts_of,
)
from orchflow.planning.exchange.records import OWN, Document, Level, Record
from orchflow.planning.exchange.tree import in_tree_order
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
        return [differing for differing in self.differing if differing.both]


@dataclass
class _Row:
    """A row of the plan: its block on disk, what the folder will say of it, and the block that will be written."""

    record: Record
    on_disk: Block | None
    texts: Texts
    written: Block | None = None


class FolderWriting:
    """One writing of a document into a folder. `settled` are blocks (by place) whose edits the plan has taken."""

    def __init__(
        self,
        disk: DiskPlan,
        workspace: str,
        document: Document,
        states: Mapping[str, State],
        settled: Mapping[str, Block],
    ) -> None:
        self._disk = disk
        self._workspace = workspace
        self._states = states
        self._settled = settled
        self._records = {
            row_name(record.level, mark_of(record)): record
            for record in document.records
            if record.level is not Level.SPRINT
        }
        self._agreed = disk.agreed_with(workspace)
        self._now_agreed: dict[str, Texts] = {}
        self._rows: dict[str, _Row] = {}
        self._pages: dict[Path, Page] = {}
        self._report = FolderReport(rows=len(self._records))

    def write(self) -> FolderReport:
        """Write what differs."""
        blocks = self._blocks()
        for name, record in self._records.items():
            block = blocks.get(name)
            self._rows[name] = _Row(record, block, self._texts(name, record, block))
        self._lay_out()
        self._keep_others()
        for path, page in self._pages.items():
            self._report.files += put(path, render(page))
        for folder in self._disk.projects.values():
            if folder.is_dir():
                (folder / "documentation").mkdir(exist_ok=True)
        write_manifest(self._disk.folder, self._workspace, self._now_agreed)
        return self._report

    def _blocks(self) -> dict[str, Block]:
        """The blocks on disk by the rows of the plan they are; efforts and projects also by their number."""
        blocks: dict[str, Block] = {}
        for block in self._disk.blocks:
            blocks.setdefault(block.name, block)
        unmarked = {
            (block.level, block.project or block.effort): block
            for block in self._disk.blocks
            if block.id is None
        }
        for name, record in self._records.items():
            if record.level in (Level.EFFORT, Level.PROJECT) and name not in blocks:
                numbered = unmarked.get((record.level, str(record.values["number"])))
                if numbered is not None:
                    blocks[name] = numbered
        return blocks

    def _texts(self, name: str, record: Record, block: Block | None) -> Texts:
        """What the folder will say of a row; notes what both sides agree on, and where they do not."""
        plan = texts_of(record, self._parent(record))
        if block is None or self._settled.get(block.place) == block:
            self._now_agreed[name] = plan
            return plan
        before = self._agreed.get(name)
        disk = ticked(block, before, self._states)
        texts, agreed = dict(plan), dict(plan)
        for key in sorted(plan.keys() | disk.keys() | (before or {}).keys()):
            mine, theirs = plan.get(key, ""), disk.get(key, "")
            base = before.get(key, "") if before is not None else None
            if theirs not in (mine, base):
                texts[key] = theirs
                agreed[key] = base or ""  # unknown counts as empty: then both sides differ from it
                both = base is None or mine != base
                self._report.differing.append(Differing(block.place, record.name, key, mine, theirs, both))
        self._now_agreed[name] = {key: text for key, text in agreed.items() if text}
        return {key: text for key, text in texts.items() if text}

    def _parent(self, record: Record) -> str | None:
        """The mark of the task under which a task stands."""
        if record.level is not Level.TASK or not (parent := record.values.get("parent")):
            return None
        source, _, key = str(parent).partition(":")
        marks = (id_of(record.source or OWN, str(parent)), id_of(source, key))
        return next((mark for mark in marks if row_name(Level.TASK, mark) in self._records), None)

    def _lay_out(self) -> None:
        """Put the rows onto their pages: tasks below their parents, in the order of the plan."""
        tasks: dict[str, str | None] = {}
        for name, row in self._rows.items():
            values = row.record.values
            number = str(values.get("number") or "")
            if row.record.level is Level.EFFORT:
                folder = self._disk.effort_folder(number, row.record.name)
                self._add(folder / "effort.md", row, f"{number} ")
            elif row.record.level is Level.PROJECT:
                folder = self._disk.project_folder(str(values["effort"]), number, row.record.name)
                self._add(folder / "goals.md", row, f"{number} ")
                self._page(folder / "tasks.md", [f"# Tasks of {number} {row.record.name}"])
            elif row.record.level is Level.TASK:
                above = self._rows.get(parent := row_name(Level.TASK, row.texts.get("parent", "")))
                within = above is not None and above.texts.get("project") == row.texts.get("project")
                tasks[name] = parent if within else None
        for row in self._rows.values():
            if row.record.level is Level.GOAL:
                self._add(self._folder(row) / "goals.md", row)
        for name, depth in in_tree_order(tasks):
            self._add(self._folder(self._rows[name]) / "tasks.md", self._rows[name], depth=depth)

    def _folder(self, row: _Row) -> Path:
        """The folder of a row's project, as the folder says it or, where that is none, as the plan does."""
        known = self._disk.projects
        return known.get(row.texts.get("project", "")) or known[str(row.record.values["project"])]

    def _page(self, path: Path, preamble: list[str]) -> Page:
        if path not in self._pages:
            kept = self._disk.pages.get(path)
            self._pages[path] = Page(list(kept.preamble) if kept else preamble)
        return self._pages[path]

    def _add(self, path: Path, row: _Row, number: str = "", depth: int = 0) -> None:
        level, texts = row.record.level, row.texts
        row.written = Block(
            level,
            number + texts.get("name", row.record.name),
            mark_of(row.record),
            {key: texts[key] for key in SHOWN[level] if key in texts},
            texts.get("description", ""),
            self._states.get(texts.get("status", "")) is State.DONE,
            depth,
            list(row.on_disk.extras) if row.on_disk else [],
        )
        self._page(path, []).blocks.append(row.written)

    def _keep_others(self) -> None:
        """Blocks on disk that are no rows of the plan: new ones stay for reading, deleted ones go unless edited."""
        written = {id(row.on_disk): row.written for row in self._rows.values() if row.on_disk}
        for path, kept in self._disk.pages.items():
            page = self._pages.get(path)
            if page is None:
                gone = path.relative_to(self._disk.folder)
                self._report.notes.append(f"{gone} is no part of the plan any more")
                for name in (block.name for block in kept.blocks):
                    if name in self._agreed:
                        self._now_agreed.setdefault(name, self._agreed[name])
                continue
            before: Block | None = None
            for block in kept.blocks:
                if id(block) in written:
                    row_block = written[id(block)]
                    if any(other is row_block for other in page.blocks):
                        before = row_block
                elif self._stays(block):
                    _insert(page, block, before)
                    before = block
                else:
                    (before.extras if before else page.preamble).extend(block.extras)

    def _stays(self, block: Block) -> bool:
        agreed = self._agreed.get(block.name)
        if block.id is None:
            return True
        if agreed is not None and ticked(block, agreed, self._states) == agreed:
            return False
        self._report.differing.append(
            Differing(block.place, block.title, "(row)", "deleted", "is there", True)
        )
        if agreed is not None:
            self._now_agreed[block.name] = agreed
        return True


def _insert(page: Page, block: Block, before: Block | None) -> None:
    """Put a block after another one (None: first) and what stands below that."""
    at = next((place for place, other in enumerate(page.blocks, start=1) if other is before), 0)
    while at < len(page.blocks) and page.blocks[at].depth > block.depth:
        at += 1
    block.depth = min(block.depth, page.blocks[at - 1].depth + 1 if at else 0)
    page.blocks.insert(at, block)
