"""What reading an installation is in both versions: the jobs, in which a version says only how its own lists are read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import ClassVar

import pyarrow as pa

from orchflow.ingest.source import Batch, Watermark
from orchflow.ingest.sources.api_client import ApiClient
from orchflow.ingest.sources.api_directory import read_organizations, read_people
from orchflow.ingest.sources.api_progress import Progress
from orchflow.ingest.sources.api_rows import Columns, Row, table

BATCH = 4000
"""Rows in a batch, of however many pages."""


class ApiReader(ABC):
    """Reads every job from an installation; `endpoints` are what a check tries, by name, `unlisted` what no list shows."""

    version: ClassVar[str]
    endpoints: ClassVar[Sequence[tuple[str, str]]]
    agent_columns: ClassVar[Columns]
    unlisted: ClassVar[str]

    def __init__(self, client: ApiClient) -> None:
        self._client = client

    def read(self, job: str, watermark: Watermark | None) -> Iterator[Batch]:
        """Yield what is new since `watermark`; the last batch carries the next one."""
        match job:
            case "organizations":
                yield from read_organizations(self._client)
            case "users":
                yield from read_people(self._client, from_members=self.version == "v2")
                yield from self._teams()
            case "agents":
                yield Batch("agents", self.agents(), snapshot=True)
            case "conversations":
                yield from self._conversations()
            case "usage":
                yield from self._usage(Progress(watermark, self._client.server_now()))
            case "runs":
                yield from self._runs(Progress(watermark, self._client.server_now()))

    def agents(self) -> pa.Table:
        """All agents as they are listed now."""
        rows = self._agents()
        organizations = pa.array(map(self._organizations_of, rows), pa.list_(pa.string()))
        agents = table(rows, self.agent_columns).append_column("organizations", organizations)
        return self._judged(agents, rows)

    def _judged(self, agents: pa.Table, rows: list[Row]) -> pa.Table:
        """The same with what the version tells of whether each can run."""
        return agents

    def _teams(self) -> Iterator[Batch]:
        yield from ()

    def _conversations(self) -> Iterator[Batch]:
        """Those of a list. Where no list covers everybody's, they come with the runs held in them."""
        yield from ()

    @abstractmethod
    def _agents(self) -> list[Row]: ...

    @abstractmethod
    def _organizations_of(self, row: Row) -> list[str]:
        """The slugs of an agent's organisations."""

    @abstractmethod
    def _usage(self, progress: Progress) -> Iterator[Batch]: ...

    @abstractmethod
    def _runs(self, progress: Progress) -> Iterator[Batch]: ...
