"""
The life of a plugin's process, as the engine expects it.

The engine starts it as `<executable> … <engine address>`, reads its port from the first line of its output, and ends
it with SIGINT, after which it waits up to five seconds for every process that holds the plugin's output. A killed
engine ends nobody, so the plugin watches its parent.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

import grpc

MESSAGE_BYTES = 400 * 1024 * 1024
"""The engine's own limit of one message."""

PARENT_POLL_SECONDS = 1.0

_THREADS = 32


def serve(add: Callable[[grpc.Server], None], *, end: Callable[[], None] = lambda: None) -> None:
    """
    Serve until SIGINT, SIGTERM or the engine's death, and then leave the process at once.

    Args:
        add: puts the servicer into the server.
        end: ends what the plugin has started.

    """
    engine = os.getppid()
    over = threading.Event()

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        over.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupted)
    limits = [("grpc.max_receive_message_length", MESSAGE_BYTES), ("grpc.max_send_message_length", MESSAGE_BYTES)]
    server = grpc.server(ThreadPoolExecutor(_THREADS), options=limits)
    add(server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    # Whoever outlives a killed engine has another parent.
    while not over.wait(PARENT_POLL_SECONDS) and os.getppid() == engine:
        pass
    end()
    # Without waiting for calls that still run: whom they would answer is going, or gone.
    os._exit(0)
