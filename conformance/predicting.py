"""Prediction: what the access model says to a probe's question, on the estate read back from the account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from conformance.lake import TABLE
from conformance.names import Names
from conformance.probes import Probe
from conformance.rows import ROWS
from lakeward.access import PreparedEstate, answer
from lakeward.estate import read_estate

Json = dict[str, Any]


@dataclass(frozen=True)
class Reach:
    """What of a read one reading of the model gives: columns, sorted, and how many values, NULL aside."""

    columns: tuple[str, ...]
    cells: int


@dataclass(frozen=True)
class Prediction:
    """The model's answer in both readings (`semantics.md` G-3)."""

    verdict: str
    may: str
    because: str
    """The first reason's words."""
    surely: Reach | None = None
    """What is surely read; `None` where the question is no read."""
    possibly: Reach | None = None

    @property
    def is_open(self) -> bool:
        """Whether the two readings differ, so that an observation teaches something."""
        return self.verdict != self.may or self.surely != self.possibly


class Predictor:
    """Answers probes on one estate, which is prepared once."""

    def __init__(self, estate: Json, names: Names) -> None:
        self._prepared = PreparedEstate(read_estate(estate, "estate"))
        self._names = names

    def predict(self, probe: Probe, places: dict[str, str]) -> Prediction:
        """
        Return the model's answer to a probe.

        Args:
            probe: What is asked.
            places: What the scene's placeholders stand for.

        """
        case = {"estate": {}, "principal": self._principal(probe), **self._question(probe, places)}
        told = self._answer(case)
        because = next((reason["why"] for reason in told["reasons"]), "")
        if not probe.ask.read:
            return Prediction(told["verdict"], told["may"], because)
        surely = Reach(tuple(told["columns"]), self._cells(case, told["columns"], "verdict"))
        possibly = Reach(tuple(told["mayColumns"]), self._cells(case, told["mayColumns"], "may"))
        return Prediction(told["verdict"], told["may"], because, surely, possibly)

    def _answer(self, case: Json) -> Json:
        return answer(case, lambda _: self._prepared)

    def _principal(self, probe: Probe) -> Json:
        caller = probe.scene.caller
        principal: Json = {"role": self._names.role_arn(probe.name), "session": self._names.session}
        if caller.session_tags:
            principal["tags"] = caller.session_tags
        if caller.session_policy:
            principal["policy"] = {"Version": "2012-10-17", "Statement": list(caller.session_policy)}
        return principal

    def _question(self, probe: Probe, places: dict[str, str]) -> Json:
        names = self._names
        if probe.ask.action:
            return {
                "action": probe.ask.action,
                "resource": places["object"],
                "context": {"aws:SecureTransport": "true", "aws:ViaAWSService": "false"},
            }
        where = {"account": names.account, "region": names.region, "database": places["database"]}
        if probe.ask.permission:
            location = f"s3://{places['bucket']}/{probe.name}/"
            return {"act": {"permission": probe.ask.permission, **where, "location": location}}
        return {"read": {**where, "table": TABLE}}

    def _cells(self, case: Json, columns: list[str], reading: str) -> int:
        return sum(
            self._answer({**case, "read": {**case["read"], "columns": [column], "row": row}})[reading] == "ALLOW"
            for column, row in _values(columns)
        )


def _values(columns: list[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield every value of the rows that isn't NULL, by its column and row."""
    for row in ROWS:
        for column in columns:
            if row.get(column) is not None:
                yield column, dict(row)
