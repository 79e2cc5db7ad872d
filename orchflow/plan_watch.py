"""What of the plan follows the facts: live goals and adopted plans, looked at whenever something has been loaded."""

from __future__ import annotations

import logging
import threading

from orchflow.metrics.live_goals import refresh_goals
from orchflow.people.permissions import SYSTEM
from orchflow.planning.journey.adopt import keep_in_step
from orchflow.workspace import Workspace

TOPICS = ("usage", "runs", "agents", "platform", "ingest")
SECONDS = 15.0

log = logging.getLogger(__name__)


class PlanWatch:
    """A thread that keeps live goals and adopted plans of a workspace in step with its warehouse."""

    def __init__(self, ws: Workspace, seconds: float = SECONDS) -> None:
        self._ws = ws
        self._seconds = seconds
        self._seen = -1
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="plan-watch", daemon=True)

    def start(self) -> None:
        """Begin; the first look comes at once."""
        self._thread.start()

    def stop(self) -> None:
        """End, after the look that may be going on."""
        self._stopping.set()
        self._thread.join()

    def look(self) -> bool:
        """Follow what was loaded since the last look; False when there was nothing."""
        version = self._ws.warehouse.version(*TOPICS)
        if version == self._seen:
            return False
        keep_in_step(self._ws, SYSTEM)
        refresh_goals(self._ws, SYSTEM, request="live figures")
        self._seen = version
        return True

    def _run(self) -> None:
        while True:
            try:
                self.look()
            except Exception:
                # Whatever it is, the server goes on, and the next look tries again.
                log.exception("The plan could not follow what was loaded")
            if self._stopping.wait(self._seconds):
                return
