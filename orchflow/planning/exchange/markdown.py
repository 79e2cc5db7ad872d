"""Plans as Markdown that people edit: headings and task lists with fields below them; what else is there is kept.

A block begins with a heading (effort, project, goal) or a check box (task) and may end with `<!-- id: … -->`. Below it
`- name: value` is a field and `> ` the description. Every other line belongs to the block as it is.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import quote, unquote

from orchflow.planning.exchange.own_table import flat
from orchflow.planning.exchange.records import FIELDS, OWN, Level, Record

SHOWN: dict[Level, tuple[str, ...]] = {
    level: tuple(
        name
        for name in (*FIELDS[level], *(("depends_on",) if level is Level.TASK else ()))
        if name not in ("name", "number", "description", "effort", "project", "parent")
    )
    for level in (Level.EFFORT, Level.PROJECT, Level.GOAL, Level.TASK)
}
"""The fields that stand as lines below a block."""

Texts: TypeAlias = dict[str, str]
"""Field → what a page says of it, its place among the files included; an empty field is not there."""

_ID = re.compile(r"\s*<!-- id: (\S+) -->\s*$")
_HEADING = re.compile(r"(#{1,2}) +(.*)$")
_ITEM = re.compile(r"(\s*)[-*] \[([ xX])\] (.*)$")
_FIELD = re.compile(r"\s*[-*] ([A-Za-z][A-Za-z _]{1,30}): *(.*)$")
_QUOTE = re.compile(r"\s*> ?(.*)$")
_NUMBER = re.compile(r"\d+(?:\.\d+)*\s+")


@dataclass
class Block:
    """One effort, project, goal or task in a file.

    `depth` is how far a task is indented below others, `extras` are the lines that are no part of the plan. A block
    of a folder knows its `place` (file and line), the numbers of its effort and project, and the task above it.
    """

    level: Level
    title: str
    id: str | None = None
    fields: Texts = field(default_factory=dict)
    description: str = ""
    checked: bool = False
    depth: int = 0
    extras: list[str] = field(default_factory=list)
    line: int = 0
    place: str = field(default="", compare=False)
    effort: str | None = field(default=None, compare=False)
    project: str | None = field(default=None, compare=False)
    parent: Block | None = field(default=None, compare=False, repr=False)

    @property
    def mark(self) -> str:
        """What names the block's row; one without an id gets the same mark whenever it is read."""
        if self.id is not None:
            return self.id
        way = [self.project or "", self.parent.mark if self.parent else "", self.level, self.title]
        digest = hashlib.sha256("\n".join(way).encode()).hexdigest()[:8]
        return f"{slug(self.title)[:40]}-{digest}".strip("-")

    @property
    def name(self) -> str:
        """What names the block's row among those of all levels."""
        return row_name(self.level, self.mark)

    @property
    def unread(self) -> list[str]:
        """What stands below it like a field and is none."""
        return [match[1] for line in self.extras if (match := _FIELD.fullmatch(line))]

    @property
    def texts(self) -> Texts:
        """What the block says, its place in the files included."""
        numbered = self.level in (Level.EFFORT, Level.PROJECT)
        title = _NUMBER.sub("", self.title, count=1) if numbered else self.title
        texts = {"name": title, "description": self.description, **self.fields}
        if self.level is Level.PROJECT:
            texts["effort"] = self.effort or ""
        if self.level in (Level.GOAL, Level.TASK):
            texts["project"] = self.project or ""
        if self.parent is not None:
            texts["parent"] = self.parent.mark
        return {name: text for name, text in texts.items() if text}


@dataclass
class Page:
    """A file: what stands before its first block, and its blocks."""

    preamble: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


def slug(name: str) -> str:
    """A name as part of a folder's."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def row_name(level: Level, mark: str) -> str:
    """What names a row among those of all levels."""
    return f"{level.value} {mark}"


def mark_of(record: Record) -> str:
    """The mark by which a file names a stored row."""
    return id_of(record.source or OWN, record.key or "")


def id_of(source: str, key: str) -> str:
    """The mark for a source and key."""
    own = quote(key, safe="@./_+,()-").replace("--", "-%2D")  # it would end the comment it stands in
    return own if source == OWN else f"{quote(source, safe='@./_+')}:{own}"


def key_in(mark: str) -> tuple[str, str]:
    """Source and key of a mark."""
    source, colon, key = mark.partition(":")
    return (unquote(source), unquote(key)) if colon else (OWN, unquote(mark))


def texts_of(record: Record, parent: str | None) -> Texts:
    """What a page says of a stored row; `parent` is its parent's mark."""
    cells = flat(record)
    texts: Texts = {} if parent is None else {"parent": parent}
    for name in (*SHOWN[record.level], "name", "description", "effort", "project"):
        value = cells.get(name)
        if value is not None and value is not False and (name, value) != ("priority", "normal"):
            texts[name] = "yes" if value is True else str(value)
    return texts


def parse(text: str, levels: tuple[Level, ...]) -> Page:
    """The blocks of a page: headings are `levels` by their depth; without levels, check boxes are tasks."""
    page = Page()
    above: list[tuple[int, Block]] = []
    fenced = False
    description: list[str] | None = None
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.rstrip("\r")
        block = page.blocks[-1] if page.blocks else None
        quoted = None if fenced else _QUOTE.fullmatch(line)
        if line.lstrip().startswith("```") and not quoted:
            fenced = not fenced
        started = None if fenced else _heading(line, levels) if levels else _task(line, above)
        if started is not None:
            started.line = number
            page.blocks.append(started)
            description = []
        elif block is None:
            page.preamble.append(line)
        elif quoted and description is not None:
            description.append(quoted[1])
            block.description = "\n".join(description)
        elif fenced or not _add_field(block, line):
            block.extras.append(line)
    page.preamble = _trimmed(page.preamble)
    for block in page.blocks:
        block.extras = _trimmed(block.extras)
    return page


def _heading(line: str, levels: tuple[Level, ...]) -> Block | None:
    heading = _HEADING.fullmatch(line)
    if heading is None or len(heading[1]) > len(levels):
        return None
    return Block(levels[len(heading[1]) - 1], *_title(heading[2]))


def _task(line: str, above: list[tuple[int, Block]]) -> Block | None:
    """The task that a line begins; `above` are the tasks under which it may stand, with their indents."""
    item = _ITEM.fullmatch(line)
    if item is None:
        return None
    indent = len(item[1].expandtabs(4))
    while above and above[-1][0] >= indent:
        above.pop()
    block = Block(Level.TASK, *_title(item[3]), checked=item[2] != " ", depth=len(above))
    block.parent = above[-1][1] if above else None
    above.append((indent, block))
    return block


def _title(text: str) -> tuple[str, str | None]:
    marked = _ID.search(text)
    return (text[: marked.start()].strip(), marked[1]) if marked else (text.strip(), None)


def _add_field(block: Block, line: str) -> bool:
    match = _FIELD.fullmatch(line)
    name = "_".join(match[1].lower().split()) if match else ""
    if match is None or name not in SHOWN[block.level] or name in block.fields:
        return False
    block.fields[name] = match[2].strip()
    return True


def _trimmed(lines: list[str]) -> list[str]:
    """Without the empty lines at both ends."""
    filled = [place for place, line in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def render(page: Page) -> str:
    """The text of a page; parsing it gives the same page."""
    lines: list[str] = [*page.preamble]
    for block in page.blocks:
        if lines and (block.level is not Level.TASK or block.depth == 0):
            lines.append("")
        lines += _lines(block)
    return "\n".join(lines) + "\n"


def _lines(block: Block) -> Iterator[str]:
    mark = f" <!-- id: {block.id} -->" if block.id else ""
    task = block.level is Level.TASK
    indent = "  " * block.depth
    if task:
        yield f"{indent}- [{'x' if block.checked else ' '}] {block.title}{mark}"
        indent += "  "
    else:
        yield f"{'##' if block.level is Level.GOAL else '#'} {block.title}{mark}"
    fields = [
        f"{indent}- {name.replace('_', ' ')}: {block.fields[name]}"
        for name in SHOWN[block.level]
        if block.fields.get(name)
    ]
    description = [
        f"{indent}> {line}".rstrip() if not line else f"{indent}> {line}"
        for line in block.description.split("\n")
    ]
    for part in (fields, description if block.description else [], block.extras):
        if part and not task:
            yield ""
        yield from part
