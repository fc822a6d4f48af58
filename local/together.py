"""Work on several stacks at once: each run of the engine has a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from local.deployment import Deployment

T = TypeVar("T")


def together(deployments: Sequence[Deployment], work: Callable[[Deployment], T]) -> list[T]:
    """
    Do something with every deployment at once, and return what came of each, in their order.

    Raises:
        KeyboardInterrupt: someone interrupted; every engine has let its steps finish.

    """
    if not deployments:
        return []
    with ThreadPoolExecutor(max_workers=len(deployments)) as pool:
        running = [pool.submit(work, deployment) for deployment in deployments]
        try:
            return [one.result() for one in running]
        except BaseException:
            for deployment in deployments:
                deployment.engine.interrupt()
            raise
