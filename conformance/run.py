"""A run: lay the lake, read it back, ask, and take everything down again."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

from conformance.findings import Finding
from conformance.lake import Lake
from conformance.ledger import Ledger
from conformance.names import Names
from conformance.observing import Observation, Observer, Outcome
from conformance.predicting import Predictor
from conformance.probes import Probe
from lakeward.errors import OutsideServiceError, UsageError
from lakeward.live import read_account

_FORMAT = 1


@dataclass(frozen=True)
class Recording:
    """What a run saw: enough to predict and compare anew without AWS."""

    names: Names
    estate: dict[str, Any]
    places: dict[str, dict[str, str]]
    observations: dict[str, Observation]

    def to_json(self) -> str:
        """Return the recording as canonical JSON."""
        document = {
            "recording": _FORMAT,
            "account": self.names.account,
            "region": self.names.region,
            "suffix": self.names.suffix,
            "estate": self.estate,
            "places": self.places,
            "observations": {name: seen.to_json() for name, seen in self.observations.items()},
        }
        return json.dumps(document, sort_keys=True, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Recording:
        """
        Read a recording.

        Raises:
            UsageError: It isn't one.

        """
        try:
            return cls._of(json.loads(text))
        except (KeyError, TypeError, ValueError) as error:
            remedy = "give a file that --record wrote"
            raise UsageError("--recorded", "this isn't a recording of a run", remedy) from error

    @classmethod
    def _of(cls, written: dict[str, Any]) -> Recording:
        if written["recording"] != _FORMAT:
            raise ValueError(written["recording"])
        return cls(
            Names(written["account"], written["region"], written["suffix"]),
            written["estate"],
            written["places"],
            {name: Observation.from_json(seen) for name, seen in written["observations"].items()},
        )

    def findings(self, probes: Iterable[Probe]) -> list[Finding]:
        """Return what the model predicts for each probe that was asked, beside what was seen."""
        predictor = Predictor(self.estate, self.names)
        return [
            Finding(probe, predictor.predict(probe, self.places[probe.name]), self.observations[probe.name])
            for probe in probes
            if probe.name in self.observations
        ]


def confirm(session: boto3.Session, account: str, region: str) -> None:
    """
    Refuse to begin unless the credentials are of the account that was named and may see its whole lake.

    Raises:
        OutsideServiceError: They aren't; nothing was made.

    """
    caller = session.client("sts", region_name=region).get_caller_identity()
    if caller["Account"] != account:
        raise OutsideServiceError(f"the credentials are of account {caller['Account']}, not of {account}")
    estate: dict[str, Any] = read_account(session, account, region)
    partial = estate["accounts"][account].get("partial")
    if partial:
        raise OutsideServiceError(
            f"{partial}; add the role of these credentials to the sandbox account's data lake administrators"
        )


def run(
    session: boto3.Session,
    names: Names,
    probes: Iterable[Probe],
    *,
    pause: float = 10.0,
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[Recording, list[str]]:
    """
    Make the lake, read it back, ask every probe, and remove whatever was made, also after a failure.

    Args:
        session: Credentials that `confirm` accepted.
        names: Of this run.
        probes: What to ask.
        pause: Seconds between two looks at something that AWS may not know yet.
        tell: Takes a line on each step.

    Returns:
        What was seen, and a line for each thing that couldn't be removed.

    Raises:
        ClientError: The lake that the probes share couldn't be made.
        OutsideServiceError: It couldn't be read back.

    """
    ledger = Ledger()
    lake = Lake(session, names, ledger, pause)
    observer = Observer(lake, pause)
    asked = list(probes)
    places: dict[str, dict[str, str]] = {}
    seen: dict[str, Observation] = {}
    left: list[str] = []
    try:
        tell(f"making the lake {names.stem} in {names.account}/{names.region}")
        lake.lay()
        for probe in asked:
            places[probe.name] = lake.places(probe)
            tell(f"making {probe.name}")
            try:
                lake.build(probe)
            except ClientError as error:
                seen[probe.name] = Observation(Outcome.NOT_RUN, str(error))
        tell("reading the account back")
        estate: dict[str, Any] = read_account(session, names.account, names.region)
        seen |= observer.observe([probe for probe in asked if probe.name not in seen], tell)
    finally:
        tell("removing what was made")
        left += ledger.settle()
        for line in left:
            tell(f"not removed: {line}")
    return Recording(names, estate, places, seen), left


def fresh_names(account: str, region: str) -> Names:
    """Return names that no earlier run had."""
    return Names(account, region, secrets.token_hex(3))
