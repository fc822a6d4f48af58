"""The engine's events as they happen: it sends them to a server of ours, on loopback."""

from __future__ import annotations

import json
import queue
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import events_pb2, events_pb2_grpc
from typing_extensions import Self

from local.plugin import MESSAGE_BYTES

Event = Mapping[str, Any]
"""One event: `sequence`, `timestamp` and one key that names its kind, as in `resOutputsEvent`."""

_UNREAD = ('"severity":"debug"', '"policyRemediateSummaryEvent":', '"policyAnalyzeSummaryEvent":')
"""
What events hold that nobody reads, thousands in a run: debug messages, and for every resource the rules it keeps.

Texts of users can't hold it: a quotation mark in them is escaped.
"""


class EventStream(events_pb2_grpc.EventsServicer):
    """
    What one run of the engine sends. `up` sends two streams, one for its preview and one for its update.

        with EventStream() as stream:
            start_engine("--event-log", stream.address)
            while event := stream.next(seconds=0.1): ...
    """

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._server = grpc.server(
            ThreadPoolExecutor(max_workers=2), options=[("grpc.max_receive_message_length", MESSAGE_BYTES)]
        )
        events_pb2_grpc.add_EventsServicer_to_server(self, self._server)
        self._port = self._server.add_insecure_port("127.0.0.1:0")

    @property
    def address(self) -> str:
        """What the engine takes as `--event-log`."""
        return f"tcp://127.0.0.1:{self._port}"

    def StreamEvents(  # noqa: N802 - the protocol's name
        self, request_iterator: Iterator[events_pb2.EventRequest], _context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        for request in request_iterator:
            if not any(mark in request.event for mark in _UNREAD):
                self._events.put(json.loads(request.event))
        return empty_pb2.Empty()

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        self._server.stop(grace=None).wait()

    def next(self, seconds: float) -> Event | None:
        """Return the next event; `None` if there is none within that time."""
        try:
            return self._events.get(timeout=seconds)
        except queue.Empty:
            return None
