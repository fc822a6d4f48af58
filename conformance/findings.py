"""Findings: predicted held against observed, and how that is printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from conformance.observing import Observation, Outcome
from conformance.predicting import Prediction, Reach
from conformance.probes import Probe

HARNESS_ONLY = "recorded, proves the harness only"


class Agreement(str, Enum):
    """How an observation stands to its prediction."""

    AGREES = "agrees"
    SETTLES = "settles"
    """The model left two readings open, and the observation is within them."""
    DIFFERS = "differs"
    UNCLEAR = "unclear"
    """AWS answered nothing that says something about access."""
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Finding:
    """One probe's outcome."""

    probe: Probe
    prediction: Prediction
    observation: Observation

    @property
    def agreement(self) -> Agreement:
        """How the observation stands to the prediction."""
        prediction, observation = self.prediction, self.observation
        if observation.outcome is Outcome.NOT_RUN:
            return Agreement.NOT_RUN
        if observation.outcome is Outcome.UNCLEAR:
            return Agreement.UNCLEAR
        allowed = observation.outcome is Outcome.ALLOW
        too_much = allowed and prediction.may not in {"ALLOW", "UNKNOWN"}
        too_little = not allowed and prediction.verdict == "ALLOW"
        if too_much or too_little or (allowed and not self._is_within()):
            return Agreement.DIFFERS
        return Agreement.SETTLES if prediction.is_open else Agreement.AGREES

    def _is_within(self) -> bool:
        """Return whether a read showed all that it surely shows, and nothing beyond what it possibly does."""
        seen, surely, possibly = self.observation, self.prediction.surely, self.prediction.possibly
        if surely is None or possibly is None:
            return True
        if seen.columns is None or seen.cells is None:
            return False
        return (
            set(surely.columns) <= set(seen.columns) <= set(possibly.columns)
            and surely.cells <= seen.cells <= possibly.cells
        )

    def line(self) -> str:
        """Return the finding as one line, without its rules."""
        predicted = self.prediction.verdict
        if self.prediction.may != predicted:
            predicted += f" or {self.prediction.may}"
        seen = self.observation
        observed = seen.outcome.value
        if seen.columns is not None:
            observed += f" {_shown(Reach(seen.columns, seen.cells or 0))}"
        if self.prediction.possibly is not None and self.prediction.may in {"ALLOW", "UNKNOWN"}:
            predicted += f" {_shown(self.prediction.possibly)}"
        said = f" ({seen.said})" if seen.said else ""
        return f"{self.agreement.value:8} {self.probe.name:35} predicted {predicted}; observed {observed}{said}"


def _shown(reach: Reach) -> str:
    return f"[{', '.join(reach.columns)}] {reach.cells} values"


def report(findings: Iterable[Finding], *, is_aws: bool) -> list[str]:
    """
    Return the lines that a run prints: each probe, each rule, the sums.

    Args:
        findings: In the order of printing.
        is_aws: Whether the observations were AWS's own and of this run. Where not, the first and the last line say
            that the output proves the harness only, and no rule is called confirmed.

    """
    held = list(findings)
    lines = [] if is_aws else [HARNESS_ONLY]
    lines += [finding.line() for finding in held]
    if is_aws:
        lines += ["", *_by_rule(held)]
    sums = Counter(finding.agreement for finding in held)
    total = ", ".join(f"{sums[kind]} {kind.value}" for kind in Agreement if sums[kind])
    lines += ["", f"{len(held)} probes: {total}"]
    return lines if is_aws else [*lines, HARNESS_ONLY]


def _by_rule(findings: list[Finding]) -> list[str]:
    found: dict[str, set[Agreement]] = {}
    for finding in findings:
        for rule in finding.probe.rules:
            found.setdefault(rule, set()).add(finding.agreement)
    return [f"{rule:6} {_standing(agreements)}" for rule, agreements in sorted(found.items())]


def _standing(agreements: set[Agreement]) -> str:
    if Agreement.DIFFERS in agreements:
        return "refuted by a probe: the model is wrong here"
    if agreements <= {Agreement.AGREES, Agreement.SETTLES}:
        return "confirmed by every probe"
    return "inferred still: a probe gave no answer"
