"""What a part of `make soak` comes to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of figures, and whatever is wrong with what they count."""

    told: str
    failures: tuple[str, ...] = ()
