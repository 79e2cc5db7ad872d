"""What every source of facts offers, whatever it reads from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, runtime_checkable

from orchflow.errors import SourceError

if TYPE_CHECKING:
    import pyarrow as pa

Job = Literal["organizations", "users", "agents", "conversations", "usage", "runs", "journey", "bills"]
JOBS: tuple[Job, ...] = (
    "organizations",
    "users",
    "agents",
    "conversations",
    "usage",
    "runs",
    "journey",
    "bills",
)
"""Every job in the order in which they run: what later jobs are attributed to comes first."""
PLATFORM_JOBS: tuple[Job, ...] = tuple(job for job in JOBS if job != "bills")
"""Those that a platform can serve; bills come out of files."""

Kind = Literal["new", "full", "reconcile"]
"""What a source is asked for: what is new, everything from the beginning, or to be compared with what was loaded."""
RECONCILE = "reconcile"
"""The one job of a comparison."""
BILLS = "bills"
"""The job of the lines of bills."""

Watermark = dict[str, Any]
"""How far a job has read; JSON values only. Its keys are the source's own business."""


@dataclass(frozen=True)
class Check:
    """One thing tried on a source. `ok` is None for a warning: it works, but not as it should."""

    name: str
    ok: bool | None
    message: str
    hint: str = ""


class LoadedFile(NamedTuple):
    """A file that was read to its end, known by its content; `identity` says how its rows are told apart.

    Its rows cover the time from `first_at` to `last_at`, ends included (None: it has none). With `whole`, the ids of them all
    (the column `event_id`), stored rows of an earlier content of the same path that are not among them go.
    `cut` is what its source keeps of a last line that may have been cut off. Of bills `whole` has the lines (`line`).
    """

    content_hash: str
    path: str
    rows: int
    identity: str = ""
    modified_at: datetime | None = None
    first_at: datetime | None = None
    last_at: datetime | None = None
    whole: pa.Table | None = None
    cut: str = ""


class Removal(NamedTuple):
    """Stored usage that goes before the rows that follow are loaded: its ids (the column `event_id`).

    Rows of the files `keep` stay, and of others than the file `of`, where there is one. Of bills everything of that file goes.
    """

    ids: pa.Table
    keep: tuple[str, ...] = ()
    of: str | None = None


class Complete(NamedTuple):
    """The ids (`event_id`) of everything there is of a dataset on some days (UTC), or at all (None); of one `user`, or of all.

    Only of conversations is it known whose they are. In a comparison (`aged`) what is older than all there is stays; `differing` are
    all days that are told otherwise than they are stored (None: no day is known to be told so).
    """

    ids: pa.Table
    days: tuple[date, ...] | None
    user: str | None = None
    aged: bool = False
    differing: tuple[date, ...] | None = None


class Batch(NamedTuple):
    """Rows of one dataset of `orchflow.warehouse.load`.

    `snapshot` says that the job delivers the dataset whole: all snapshot batches of one dataset within
    one job together are everything there is, and what they lack is gone upstream.
    `warning` says what was left out although it may be there, which makes the run partial, and `note` what this
    installation does not have or had to be put together (`rows` are then empty and nothing is loaded).
    `complete` says what there is beside these rows: what is stored and not among it is taken away.
    `file` names the file that these rows complete, so that it is not read again.
    `removal` names rows that go first, `again` a file that is read again, whose rows set aside are judged anew.
    `watermark` is what is safe to store once this batch and all before it are committed; None: nothing new.
    """

    dataset: str
    rows: pa.Table
    snapshot: bool = False
    watermark: Watermark | None = None
    warning: str = ""
    note: str = ""
    complete: Complete | None = None
    file: LoadedFile | None = None
    removal: Removal | None = None
    again: str = ""


def without_errors(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The same batches without the reasons of failures."""
    for batch in batches:
        if "error" in batch.rows.column_names:
            batch = batch._replace(rows=batch.rows.drop_columns(["error"]))
        yield batch


class Source(Protocol):
    """A place to read from. Not thread-safe; one instance serves one run and is closed after it."""

    name: str
    kind: str

    def jobs(self) -> Sequence[str]:
        """Return the jobs this source can serve, in the order of `JOBS`."""
        ...

    def check(self) -> list[Check]:
        """Try address, sign-in, permission, version and clock. Never raises for a source that is bad."""
        ...

    def read(self, job: str, watermark: Watermark | None, full: bool) -> Iterator[Batch]:
        """Yield what is new since `watermark` (everything when None or `full`).

        `watermark` also holds under "files" the source's files loaded before, if any, each as an object with content, path,
        identity, cut, modified_at, first_at and last_at (ISO 8601, UTC), in the order in which they were loaded.
        Batches come in an order in which each one's watermark may be stored as soon as it is committed.
        Raises SourceError with a hint when the source cannot be read.
        """
        ...

    def close(self) -> None:
        """Let go of connections and files; may be called twice."""
        ...


@runtime_checkable
class TellsRowsApart(Protocol):
    """A source whose rows are told apart as its settings say."""

    def check_identity(self, watermark: Watermark | None) -> list[Check]:
        """Say what the next run does to rows that were loaded under other settings; nothing when there are none."""
        ...


class RowsHidden(SourceError):
    """Some rows of a dataset, or columns by which they are compared, may be hidden from the reader."""


@runtime_checkable
class Reconcilable(Source, Protocol):
    """A source that can be asked for what it has now, whatever was read before."""

    def compared(self) -> Sequence[str]:
        """The datasets that it can be asked for, what others are attributed to first."""
        ...

    def uncompared(self) -> str:
        """What it cannot be asked for though the platform has it, as a sentence; empty where that is nothing."""
        ...

    def day_sums(self, dataset: str) -> pa.Table | None:
        """Per day (UTC; of usage that of recording) its `rows`, `amount`, `tokens` and `letters`; None: it cannot tell by day.

        Raises RowsHidden where rows may be hidden or seem to be of other days, which would be taken for deleted.
        """
        ...

    def rows_of(self, dataset: str, days: Sequence[date]) -> Iterator[Batch]:
        """All rows of these days."""
        ...
