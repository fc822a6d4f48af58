"""The serving process: moto behind the gate, with the extensions in place before its first request."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from lakeward.errors import OutsideServiceError, quote
from local.aws import access_keys, accounts, gaps, isolation, lake_formation
from local.aws import instance as instances
from local.aws.gate import Gate
from local.aws.hostile import Hostile
from local.aws.instance import Instance
from local.aws.judged import CALLS_FILE, Judged

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_FOLDER_POLL_SECONDS = 1.0


def serve(folder: Path, *, detach: bool = False, hostile: int | None = None, judged: str | None = None) -> None:
    """
    Serve from `folder` until SIGTERM or SIGINT.

    Args:
        folder: Taken for as long as this process, or the detached one, lives.
        detach: Return at once, and serve in a process that has no parent and no terminal.
        hostile: Seed of the troubles it makes; `None`: it makes none.
        judged: Name of the roles that are held to their own policies; `None`: nobody is.

    Raises:
        OutsideServiceError: Another instance serves from this folder.

    """
    instances.prepare(folder)
    held = instances.lock(folder)
    if held is None:
        raise OutsideServiceError(f"embedded AWS: another one serves from {quote(folder)}; stop it first")
    instances.forget(folder)
    if detach:
        if os.fork():
            os._exit(0)  # the lock stays with the child
        os.setsid()
    isolation.confine()
    extend()
    server = make_server("127.0.0.1", 0, _unready, threaded=True, request_handler=MotoRequestHandler)
    instance = Instance.create(server.server_port)
    application: WSGIApplication = DomainDispatcherApplication(create_backend_app)
    if hostile is not None:
        application = Hostile(application, hostile)
    if judged is not None:
        application = Judged(application, judged, folder / CALLS_FILE)
    server.app = Gate(application, instance)
    # `shutdown` waits for the loop that the signal interrupted: it needs a thread of its own.
    for request in (signal.SIGTERM, signal.SIGINT):
        signal.signal(request, lambda *_: threading.Thread(target=server.shutdown).start())
    instances.write(folder, instance)
    threading.Thread(target=_end_without, args=(folder, instance, server.shutdown), daemon=True).start()
    try:
        server.serve_forever()
    finally:
        if _tells(folder, instance):
            instances.forget(folder)
        os.close(held)


def extend() -> None:
    """Put everything in place that moto lacks; once per process, before its first request."""
    access_keys.extend()
    accounts.extend()
    gaps.extend()
    lake_formation.extend()


def _end_without(folder: Path, instance: Instance, end: Callable[[], None]) -> None:
    """End once the folder no longer tells of this one: nobody could find it, or stop it, any more."""
    while _tells(folder, instance):
        time.sleep(_FOLDER_POLL_SECONDS)
    end()


def _tells(folder: Path, instance: Instance) -> bool:
    told = instances.read(folder)
    return told is not None and told.instance == instance.instance


def _unready(_: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Answer nothing: the port must be known before the application can be made."""
    start_response("503 Service Unavailable", [])
    return []
