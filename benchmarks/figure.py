"""What a benchmark found: a figure, and the goal it is held against."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """
    One measured thing, printed as one line.

    Example:
        >>> print(Figure("full matrix", "s", 4.0, at_most=5.0))
        full matrix: 4.0 s (goal: at most 5.0 s; 1.2 times as good)

    """

    what: str
    unit: str
    value: float
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times as good as the goal: 1 or more where it is reached."""
        if self.at_most is not None:
            return self.at_most / self.value
        return self.value / self.at_least if self.at_least is not None else 1.0

    @property
    def is_reached(self) -> bool:
        """Whether the goal is reached."""
        return self.ratio >= 1

    def __str__(self) -> str:
        """Return the line."""
        bound = f"at most {_shown(self.at_most)}" if self.at_most is not None else f"at least {_shown(self.at_least)}"
        unit = f" {self.unit}" if self.unit else ""
        note = f" [{self.note}]" if self.note else ""
        return f"{self.what}: {_shown(self.value)}{unit} (goal: {bound}{unit}; {self.ratio:.1f} times as good){note}"


def _shown(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}"  # noqa: PLR2004 - no decimals in large figures
