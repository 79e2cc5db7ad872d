"""What tells the rows of a source's files apart, and how that is kept with the files read by it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from orchflow.config.settings import WorkspaceSettings
from orchflow.config.sources import UsageFileSettings

DIMENSIONS = (
    "occurred_at", "organization", "agent", "caller", "user_id", "conversation_id", "run_id", "provider", "model", "route",
    "status", "currency", "is_local", "service_tier",
)  # fmt: skip
"""What a row is about; its amounts, tokens and stamps are what is said of it, and never part of what it is."""
NOT_READING = {"name", "kind", "path", "schedule"}


@dataclass(frozen=True)
class Identity:
    """`columns` make a row: names of the file for a declared key, else ours; `reading` is all else that decides what it says.

    Rows that are alike in all their dimensions are told apart by their order within the file.
    """

    by: Literal["event_id", "key", "dimensions"]
    columns: tuple[str, ...]
    reading: str

    def text(self) -> str:
        """The form in which it is kept."""
        return json.dumps({"by": self.by, "columns": self.columns, "reading": self.reading}, sort_keys=True)

    @classmethod
    def of(cls, text: str | None) -> Identity | None:
        """What `text` gave; None when nothing was kept."""
        if not text:
            return None
        kept = json.loads(text)
        return cls(kept["by"], tuple(kept["columns"]), kept["reading"])

    def described(self) -> str:
        """In words, for `ingest check`."""
        named = ", ".join(self.columns)
        match self.by:
            case "event_id":
                return "rows are told apart by event_id"
            case "key":
                return f"rows are told apart by their key {named}"
        return f"rows are told apart by {named}, alike ones by their order in the file"

    def coarser_than(self, other: Identity) -> bool:
        """Whether this one lacks columns by which the other tells rows apart, in files that are read the same way."""
        same = self.by == other.by == "dimensions" and self.reading == other.reading
        return same and set(self.columns) < set(other.columns)


def identity_of(
    settings: UsageFileSettings, workspace: WorkspaceSettings, chosen: Mapping[str, str]
) -> Identity:
    """The identity of the rows of a file in which `chosen` says which of its columns is which of ours."""
    reading = reading_of(settings, workspace)
    if settings.key and settings.key != (chosen.get("event_id"),):
        return Identity("key", settings.key, reading)
    if "event_id" in chosen:
        return Identity("event_id", (), reading)
    return Identity("dimensions", tuple(name for name in DIMENSIONS if name in chosen), reading)


def reading_of(settings: UsageFileSettings, workspace: WorkspaceSettings) -> str:
    """All settings that decide what a row says, as one text: bare days lie in the workspace's zone."""
    kept = settings.model_dump(mode="json", exclude=NOT_READING, exclude_defaults=True)
    return json.dumps(
        {"settings": kept, "timezone": workspace.timezone, "currency": workspace.currency}, sort_keys=True
    )


def settings_of(source: str, reading: str) -> tuple[UsageFileSettings, WorkspaceSettings] | None:
    """The settings that `reading_of` made a text of; None where they are no longer understood."""
    kept: dict[str, Any] = json.loads(reading)
    try:
        settings = UsageFileSettings(name=source, kind="usage_file", path="", **kept["settings"])
        workspace = WorkspaceSettings(timezone=kept["timezone"], currency=kept["currency"])
    except ValidationError:
        return None
    return settings, workspace


class CutLine(NamedTuple):
    """The last line of the file `path`, of which only `text` may be there: the row it is read as, and the line before it."""

    path: str
    row: str
    before: str
    text: str


@dataclass(frozen=True)
class KnownFile:
    """A content loaded before. The instants are texts that sort (ISO 8601, UTC), empty where none is known.

    `cut` is the JSON of its last row and line, where that may have been cut off; see `CutLine`.
    """

    content: str
    path: str
    identity: Identity | None
    modified_at: str
    first_at: str = ""
    last_at: str = ""
    cut: str = ""

    @property
    def cut_line(self) -> CutLine | None:
        """Its last line, where that may have been cut off and the line before it is known."""
        kept = json.loads(self.cut) if self.cut else {"text": ""}
        before, mark, text = kept["text"].partition("\n")
        return CutLine(self.path, kept["row"], before, text) if mark else None

    @property
    def age(self) -> tuple[str, list[tuple[int, str]]]:
        """What sorts it after what was written before it."""
        return self.modified_at, natural(self.path)


class KnownFiles:
    """The files of a source that were loaded, in the order in which they were."""

    def __init__(self, kept: Sequence[Mapping[str, Any]]) -> None:
        self._by_content: dict[str, KnownFile] = {}
        self._newest: dict[str, str] = {}
        self._cut: dict[str, dict[str, list[CutLine]]] = {}
        self._cut_of: dict[str, CutLine] = {}
        for file in kept:
            told = [file[name] or "" for name in ("modified_at", "first_at", "last_at", "cut")]
            self.add(KnownFile(file["content"], file["path"], Identity.of(file["identity"]), *told))

    def add(self, file: KnownFile) -> None:
        """Note that a file was loaded."""
        self._by_content[file.content] = file
        self._newest.pop(file.path, None)
        self._newest[file.path] = file.content
        if replaced := self._cut_of.pop(file.path, None):
            self._forget(replaced)
        if line := file.cut_line:
            self._cut_of[file.path] = line
            self._cut.setdefault(line.before, {}).setdefault(line.text, []).append(line)

    def _forget(self, line: CutLine) -> None:
        texts = self._cut[line.before]
        texts[line.text].remove(line)
        if not texts[line.text]:
            del texts[line.text]
        if not texts:
            del self._cut[line.before]

    def is_read(self, content: str, path: str, modified_at: str, reading: str) -> bool:
        """Whether what the file says was loaded, by the same reading, and not replaced by another content since."""
        known = self._by_content.get(content)
        if known is None or known.identity is None or known.identity.reading != reading:
            return False
        return self._newest.get(path) == content or modified_at <= known.modified_at

    def standing(self, content: str, reading: str | None = None) -> str | None:
        """The path at which a content (read by `reading`, where that is given) is the newest one that was loaded."""
        known = self._by_content.get(content)
        if known is None or self._newest.get(known.path) != content:
            return None
        same = reading is None or (known.identity is not None and known.identity.reading == reading)
        return known.path if same else None

    def tells_more(self, content: str, than: Collection[str]) -> bool:
        """Whether a content tells its rows apart by more columns than one of `than` that may hold some of them."""
        own = self._by_content[content]
        return any(_tells_less(self._by_content[other], own) for other in than)

    def has(self, path: str) -> bool:
        """Whether anything was loaded from this path."""
        return path in self._newest

    def read_otherwise(self, reading: str) -> list[KnownFile]:
        """The files whose newest content was loaded by another reading."""
        newest = (self._by_content.get(content) for content in self._newest.values())
        return [
            file
            for file in newest
            if file is not None and (file.identity is None or file.identity.reading != reading)
        ]

    def paths(self, reading: str) -> tuple[str, ...]:
        """The paths last loaded by this reading."""
        return tuple(
            path
            for path, content in self._newest.items()
            if (known := self._by_content.get(content))
            and known.identity
            and known.identity.reading == reading
        )

    def identities(self, before: KnownFile) -> Collection[Identity]:
        """Every identity of a file by which the rows of the newer file `before` may have been known."""
        return dict.fromkeys(
            file.identity
            for file in self._by_content.values()
            if file.identity
            and before.identity
            and (
                file.identity.reading != before.identity.reading
                or (file.identity.coarser_than(before.identity) and file.age < before.age)
            )
        ).keys()

    def coarser(self, than: KnownFile) -> Collection[Identity]:
        """The identities with fewer columns by which rows of the newer file `than` may have been known."""
        own = than.identity
        return [known for known in self.identities(than) if own and known.coarser_than(own)]

    def finer(self, than: KnownFile) -> list[KnownFile]:
        """The older files that tell their rows apart by more columns, the oldest first."""
        newest = (self._by_content.get(content) for content in self._newest.values())
        finer = [
            file
            for file in newest
            if file and file.identity and than.identity and than.identity.coarser_than(file.identity)
            and file.path != than.path and file.age < than.age
        ]  # fmt: skip
        return sorted(finer, key=lambda file: file.age)

    def around(self, own: KnownFile) -> list[str]:
        """The paths of the other files that cover some of the same time, the last loaded first."""
        newest = (self._by_content[content] for content in reversed(self._newest.values()))
        return [
            file.path
            for file in newest
            if file.path != own.path and file.first_at <= own.last_at and file.last_at >= own.first_at
        ]

    @property
    def cut(self) -> Mapping[str, Mapping[str, Sequence[CutLine]]]:
        """The last lines that may have been cut off, by the line before them and their text."""
        return self._cut


def natural(path: str) -> list[tuple[int, str]]:
    """What sorts `usage-9` before `usage-10`."""
    return [(int(part) if part.isdigit() else 0, part) for part in re.split(r"([0-9]+)", path)]


def _tells_less(file: KnownFile, than: KnownFile) -> bool:
    if file.identity is None or than.identity is None or not file.identity.coarser_than(than.identity):
        return False
    if file.age > than.age:
        return False
    return not than.first_at or (file.first_at <= than.last_at and file.last_at >= than.first_at)
