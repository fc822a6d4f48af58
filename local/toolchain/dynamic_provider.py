"""
`python -m local.toolchain.dynamic_provider ENGINE_ADDRESS`: the SDK's provider for dynamic resources, watched.

The SDK's own process outlives a killed engine. This one goes with it.
"""

from __future__ import annotations

import os
import runpy
import threading
import time

from local.plugin import PARENT_POLL_SECONDS


def _follow(engine: int) -> None:
    while os.getppid() == engine:
        time.sleep(PARENT_POLL_SECONDS)
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_follow, args=(os.getppid(),), daemon=True).start()
    runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)
