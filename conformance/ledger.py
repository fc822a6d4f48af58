"""The ledger of a run: how to remove each thing that was made, in the order of making."""

from __future__ import annotations

from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

_GONE = frozenset(
    {
        "EntityNotFoundException",
        "NoSuchBucket",
        "NoSuchEntity",
        "NoSuchKey",
        "NotFoundException",
    }
)


class Ledger:
    """What a run has made. Nothing that isn't entered here is ever removed."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, Callable[[], object]]] = []

    def enter(self, thing: str, remove: Callable[[], object]) -> None:
        """Note how a thing that was just made is removed."""
        self._entries.append((thing, remove))

    def settle(self) -> list[str]:
        """
        Remove everything, the latest first, and return a line for each thing that couldn't be.

        A failure stops nothing: what comes after it is removed all the same.
        """
        left: list[str] = []
        while self._entries:
            thing, remove = self._entries.pop()
            try:
                remove()
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") not in _GONE:
                    left.append(f"{thing}: {error}")
            except BotoCoreError as error:
                left.append(f"{thing}: {error}")
        return left
