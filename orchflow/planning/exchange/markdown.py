"""Plans as Markdown that people edit: headings and task lists with fields below them; what else is there is kept.

A block begins with a heading (effort, project, goal) or a check box (task) and may end with `<!-- id: … -->`. Below it
`- name: value` is a field and `> ` the description. Every other line belongs to the block as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from orchflow.planning.exchange.records import FIELDS, OWN, Level

SHOWN: dict[Level, tuple[str, ...]] = {
    level: tuple(
        name
        for name in (*FIELDS[level], *(("depends_on",) if level is Level.TASK else ()))
        if name not in ("name", "number", "description", "effort", "project", "parent")
    )
    for level in (Level.EFFORT, Level.PROJECT, Level.GOAL, Level.TASK)
}
"""The fields that stand as lines below a block."""

_ID = re.compile(r"\s*<!-- id: (\S+) -->\s*$")
_HEADING = re.compile(r"(#{1,2}) +(.*)$")
_ITEM = re.compile(r"(\s*)[-*] \[([ xX])\] (.*)$")
_FIELD = re.compile(r"\s*[-*] ([A-Za-z][A-Za-z _]{1,30}): *(.*)$")
_QUOTE = re.compile(r"\s*> ?(.*)$")
_NUMBER = re.compile(r"(\d+(?:\.\d+)*)\s+")


@dataclass
class Block:
    """One effort, project, goal or task in a file. `depth` is how far a task is indented below others."""

    level: Level
    title: str
    id: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    description: str = ""
    checked: bool = False
    depth: int = 0
    extras: list[str] = field(default_factory=list)
    line: int = 0


@dataclass
class Page:
    """A file: what stands before its first block, and its blocks."""

    preamble: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


def id_of(source: str | None, key: str) -> str:
    """The mark by which a file names a row."""
    own = quote(key, safe="@./_+,()-")
    own = own.replace("--", "-%2D")  # what would end the comment it stands in
    return (
        own if source in (None, "", OWN) else f"{quote(str(source), safe='@./_+ ').replace(' ', '%20')}:{own}"
    )


def key_in(mark: str) -> tuple[str, str]:
    """Source and key of a mark."""
    source, colon, key = mark.partition(":")
    return (unquote(source), unquote(key)) if colon else (OWN, unquote(mark))


def parse(text: str, levels: tuple[Level, ...]) -> Page:
    """The blocks of a page: headings are `levels` by their depth; without levels, check boxes are tasks."""
    page = Page()
    indents: list[int] = []
    fenced = False
    description: list[str] | None = None
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.rstrip("\r")
        block = page.blocks[-1] if page.blocks else None
        quoted = None if fenced else _QUOTE.fullmatch(line)
        if line.lstrip().startswith("```") and not quoted:
            fenced = not fenced
        started = None if fenced else _started(line, levels, number, indents)
        if started is not None:
            page.blocks.append(started)
            description = []
        elif block is None:
            page.preamble.append(line)
        elif quoted and description is not None:
            description.append(quoted[1])
            block.description = "\n".join(description)
        elif not fenced and _add_field(block, line):
            continue
        else:
            block.extras.append(line)
    page.preamble = _trimmed(page.preamble)
    for block in page.blocks:
        block.extras = _trimmed(block.extras)
    return page


def _started(line: str, levels: tuple[Level, ...], number: int, indents: list[int]) -> Block | None:
    if levels:
        heading = _HEADING.fullmatch(line)
        if heading is None or len(heading[1]) > len(levels):
            return None
        title, mark = _title(heading[2])
        return Block(levels[len(heading[1]) - 1], title, mark, line=number)
    item = _ITEM.fullmatch(line)
    if item is None:
        return None
    indent = len(item[1].expandtabs(4))
    while indents and indents[-1] >= indent:
        indents.pop()
    title, mark = _title(item[3])
    found = Block(Level.TASK, title, mark, checked=item[2] != " ", depth=len(indents), line=number)
    indents.append(indent)
    return found


def _title(text: str) -> tuple[str, str | None]:
    marked = _ID.search(text)
    return (text[: marked.start()].strip(), marked[1]) if marked else (text.strip(), None)


def _add_field(block: Block, line: str) -> bool:
    found = _FIELD.fullmatch(line)
    if found is None:
        return False
    name = "_".join(found[1].lower().split())
    if name not in SHOWN[block.level] or name in block.fields:
        return False
    block.fields[name] = found[2].strip()
    return True


def _trimmed(lines: list[str]) -> list[str]:
    """Without empty lines at both ends, and without those between our own lines."""
    kept = list(lines)
    while kept and not kept[0].strip():
        kept.pop(0)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def number_in(title: str) -> tuple[str | None, str]:
    """The number before a title, and the rest of it."""
    found = _NUMBER.match(title)
    return (found[1], title[found.end() :]) if found else (None, title)


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
    else:
        yield f"{'##' if block.level is Level.GOAL else '#'} {block.title}{mark}"
    inside = indent + "  " if task else ""
    fields = [(name, block.fields[name]) for name in SHOWN[block.level] if block.fields.get(name)]
    if fields and not task:
        yield ""
    for name, value in fields:
        yield f"{inside}- {name.replace('_', ' ')}: {value}"
    if block.description:
        if not task:
            yield ""
        for line in block.description.split("\n"):
            yield f"{inside}> {line}".rstrip(" ") if not line else f"{inside}> {line}"
    if block.extras:
        if not task:
            yield ""
        yield from block.extras
