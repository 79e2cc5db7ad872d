"""One module per kind of source; each implements `orchflow.ingest.source.Source`."""

from __future__ import annotations

from orchflow.config.settings import WorkspaceSettings
from orchflow.config.sources import SourceSettings
from orchflow.ingest.source import Source


def open_source(settings: SourceSettings, workspace: WorkspaceSettings | None = None) -> Source:
    """Return the source that `settings` describe, of `workspace`. Nothing is connected until it is first read or checked."""
    match settings.kind:
        case "orchestrator_api":
            from orchflow.ingest.sources.orchestrator_api import OrchestratorApi

            return OrchestratorApi(settings)
        case "orchestrator_db":
            from orchflow.ingest.sources.orchestrator_db import OrchestratorDb

            return OrchestratorDb(settings)
        case "usage_file":
            from orchflow.ingest.sources.usage_file import UsageFile

            return UsageFile(settings, workspace)
        case "focus_file":
            from orchflow.ingest.sources.focus_file import FocusFile

            return FocusFile(settings)
