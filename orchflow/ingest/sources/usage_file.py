"""Files of usage: CSV, JSON lines and Parquet, with a mapping of their columns to ours."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchflow.config import UsageFileSettings
from orchflow.errors import ConfigError, OrchflowError, SourceError
from orchflow.ingest.source import Batch, Check, LoadedFile, Watermark
from orchflow.ingest.sources.content_ids import ContentIds
from orchflow.ingest.sources.file_formats import open_file
from orchflow.ingest.sources.usage_values import completed

COLUMNS = (
    "event_id",
    "occurred_at",
    "recorded_at",
    "organization",
    "agent",
    "caller",
    "user_id",
    "conversation_id",
    "run_id",
    "provider",
    "model",
    "route",
    "status",
    "calls",
    "input_tokens",
    "cached_input_tokens",
    "cache_write_input_tokens",
    "output_tokens",
    "cost",
    "currency",
    "duration_ms",
    "is_local",
)
HASH_BYTES = 1 << 20


class UsageFile:
    """A file, or all files that a glob names. A content loaded before is not read again, whatever its name is now.

    Rows without an id of their own get one from their content and from how many equal rows stand before them, so that
    the same file, or a longer one that begins with it, gives the same ids. Agents named in the file become agents.
    """

    kind = "usage_file"

    def __init__(self, settings: UsageFileSettings) -> None:
        self.name = settings.name
        self._path = settings.path
        unknown = sorted(settings.mapping.keys() - set(COLUMNS))
        if unknown:
            raise ConfigError(
                f"sources.{self.name}.mapping.{unknown[0]} is not a column of usage",
                f"Known are {', '.join(COLUMNS)}.",
            )
        self._mapping = settings.mapping
        self._settings = settings

    def jobs(self) -> Sequence[str]:
        """Only usage, whose agents come with it."""
        return ("usage",)

    def close(self) -> None:
        """Nothing stays open."""

    def check(self) -> list[Check]:
        """Try that files are found and that each has the columns."""
        try:
            files = self._files()
        except OrchflowError as error:
            return [Check("files", False, str(error), error.hint)]
        checks = [Check("files", True, f"{len(files)} found by {self._path}")]
        for file in files:
            try:
                with open_file(file) as opened:
                    chosen = self._choose(file, opened.columns)
                    first = next(iter(opened.tables(list(chosen.values()))), None)
            except OrchflowError as error:
                checks.append(Check(f"file {file.name}", False, str(error), error.hint))
                continue
            if first is None:
                checks.append(Check(f"file {file.name}", None, f"{file} has no rows"))
                continue
            identity = "" if "event_id" in chosen else "; rows get an id from their content"
            checks.append(Check(f"file {file.name}", True, f"{file.name} has {', '.join(chosen)}{identity}"))
        return checks

    def read(self, job: str, watermark: Watermark | None, full: bool) -> Iterator[Batch]:
        """Yield the rows of every file whose content is not among the watermark's "files" (of all when `full`)."""
        known = set() if full else set((watermark or {}).get("files", ()))
        broken: list[SourceError] = []
        for file in self._files():
            content = _content_hash(file)
            if content in known:
                continue
            known.add(content)
            try:
                yield from self._rows(file, content)
            except SourceError as error:
                broken.append(error)
        if broken:
            # every sound file was read first: one bad file does not keep the others out
            more = f" (and {len(broken) - 1} more files)" if len(broken) > 1 else ""
            raise SourceError(f"{broken[0]}{more}", broken[0].hint)

    def _rows(self, file: Path, content: str) -> Iterator[Batch]:
        rows = 0
        agents: set[str] = set()
        with open_file(file) as opened, closing(ContentIds()) as ids:
            chosen = self._choose(file, opened.columns)
            waiting: pa.Table | None = None
            # an id made from all columns stays the same when the mapping is corrected
            needed = chosen.values() if "event_id" in chosen else opened.columns
            for table in opened.tables(list(dict.fromkeys(needed))):
                usage = table.select(list(chosen.values())).rename_columns(list(chosen))
                usage = completed(usage, self._settings, own_ids="event_id" in chosen)
                if "event_id" not in chosen:
                    usage = usage.append_column("event_id", ids.of(table))
                usage, named = _callers(usage)
                if named - agents:
                    yield Batch("agents", _agents(named - agents))
                    agents |= named
                rows += usage.num_rows
                if waiting is not None:
                    yield Batch("usage", waiting)
                waiting = usage
            # the file counts as loaded with its last rows, never before
            last = waiting if waiting is not None else pa.table({})
            yield Batch("usage", last, file=LoadedFile(content, str(file), rows))

    def _files(self) -> list[Path]:
        pattern = str(Path(self._path).expanduser())
        files = sorted(Path(name) for name in glob.glob(pattern, recursive=True) if Path(name).is_file())
        if not files:
            raise SourceError(
                f"{self.name}: no file is named {pattern}",
                f"Put the file there or correct sources.{self.name}.path (relative paths start at {Path.cwd()}).",
            )
        return files

    def _choose(self, file: Path, columns: Sequence[str]) -> Mapping[str, str]:
        """Which of the file's columns is which of ours; SourceError names the missing ones and those there are."""
        named = {ours: ours for ours in COLUMNS if ours in columns} | self._mapping
        chosen = {ours: named[ours] for ours in COLUMNS if ours in named}
        missing = [f"{theirs!r} for {ours}" for ours, theirs in chosen.items() if theirs not in columns]
        if "occurred_at" not in chosen:
            missing.insert(0, "one for occurred_at")
        if not {"cost", "input_tokens", "output_tokens"} & chosen.keys():
            missing.append("one for cost, input_tokens or output_tokens")
        if missing:
            raise SourceError(
                f"{file} lacks a column: {', '.join(missing)}; its columns are {', '.join(columns) or 'none'}",
                f"Say in sources.{self.name}.mapping which column is which, for example occurred_at: timestamp.",
            )
        return chosen


def _callers(usage: pa.Table) -> tuple[pa.Table, set[str]]:
    """The rows with `caller` set so that it is attributed to the row's agent, and the agents they name."""
    names = usage.column_names
    if "agent" not in names and "caller" not in names:
        return usage, set()
    if "agent" not in names:
        return usage, _distinct(usage.column("caller"))
    agent = _text(usage.column("agent"))
    caller = agent
    if "caller" in names:
        said = _text(usage.column("caller"))
        # what stands before the first colon is the agent (attribution of callers)
        qualified = pc.if_else(
            pc.equal(said, agent), agent, pc.binary_join_element_wise(agent, said, pa.scalar(":"))
        )
        caller = pc.coalesce(qualified, agent, said)
        usage = usage.drop_columns(["caller"])
    return usage.drop_columns(["agent"]).append_column("caller", caller), _distinct(agent)


def _text(column: Any) -> Any:
    trimmed: Any = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.equal(trimmed, pa.scalar("")), None, trimmed)


def _distinct(column: Any) -> set[str]:
    return {name for name in pc.unique(_text(column)).to_pylist() if name}


def _agents(slugs: set[str]) -> pa.Table:
    names = sorted(slugs)
    return pa.table({"slug": names, "name": names, "status": ["active"] * len(names)})


def _content_hash(file: Path) -> str:
    digest = hashlib.sha256()
    try:
        with file.open("rb") as stream:
            while part := stream.read(HASH_BYTES):
                digest.update(part)
    except OSError as error:
        raise SourceError(
            f"{file} cannot be read: {error.strerror}", "Check the file's permissions."
        ) from None
    return digest.hexdigest()
