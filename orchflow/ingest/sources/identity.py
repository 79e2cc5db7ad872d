"""What tells the rows of a source's files apart, and how that is kept with the files read by it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from orchflow.config import WorkspaceSettings
from orchflow.source_settings import UsageFileSettings

DIMENSIONS = (
    "occurred_at", "organization", "agent", "caller", "user_id", "conversation_id", "run_id", "provider", "model", "route",
    "status", "currency", "is_local",
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


@dataclass(frozen=True)
class KnownFile:
    """A content loaded before. The instants are texts that sort (ISO 8601, UTC), empty where none is known."""

    content: str
    path: str
    identity: Identity | None
    modified_at: str
    first_at: str = ""
    last_at: str = ""


class KnownFiles:
    """The files of a source that were loaded, in the order in which they were."""

    def __init__(self, kept: Sequence[Mapping[str, Any]]) -> None:
        self._by_content: dict[str, KnownFile] = {}
        self._newest: dict[str, str] = {}
        for file in kept:
            times = (file[name] or "" for name in ("modified_at", "first_at", "last_at"))
            self.add(KnownFile(file["content"], file["path"], Identity.of(file["identity"]), *times))

    def add(self, file: KnownFile) -> None:
        """Note that a file was loaded."""
        self._by_content[file.content] = file
        self._newest[file.path] = file.content

    def is_read(self, content: str, path: str, modified_at: str, reading: str) -> bool:
        """Whether what the file says was loaded, by the same reading, and not replaced by another content since."""
        known = self._by_content.get(content)
        if known is None or known.identity is None or known.identity.reading != reading:
            return False
        return self._newest.get(path) == content or modified_at <= known.modified_at

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

    def identities(self) -> Collection[Identity]:
        """Every identity by which some file was loaded."""
        return dict.fromkeys(file.identity for file in self._by_content.values() if file.identity).keys()


def _tells_less(file: KnownFile, than: KnownFile) -> bool:
    if file.identity is None or than.identity is None or not file.identity.coarser_than(than.identity):
        return False
    return not than.first_at or (file.first_at <= than.last_at and file.last_at >= than.first_at)
