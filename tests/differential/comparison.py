"""
Compares the access model with the simulator, and makes what differs small.

Both get the same bytes. A case agrees where the strict and the permissive reading are the simulator's verdict; where
they aren't, a deviation (`deviations.py`) has to name the rule that decides it.
"""

from __future__ import annotations

import copy
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import msgspec

from lakeward.access import answer
from lakeward.errors import LakewardError
from tests.differential.deviations import DEVIATIONS
from tests.differential.generator import Json
from tests.differential.simulator import Answer, Simulator

BATCH = 500
"""Cases sent to the simulator at once."""


@dataclass(frozen=True)
class Outcome:
    """One case as both see it."""

    case: Json
    verdict: str
    may: str
    theirs: str
    rules: tuple[str, ...]
    """Ids of the rules whose deviations the case may fall under, whether or not the answers differ."""
    error: str = ""
    """Why one of them refuses the case; a generated case never should be."""

    @property
    def agrees(self) -> bool:
        """Whether both readings are the simulator's verdict."""
        return not self.error and self.verdict == self.may == self.theirs

    @property
    def text(self) -> str:
        """The case and what both say, for people."""
        what = self.error or f"verdict {self.verdict}, may {self.may}, simulator {self.theirs}"
        return f"{what}: {json.dumps(self.case, ensure_ascii=False)}"

    @property
    def is_unexplained(self) -> bool:
        """Whether nothing excuses how the answers differ."""
        return bool(self.error) or not (self.agrees or self.rules)


@dataclass
class Tally:
    """What a run has come to."""

    cases: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    covered: int = 0
    """Cases that a deviation covers."""
    differing: Counter[str] = field(default_factory=Counter)
    """Cases that differ, by the rules that decide them."""
    covered_by: Counter[str] = field(default_factory=Counter)
    unexplained: list[Outcome] = field(default_factory=list)
    our_seconds: float = 0.0
    their_seconds: float = 0.0

    @property
    def allowed(self) -> float:
        """The part of the cases that the model allows in the strict reading."""
        return self.verdicts["ALLOW"] / self.cases

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.cases += 1
        self.verdicts[outcome.verdict] += 1
        self.covered += bool(outcome.rules)
        self.covered_by.update(outcome.rules)
        if outcome.is_unexplained:
            self.unexplained.append(outcome)
        elif not outcome.agrees:
            self.differing["+".join(outcome.rules)] += 1

    def merge(self, other: Tally) -> None:
        """Add what another run has come to."""
        self.cases += other.cases
        self.verdicts += other.verdicts
        self.covered += other.covered
        self.differing += other.differing
        self.covered_by += other.covered_by
        self.unexplained += other.unexplained
        self.our_seconds += other.our_seconds
        self.their_seconds += other.their_seconds


def compare(cases: Iterable[Json], simulator: Simulator) -> Tally:
    """Compare both over cases; keeps no case but those that differ without a reason."""
    tally = Tally()
    for batch in _batches(cases):
        lines = [msgspec.json.encode(case) for case in batch]
        started = time.perf_counter()
        ours = [_decided(line) for line in lines]
        decided = time.perf_counter()
        theirs = simulator.answer(lines)
        tally.our_seconds += decided - started
        tally.their_seconds += time.perf_counter() - decided
        for case, mine, other in zip(batch, ours, theirs, strict=True):
            tally.add(_outcome(case, mine, other))
    return tally


def outcomes(cases: Iterable[Json], simulator: Simulator) -> list[Outcome]:
    """Compare both over a few cases, and return each outcome."""
    listed = list(cases)
    lines = [msgspec.json.encode(case) for case in listed]
    return [
        _outcome(case, _decided(line), other)
        for case, line, other in zip(listed, lines, simulator.answer(lines), strict=True)
    ]


def shrink(outcome: Outcome, simulator: Simulator) -> Outcome:
    """Take away from a case whatever can go while the same difference stays."""
    smallest = outcome
    while True:
        candidates = list(_smaller(smallest.case))
        for tried in _batches(candidates):
            found = next((one for one in outcomes(tried, simulator) if _is_alike(one, outcome)), None)
            if found is not None:
                smallest = found
                break
        else:
            return smallest


def _is_alike(one: Outcome, other: Outcome) -> bool:
    if one.error or other.error:
        return one.error == other.error
    return one.is_unexplained and (one.verdict, one.may, one.theirs) == (other.verdict, other.may, other.theirs)


def _batches(cases: Iterable[Json]) -> Iterator[list[Json]]:
    iterator = iter(cases)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _decided(line: bytes) -> dict[str, Any]:
    try:
        return answer(msgspec.json.decode(line))
    except LakewardError as error:
        return {"error": " | ".join(error.lines())}


def _outcome(case: Json, mine: dict[str, Any], other: Answer) -> Outcome:
    error = mine.get("error") or other.error
    if other.ignored:
        error = f"the simulator sets aside {', '.join(other.ignored)}"
    if error:
        return Outcome(case, mine.get("verdict", ""), mine.get("may", ""), other.verdict, (), error)
    verdict, may = mine["verdict"], mine["may"]
    applying = [one for one in DEVIATIONS if one.applies(case)]
    left_open = [one for one in applying if one.has_two_readings]
    readings = {verdict, may}
    if len(left_open) > 1 and verdict != may:
        # Of two things left open one may be read narrowly and the other widely, which denies in another way.
        readings.add("IMPLICIT_DENY")
    if verdict == may or other.verdict not in readings:
        applying = [one for one in applying if not one.has_two_readings]
    return Outcome(case, verdict, may, other.verdict, tuple(one.rule for one in applying))


# --- Smaller cases -------------------------------------------------------------------------------------------------

_POLICIES = (
    *("identityPolicies", "resourcePolicy", "sessionPolicy", "permissionBoundaries", "endpointPolicies"),
    *("serviceControlPolicies", "resourceControlPolicies", "settings"),
)
_REQUIRED = frozenset(
    {"Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Version"}
)


def _smaller(case: Json) -> Iterator[Json]:
    """Yield the cases that lack one thing, the large things first."""
    for member in _POLICIES:
        if member in case:
            yield {name: value for name, value in case.items() if name != member}
    for path, holder, key in _places(case):
        if type(holder) is dict and (key in _REQUIRED or len(path) == 1):
            continue
        if type(holder) is list and len(holder) == 1:
            continue
        smaller = copy.deepcopy(case)
        owner: Any = smaller
        for step in path[:-1]:
            owner = owner[step]
        del owner[path[-1]]
        yield smaller


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any, Any]]:
    """Yield every place in a document, outer ones first: its path, what holds it, and its key there."""
    if type(value) is dict:
        items: Iterable[tuple[Any, Any]] = value.items()
    elif type(value) is list:
        items = enumerate(value)
    else:
        return
    for key, _ in items:
        yield (*path, key), value, key
    for key, inner in value.items() if type(value) is dict else enumerate(value):
        yield from _places(inner, (*path, key))
