"""Doors: the steps of a read, each open or shut for its own reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lakeward.access.decision import Layer, Reason
from lakeward.access.iam import Judgement
from lakeward.access.truth import NO, Truth, surely


@dataclass(frozen=True)
class Door:
    """One door of the pipeline, and who stands before it."""

    name: str
    layer: Layer | None
    """Where it fails, if it isn't a door of IAM with layers of its own."""
    truth: Truth
    judgement: Judgement | None = None
    notes: tuple[Reason, ...] = ()

    @property
    def failing(self) -> tuple[Layer, ...]:
        """The layers that don't surely open it."""
        if surely(self.truth):
            return ()
        if self.layer is not None:
            return (self.layer,)
        return self.judgement.failing if self.judgement is not None else ()

    def reasons(self) -> list[Reason]:
        """Return why it is open or shut."""
        found = list(self.notes)
        if self.judgement is not None:
            given = self.judgement.reasons()
            if self.layer is not None:
                given = [Reason(self.layer, one.policy, one.statement, one.why) for one in given]
            found += given
        return [Reason(one.layer, one.policy, one.statement, f"{self.name}: {one.why}") for one in found]


def noted(name: str, layer: Layer, truth: Truth, why: str) -> Door:
    """Return a door that is open or shut for one reason, found outside any policy."""
    return Door(name, layer, truth, notes=(Reason(layer, "", "", why),))


def denied_by(doors: Iterable[Door]) -> Truth:
    """Return whether a statement of one of the doors denies explicitly."""
    truth = NO
    for door in doors:
        if door.judgement is not None:
            truth |= door.judgement.denied
    return truth
