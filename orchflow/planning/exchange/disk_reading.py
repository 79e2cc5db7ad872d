"""From what stands in a folder to records of the plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from orchflow.planning.exchange import predecessors
from orchflow.planning.exchange.disk_plan import DiskPlan, ticked
from orchflow.planning.exchange.markdown import Block, Texts, key_in
from orchflow.planning.exchange.records import FIELDS, OWN, Base, Document, Level, Predecessor, Record
from orchflow.planning.tables import State
from orchflow.store.written import Refused


def document_of(
    disk: DiskPlan, workspace: str, known: Collection[str], states: Mapping[str, State]
) -> Document:
    """The blocks of a folder as records. `known` are the rows that the plan has, `states` what each status means."""
    document = Document("folder")
    document.unread = list(dict.fromkeys(name for block in disk.blocks for name in block.unread))
    agreed = disk.agreed_with(workspace)
    seen: set[str] = set()
    for block in disk.blocks:
        name = block.name
        if name in seen:
            same = "the same id" if block.id else "the same name in the same place"
            document.refuse(block.place, "id", f"{same} is there twice")
            continue
        seen.add(name)
        base = agreed.get(name)
        texts = ticked(block, base, states)
        if base is not None and name not in known and texts == base:
            continue  # deleted in the plan, and nobody touched it here
        try:
            document.records.append(_record(block, texts, base, workspace))
        except Refused as error:
            document.refuse(block.place, "depends_on", str(error))
    for name in agreed.keys() - seen:
        if name in known:
            said = f"{agreed[name].get('name', name)!r} is no longer here; it stays in the plan until deleted there"
            document.note(".", name.partition(" ")[0], said)
    return document


def _record(block: Block, texts: Texts, base: Texts | None, workspace: str) -> Record:
    numbered = block.level in (Level.EFFORT, Level.PROJECT) and block.id is None
    source, key = (OWN, None) if numbered else key_in(block.mark)
    record = Record(block.level, block.place, _values(block, texts), key, source)
    if block.level is Level.TASK:
        record.depends_on = predecessors.parse_cell(texts.get("depends_on", ""))
    if block.id is not None:
        values = _values(block, base) if base is not None else {}
        record.base = Base(workspace, "folder", None, _agreed_predecessors(base), values)
    return record


def _agreed_predecessors(base: Texts | None) -> tuple[Predecessor, ...]:
    try:
        return tuple(predecessors.parse_cell((base or {}).get("depends_on", "")))
    except Refused:
        return ()


def _values(block: Block, texts: Texts) -> dict[str, Any]:
    values: dict[str, Any] = {name: texts.get(name) for name in FIELDS[block.level]}
    if "number" in values:
        values["number"] = block.project or block.effort
    if parent := values.get("parent"):
        values["parent"] = ":".join(key_in(parent))
    return values
