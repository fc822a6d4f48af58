"""Explanations: why a principal can or can't, door by door, and the smallest change that would turn the answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lakeward.access.context import Context
from lakeward.access.decision import Decision, Layer, Reason, Verdict
from lakeward.access.doors import Door
from lakeward.access.engines import Engine
from lakeward.access.iam import Judgement
from lakeward.access.prepared import Caller, PreparedEstate
from lakeward.access.querying import Running, can_run
from lakeward.access.reader import Reader
from lakeward.access.reading import Reading, rows_to_json
from lakeward.access.requests import judge
from lakeward.access.truth import possibly, surely


@dataclass(frozen=True)
class ExplainedDoor:
    """One door: whether it is open, and why."""

    name: str
    state: str
    """`open`, `possibly open` or `shut`."""
    reasons: tuple[Reason, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the door as JSON."""
        return {"door": self.name, "state": self.state, "reasons": [reason.to_json() for reason in self.reasons]}


@dataclass(frozen=True)
class Explanation:
    """The answer to one question, with everything that decides it."""

    question: str
    decision: Decision
    doors: tuple[ExplainedDoor, ...]
    changes: tuple[str, ...]
    """What would turn the answer: all of it together where it is shut, any of it where it is open."""
    columns: tuple[str, ...] | None = None
    rows: str | dict[str, str] | None = None
    running: Running | None = None
    """Whether a query could run at all; `None` where no engine needs a workgroup."""

    @property
    def answer(self) -> str:
        """The answer in a word; denied only where the permissive reading denies too."""
        if self.decision.verdict is Verdict.ALLOW:
            return "yes"
        return "possible" if self.decision.is_possible else "no"

    def to_json(self) -> dict[str, Any]:
        """Return the explanation as JSON."""
        result: dict[str, Any] = {
            "question": self.question,
            "answer": self.answer,
            "verdict": self.decision.verdict.value,
            "may": self.decision.may.value,
            "blockedBy": [layer.value for layer in self.decision.blocked_by],
            "doors": [door.to_json() for door in self.doors],
            "changes": list(self.changes),
        }
        if self.columns is not None:
            result |= {"columns": list(self.columns), "rows": self.rows}
        if self.running is not None:
            result["canRun"] = self.running.to_json()
        return result

    def lines(self) -> list[str]:
        """Return the explanation as text for people."""
        lines = [f"{self.question} {self.answer} ({self.decision.verdict.value}, may {self.decision.may.value})"]
        if self.columns:
            rows = "all rows" if self.rows is None else f"rows where {self.rows}"
            lines.append(f"  columns: {', '.join(self.columns)}; {rows}")
        for door in self.doors:
            lines.append(f"  {door.name}: {door.state}")
            lines += [f"    {_line(reason)}" for reason in door.reasons]
        if self.changes:
            shut = self.answer != "yes"
            lines.append("  smallest change that would open it:" if shut else "  smallest change that would shut it:")
            lines += [f"    {change}" for change in self.changes]
        if self.running is not None:
            lines.append(f"  can run: {self.running.answer}")
            lines += [f"    {line}" for line in self.running.lines()]
        return lines


def explain_read(  # noqa: PLR0913  # the parts of one question
    prepared: PreparedEstate,
    caller: Caller,
    place: tuple[str, str],
    name: tuple[str, str],
    *,
    engine: Engine = Engine.ATHENA,
    context: Context | None = None,
) -> Explanation:
    """
    Explain whether a principal can read a table.

    Args:
        prepared: The estate.
        caller: Who asks.
        place: Account and Region of the catalog.
        name: Database and table.
        engine: What reads.
        context: What only the request knows.

    """
    reading = Reader(prepared, caller, engine, context or Context()).read(place, name)
    decision = reading.decision()
    permissive = not surely(reading.truth)
    shown = reading.columns(permissive=permissive) if possibly(reading.truth) else ()
    running = can_run(prepared, caller, place) if engine is Engine.ATHENA else None
    table = ".".join(name)
    return Explanation(
        question=f"can {_short(caller)} read {_what(engine, table)}?",
        decision=decision,
        doors=tuple(_explained(door) for door in reading.doors),
        changes=tuple(_changes_of_reading(reading, caller, table)),
        columns=shown,
        rows=rows_to_json(reading.rows(permissive=permissive)),
        running=running,
    )


def explain_request(
    prepared: PreparedEstate, caller: Caller, action: str, resource: str, context: Context | None = None
) -> Explanation:
    """Explain whether a principal may do one action on one resource; `action` as people write it."""
    judgement = judge(prepared, caller, action.lower(), resource, context or Context())
    door = Door(action, None, judgement.allowed, judgement)
    decision = judgement.decision()
    return Explanation(
        question=f"can {_short(caller)} do {action} on {resource}?",
        decision=decision,
        doors=(_explained(door),),
        changes=tuple(dict.fromkeys(_changes_of_judgement(judgement))),
    )


def _explained(door: Door) -> ExplainedDoor:
    state = "open" if surely(door.truth) else "possibly open" if possibly(door.truth) else "shut"
    prefix = f"{door.name}: "
    reasons = tuple(
        Reason(reason.layer, reason.policy, reason.statement, reason.why.removeprefix(prefix))
        for reason in door.reasons()
    )
    return ExplainedDoor(door.name, state, reasons)


def _line(reason: Reason) -> str:
    where = " ".join(part for part in (reason.policy, f"`{reason.statement}`" if reason.statement else "") if part)
    return f"{reason.layer.value}: {where + ': ' if where else ''}{reason.why}"


def _short(caller: Caller) -> str:
    principal = caller.principal
    return f"{principal.name}/{principal.session}" if principal.session else principal.name or principal.arn


def _what(engine: Engine, table: str) -> str:
    """Say what is read, and through what."""
    if engine is Engine.OBJECTS:
        return f"the objects of {table} itself"
    return f"the metadata of {table}" if engine is Engine.METADATA else f"{table} through {engine.value}"


def _changes_of_reading(reading: Reading, caller: Caller, table: str) -> Iterable[str]:
    who = caller.principal.role_arn or caller.principal.arn
    if surely(reading.truth):
        sources = sorted({part.source for part in reading.parts if part.source and surely(part.truth)})
        if sources:
            yield f"revoke {' and '.join(sources)}"
        return
    found: dict[str, None] = {}
    for door in reading.doors:
        if surely(door.truth):
            continue
        if door.layer is Layer.LAKE_FORMATION:
            found[f"grant SELECT on {table} to {who}"] = None
        elif door.judgement is not None:
            found.update(dict.fromkeys(_changes_of_judgement(door.judgement)))
        else:
            found.update(dict.fromkeys(f"settle: {note.why}" for note in door.notes))
    yield from found


def _changes_of_judgement(judgement: Judgement) -> Iterable[str]:
    who, what = judgement.who, " and ".join(judgement.asked)
    if surely(judgement.allowed):
        for hit in judgement.hits:
            if hit.statement.source.effect == "Allow":
                yield f"take statement `{hit.statement.name}` out of {hit.policy.label}"
                return
        return
    denying = [hit for hit in judgement.hits if hit.statement.source.effect == "Deny"]
    for hit in denying:
        yield f"exempt {who} from statement `{hit.statement.name}` of {hit.policy.label}"
    explained = {hit.layer for hit in denying}
    for layer in judgement.failing:
        if layer not in explained:
            yield _OPENING[layer].format(what=what, who=who)


_OPENING = {
    Layer.IDENTITY: "allow {what} in an identity policy of {who}",
    Layer.RESOURCE: "allow {what} in the resource's policy",
    Layer.TRUST: "let `lakeformation.amazonaws.com`, or whoever assumes it, into the role's trust policy",
    Layer.KEY: "allow {what} in the key's policy",
    Layer.BOUNDARY: "allow {what} in the permissions boundary of {who}",
    Layer.SESSION: "allow {what} in the session policy, or pass none",
    Layer.SCP: "allow {what} in the service control policies of every level",
    Layer.RCP: "exempt it from the resource control policy",
    Layer.ENDPOINT: "allow {what} in the policy of the VPC endpoint",
    Layer.PUBLIC_ACCESS_BLOCK: "limit the bucket policy to fixed values, so that it doesn't count as public",
    Layer.LAKE_FORMATION: "grant it in Lake Formation to {who}",
    Layer.NETWORK: "open the network path",
}
