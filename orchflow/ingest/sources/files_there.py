"""The files that a pattern names, when each was written, and what each is known by."""

from __future__ import annotations

import glob
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchflow.errors import SourceError
from orchflow.ingest.sources.identity import natural

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def files_of(source: str, path: str) -> list[Path]:
    """The files that the path of a source names, in the order in which they were written. SourceError when there is none."""
    pattern = str(Path(path).expanduser())
    files = [Path(name) for name in glob.glob(pattern, recursive=True) if Path(name).is_file()]
    if not files:
        raise SourceError(
            f"{source}: no file is named {pattern}",
            f"Put the file there or correct sources.{source}.path (relative paths start at {Path.cwd()}).",
        )
    return sorted(files, key=lambda file: (_written_ns(file), natural(str(file))))


def modified_at(file: Path) -> datetime:
    """When the file was written."""
    return EPOCH + timedelta(microseconds=_written_ns(file) // 1000)


def stamp(at: datetime) -> str:
    """An instant as a text that sorts."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%fZ}"


def content_hash(file: Path) -> str:
    """What the content of a file is known by."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(
            f"{file} cannot be read: {error.strerror}", "Check the file's permissions."
        ) from None


def _written_ns(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {error.strerror}", "Check the file.") from None
