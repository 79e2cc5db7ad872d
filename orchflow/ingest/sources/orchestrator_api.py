"""Orchestrator AI's own API, enterprise and v2, told apart by what they answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pyarrow as pa

from orchflow.config.sources import OrchestratorApiSettings
from orchflow.ingest.source import PLATFORM_JOBS, Batch, Check, Watermark, without_errors
from orchflow.ingest.sources.api_check import check_api
from orchflow.ingest.sources.api_client import QUICK, ApiClient, Patience
from orchflow.ingest.sources.api_detection import detect
from orchflow.ingest.sources.api_enterprise import EnterpriseApi
from orchflow.ingest.sources.api_failures import Refused, UnknownForm
from orchflow.ingest.sources.api_v2 import V2Api
from orchflow.ingest.sources.read_ahead import read_ahead


class OrchestratorApi:
    """Reads through the API as one signed-in service user.

    Watermarks hold the newest time seen of each stream: in enterprise "ledger" and "llm.usage" of usage and
    "invocation." of runs, in v2 "records" of usage and "history" of runs, whose walk also yields the calls in it. Lists come newest first, so only the last batch of a job carries one; a run that broke off
    reads again, which changes nothing in what is already there.
    """

    kind = "orchestrator_api"

    def __init__(self, settings: OrchestratorApiSettings, patience: Patience | None = None) -> None:
        self.name = settings.name
        self._settings = settings
        self._client = self._connect(patience)
        self._api: EnterpriseApi | V2Api | None = None

    def jobs(self) -> Sequence[str]:
        """All but the journey, which no endpoint shows."""
        return tuple(job for job in PLATFORM_JOBS if job != "journey")

    def check(self) -> list[Check]:
        """Try address, platform, version, sign-in, permissions and clock, without waiting long for any of them."""
        client = self._connect(QUICK)
        try:
            return check_api(client)
        finally:
            client.close()

    def read(self, job: str, watermark: Watermark | None, full: bool) -> Iterator[Batch]:
        """Yield what is new, the next pages already being fetched while these are loaded.

        A list that the user has no right to, or that cannot be understood, is left out with a warning, save those where cost is.
        """
        batches = read_ahead(self._reader().read(job, None if full else watermark))
        try:
            yield from batches if self._settings.error_texts == "scrubbed" else without_errors(batches)
        except (Refused, UnknownForm) as refused:
            if job == "usage" or (isinstance(refused, Refused) and refused.status != 403):
                raise
            dataset = "run_events" if job == "runs" else job
            yield Batch(dataset, pa.table({}), warning=f"{job} left out: {refused}. {refused.hint}")

    def compared(self) -> Sequence[str]:
        """Runs and calls: no list shows everybody's tasks or conversations."""
        return ("run_events", "usage")

    def uncompared(self) -> str:
        """What no list of the version shows."""
        return (
            f"{self._reader().unlisted} are not compared, since no list of the API shows them: a source of kind "
            "orchestrator_db compares them too."
        )

    def day_sums(self, dataset: str) -> pa.Table | None:
        """The API tells no sums by day: None."""
        return None

    def rows_of(self, dataset: str, days: Sequence[date]) -> Iterator[Batch]:
        """Nothing: what cannot be told by day is read whole."""
        yield from ()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _reader(self) -> EnterpriseApi | V2Api:
        if self._api is None:
            version = detect(self._client)
            self._api = EnterpriseApi(self._client) if version == "enterprise" else V2Api(self._client)
        return self._api

    def _connect(self, patience: Patience | None) -> ApiClient:
        settings = self._settings
        return ApiClient(settings.url, settings.email, settings.password, settings.organization, patience)
