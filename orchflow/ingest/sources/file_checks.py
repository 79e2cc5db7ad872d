"""Trying the files of a source: that there are some, and what the first rows of each are read as."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from orchflow.errors import OrchflowError
from orchflow.ingest.source import Check
from orchflow.ingest.sources.files_there import files_of
from orchflow.ingest.sources.row_values import Rows


def check_files(source: str, path: str, check: Callable[[Path], Check]) -> list[Check]:
    """Try that files are found, and `check` each of them."""
    try:
        files = files_of(source, path)
    except OrchflowError as error:
        return [Check("files", False, str(error), error.hint)]
    checks = [Check("files", True, f"{len(files)} found by {path}")]
    for file in files:
        try:
            checks.append(check(file))
        except OrchflowError as error:
            checks.append(Check(f"file {file.name}", False, str(error), error.hint))
    return checks


def check_of(file: Path, first: Rows | None, said: Iterable[str]) -> Check:
    """What its first rows show of a file; `said` is what it is and how it is read."""
    name = f"file {file.name}"
    if first is None:
        return Check(name, None, f"{file} has no rows")
    words = "; ".join(filter(None, said))
    if not first.faulty.num_rows:
        return Check(name, True, words)
    fault, line = first.faulty.column("fault")[0], first.faulty.column("line")[0]
    refused = f"in the beginning {first.faulty.num_rows} rows cannot be kept, as line {line}: {fault}"
    return Check(name, None, f"{words}; {refused}")
