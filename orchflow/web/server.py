"""The server: pages, the local door and the ingestion schedule in one process."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.middleware import Middleware

from orchflow.api.app import create_api, mounted
from orchflow.config.settings import Settings, load_settings
from orchflow.control import BrokenRecord, ServerRecord, control_routes, running_server
from orchflow.disk.private_files import keep_private
from orchflow.disk.takeaway import takeaway_routes
from orchflow.errors import OrchflowError
from orchflow.paths import app_root
from orchflow.people.client_address import ClientAddress
from orchflow.people.cookie_key import COOKIE
from orchflow.web.closed_tabs import give_back
from orchflow.web.cookie_tickets import cookie_routes
from orchflow.web.crowding import Crowding, vouched_by
from orchflow.web.first_page import first_pages
from orchflow.web.framework_options import CLOSED_OPTIONS, addresses
from orchflow.web.message_sizes import BoundedMessages
from orchflow.web.nowhere import OwnPages
from orchflow.web.provider_sign_in import provider_routes
from orchflow.web.security import SecurityHeaders
from orchflow.web.slow_requests import TimelyProtocol
from orchflow.web.uploads import UploadGate, Uploads
from orchflow.workspace import Workspace, current_workspace, use_workspace

if TYPE_CHECKING:
    from streamlit.web.server.starlette import App

LOG = logging.getLogger("orchflow.web.server")


def create_app(
    settings: Settings, record: ServerRecord | None = None, ready: Callable[[], None] | None = None
) -> App:
    """The ASGI application on the workspace of this process.

    With a `record` the local door is open and the record lies in the home folder while the server runs.
    `ready` is called once requests can be answered.
    """
    import streamlit as st
    from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

    from orchflow.ui import cards
    from orchflow.ui.states import on_script_error
    from orchflow.ui.upload_tabs import FrameworkTabs
    from orchflow.web import whole_presses

    _prepare_framework(settings, record)
    whole_presses.install()
    uploads = Uploads(FrameworkTabs())
    return st.App(
        app_root() / "app.py",
        routes=[
            *control_routes(),
            *takeaway_routes(),
            *cookie_routes(),
            *(provider_routes() if settings.oidc else ()),
            mounted(create_api(settings.security)),
            *first_pages((COOKIE, USER_COOKIE_NAME), cards.style()),  # the last one answers whatever is left
        ],
        middleware=[
            Middleware(ClientAddress, trusted_proxies=settings.security.trusted_proxies),
            Middleware(OwnPages),
            Middleware(
                SecurityHeaders,
                allowed_hosts=settings.security.allowed_hosts,
                frame_ancestors=settings.security.frame_ancestors,
            ),
            Middleware(Crowding, vouched=vouched_by(settings)),
            Middleware(UploadGate, uploads=uploads),
        ],
        lifespan=partial(_lifespan, settings, record, ready, uploads.sweep),
        secrets=_oidc_secrets(settings),
        on_script_error=on_script_error,
    )


def _prepare_framework(settings: Settings, record: ServerRecord | None) -> None:
    from streamlit import config
    from streamlit.runtime.pages_manager import PagesManager

    from orchflow.ui import downloads
    from orchflow.ui.closed_messages import close_messages
    from orchflow.ui.states import explain_in_one_line

    # The framework looks for its settings where the process was started; ours travel with the program.
    config._main_script_path = str(app_root() / "app.py")
    config.get_config_options(force_reparse=True)
    for option, value in {**CLOSED_OPTIONS, **addresses(settings, record)}.items():
        config.set_option(option, value)
    # Until a first visitor has run app.py, Streamlit would take pages/ for its own kind of pages: a link to
    # /people would open a "Page not found" over the main page.
    PagesManager.uses_pages_directory = False
    explain_in_one_line()
    downloads.tell_refusals()
    close_messages()


@asynccontextmanager
async def _lifespan(
    settings: Settings,
    record: ServerRecord | None,
    ready: Callable[[], None] | None,
    sweep: Callable[[], None],
    app: App,
) -> AsyncIterator[dict[str, Any]]:
    from orchflow.alerts.evaluate import EVERY as ALERTS_EVERY
    from orchflow.alerts.evaluate import evaluate_scheduled
    from orchflow.alerts.evaluate import last_evaluated as alerts_evaluated
    from orchflow.backups.scheduled import back_up_scheduled, last_due, trigger_of
    from orchflow.crontab import cron_trigger
    from orchflow.guidance.checks.evaluate import EVERY_HOUR, evaluate_checks, last_evaluated
    from orchflow.ingest.schedule import Scheduler, TimedAct
    from orchflow.metrics.spending.month_record import store_month_forecast
    from orchflow.people.permissions import SYSTEM
    from orchflow.planning.flow.scorecard import store_forecasts
    from orchflow.subscribers import dispatcher
    from orchflow.surveys.invitations import keep_waves

    keep_private()
    ws = current_workspace()
    nightly = trigger_of(ws.settings.backups, ws)
    backups = (
        [TimedAct("backup", nightly, partial(back_up_scheduled, ws), partial(last_due, ws))]
        if nightly
        else []
    )
    checks = TimedAct(
        "self-checks",
        cron_trigger(EVERY_HOUR, ws.zone),
        partial(evaluate_checks, ws),
        partial(last_evaluated, ws),
    )
    alerts = TimedAct(
        "alerts",
        cron_trigger(ALERTS_EVERY, ws.zone),
        partial(evaluate_scheduled, ws),
        partial(alerts_evaluated, ws),
    )
    daily: dict[str, Callable[[], object]] = {
        "forecasts": partial(store_forecasts, ws, SYSTEM),
        "surveys": partial(keep_waves, ws.store),
        "forecasts of the month": partial(store_month_forecast, ws, SYSTEM),
    }
    schedule = Scheduler(ws, daily, [*backups, checks, alerts])
    schedule.start()
    dispatcher(ws).start()
    # The framework has its loggers tell every request; the log is for what needs attention.
    for name in ("uvicorn.access", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # What is imported by now lives as long as the process: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    if record is not None:
        if app._starlette_app is not None:
            app._starlette_app.state.control = record
        record.write(settings.home)
    if ready is not None:
        ready()
    closed_tabs = asyncio.create_task(give_back(sweep))
    try:
        yield {}
    finally:
        closed_tabs.cancel()
        if record is not None:
            record.remove(settings.home)
        schedule.stop()
        use_workspace(None)
        ws.close()


def serve(
    settings: Settings,
    host: str,
    port: int,
    prepare: Callable[[Workspace], None],
    announce: Callable[[str], None],
) -> None:
    """Serve until stopped. OrchflowError when the data is in use or the address cannot be had.

    `prepare` is called with the opened workspace, `announce` with the address once the server answers.
    """
    import uvicorn
    from streamlit import config

    try:
        other = running_server(settings.home)
    except BrokenRecord:  # replaced below; the lock of the warehouse tells whether a server runs
        other = None
    if other is not None:
        raise OrchflowError(
            f"A server already runs on {settings.home}: {other.address} (process {other.pid})",
            "Use that one, stop it first, or set ORCHFLOW_HOME to another folder.",
        )
    listening = _listen(host, port)
    prepare(current_workspace())
    record = ServerRecord.new(host, listening.getsockname()[1])
    app = create_app(settings, record, lambda: announce(record.address))
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=TimelyProtocol,
            ws=BoundedMessages,
            ws_per_message_deflate=bool(config.get_option("server.enableWebsocketCompression")),
            access_log=False,
            proxy_headers=False,  # `ClientAddress` reads them, of proxies that the settings name
            server_header=False,
            log_level="warning",
            timeout_graceful_shutdown=5,
        )
    )
    server.run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise OrchflowError(
            f"The address {host}:{port} cannot be used: {error.strerror}",
            "Choose another with --port or --host.",
        ) from None
    return listening


def _oidc_secrets(settings: Settings) -> dict[str, Any] | None:
    if settings.oidc is None:
        return None
    from orchflow.people.sign_in import cookie_key

    return {
        "auth": {
            "redirect_uri": settings.oidc.redirect_uri,
            "cookie_secret": cookie_key(settings.home),
            "client_id": settings.oidc.client_id,
            "client_secret": settings.oidc.client_secret.get_secret_value(),
            "server_metadata_url": settings.oidc.server_metadata_url,
        }
    }


def __getattr__(name: str) -> App:
    """`uvicorn orchflow.web.server:app` builds the application when it is asked for, not on import."""
    if name == "app":
        LOG.warning(
            "Started without `orchflow serve`: requests and messages are not bounded in time and size, and whatever a"
            " connection from this machine says of a client's address is believed"
        )
        return create_app(load_settings())
    raise AttributeError(name)
