"""
What one run of the engine did: its exit code, its words, and its events as values.

Everything here is read from the events, never from text meant for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.events import Event

UNCHANGED = frozenset({"same", "read", "refresh"})
"""Operations that leave a resource as it was."""


@dataclass(frozen=True, order=True)
class _OfResource:
    """Something about one resource, or about the stack where `urn` is empty."""

    urn: str

    @property
    def type(self) -> str:
        """The resource's type token, without its parents'."""
        return self.urn.split("::")[2].rsplit("$", 1)[-1]

    @property
    def name(self) -> str:
        """The resource's logical name."""
        return self.urn.split("::", 3)[3]


@dataclass(frozen=True, order=True)
class Violation(_OfResource):
    """What a rule of the policy pack found."""

    rule: str
    message: str
    """The rule's description, a line break, and its report."""
    level: str
    """`mandatory` or `advisory`."""


@dataclass(frozen=True, order=True)
class Step(_OfResource):
    """One operation on one resource."""

    op: str
    """`create`, `update`, `delete`, `same`, `create-replacement`, …"""
    planned: bool
    """Of a preview, rather than carried out."""
    custom: bool
    """Managed by a provider; a component isn't."""


@dataclass(frozen=True)
class Outcome:
    """One run of `preview`, `up`, `refresh` or `destroy`."""

    exit_code: int
    output: str
    """What the engine printed on both streams, without colours."""
    events: tuple[Event, ...]
    document: Mapping[str, Any] = field(default_factory=dict)
    """What a preview was asked to write beside; empty where it wasn't, or failed."""

    @property
    def succeeded(self) -> bool:
        """Whether the engine did all that was asked, and no mandatory rule was broken."""
        return self.exit_code == 0

    @property
    def violations(self) -> tuple[Violation, ...]:
        """Every violation of the policy pack, sorted, once each."""
        return tuple(sorted({v for event in self.events if (v := violation(event)) is not None}))

    @property
    def steps(self) -> tuple[Step, ...]:
        """
        The steps of the run, sorted: those carried out, or those of the preview where nothing was.

        Steps that leave a resource as it was are among them.
        """
        steps = {s for event in self.events if (s := step(event)) is not None}
        return tuple(sorted({s for s in steps if not s.planned} or steps))

    @property
    def changed(self) -> tuple[Step, ...]:
        """The steps that change something."""
        return tuple(step for step in self.steps if step.op not in UNCHANGED)

    @property
    def changes(self) -> Mapping[str, int]:
        """How many resources had which operation, as the engine's last summary counts them; empty if it has none."""
        summaries = [event["summaryEvent"] for event in self.events if "summaryEvent" in event]
        return dict(sorted(summaries[-1]["resourceChanges"].items())) if summaries else {}

    @property
    def errors(self) -> tuple[str, ...]:
        """What the engine, the program and the providers called an error, in order."""
        return tuple(text for event in self.events if (text := error(event)))


def violation(event: Event) -> Violation | None:
    """Return the violation that an event reports, if it does."""
    if "policyEvent" not in event:
        return None
    found = event["policyEvent"]
    return Violation(
        rule=found["policyName"],
        urn=found.get("resourceUrn", ""),
        message=found["message"].strip(),
        level=found["enforcementLevel"],
    )


def step(event: Event) -> Step | None:
    """Return the finished step that an event reports, if it does."""
    finished = event.get("resOutputsEvent")
    if finished is None:
        return None
    metadata = finished["metadata"]
    return Step(
        urn=metadata["urn"],
        op=metadata["op"],
        planned=bool(finished.get("planning")),
        custom=bool(metadata.get("provider")),
    )


def error(event: Event) -> str:
    """Return the error that an event tells, empty if it tells none."""
    told = event.get("diagnosticEvent", {})
    return str(told["message"]).strip() if told.get("severity") == "error" else ""
