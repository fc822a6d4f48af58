"""
Findings: what the policy pack has against a stack, and what of it somebody answers for.

Read from what the engine reported, never from text that it printed: an event says which rule, which resource and
what; the pack's own list of rules says the claim and the fix; the stack's configuration, who answers until when.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError

from lakeward.errors import InvalidInputError, Problem
from lakeward.exemptions import exemption_to_json, fault_of
from lakeward.model import Exemption
from lakeward.reports.untrusted import on_terminal


class Forbidding(Protocol):
    """A rule, as the pack states it."""

    @property
    def id(self) -> str:
        """Area and three digits."""

    @property
    def name(self) -> str:
        """Id and claim: what the engine calls it."""

    @property
    def claim(self) -> str:
        """The good condition, in kebab-case."""

    @property
    def fix(self) -> str:
        """What to do instead."""


class Reported(Protocol):
    """A violation, as the engine reported it."""

    @property
    def rule(self) -> str:
        """The rule's name."""

    @property
    def urn(self) -> str:
        """Of the resource; empty for the stack."""

    @property
    def message(self) -> str:
        """The rule's description, a line break, and what it has against the resource."""

    @property
    def level(self) -> str:
        """`mandatory` or `advisory`."""


@dataclass(frozen=True)
class Finding:
    """What one rule has against one resource."""

    rule: str
    """The rule's id."""
    claim: str
    resource: str
    """Type and logical name, as an exemption names it; empty for the stack as a whole."""
    urn: str
    problem: str
    """Who can do what they must not, and by what."""
    fix: str
    blocks: bool
    """Whether the stack can't be brought up because of it."""
    source: str | None = None
    """`path:line` of the program, from the project's folder, where it is known."""
    exemption: Exemption | None = None
    """Who answers for it, until when."""

    @property
    def level(self) -> str:
        """`blocks`, `exempt` or `advice`."""
        return "blocks" if self.blocks else "exempt" if self.exemption else "advice"

    def __str__(self) -> str:
        """Return rule, claim, resource and line."""
        where = f" at {self.source}" if self.source else ""
        return f"{self.rule} {self.claim}: {self.resource or 'the stack'}{where}"

    @property
    def sort_key(self) -> tuple[bool, str, str, str]:
        """What blocks comes first; then by rule, resource and problem."""
        return (not self.blocks, self.rule, self.urn, self.problem)

    def to_json(self) -> dict[str, Any]:
        """Return the finding as JSON."""
        return {
            "rule": self.rule,
            "claim": self.claim,
            "resource": self.resource,
            "urn": self.urn,
            "problem": self.problem,
            "fix": self.fix,
            "blocks": self.blocks,
            "source": self.source,
            "exemption": None if self.exemption is None else exemption_to_json(self.exemption),
        }


@dataclass(frozen=True)
class Findings:
    """All findings of one stack, with every exemption it has, used or not."""

    stack: str
    on: date
    """The day on which exemptions are judged."""
    findings: tuple[Finding, ...]
    """Sorted: what blocks comes first."""
    exemptions: tuple[Exemption, ...]

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What keeps the stack from being brought up."""
        return tuple(finding for finding in self.findings if finding.blocks)

    @property
    def verdict(self) -> str:
        """All of it in one line."""
        blocking, others = len(self.blocking), len(self.findings) - len(self.blocking)
        first = "1 finding that blocks" if blocking == 1 else f"{blocking} findings that block"
        return f"stack {self.stack}: {first}, {others} other{'' if others == 1 else 's'}, judged on {self.on}"

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON."""
        return {
            "stack": self.stack,
            "on": self.on.isoformat(),
            "findings": [finding.to_json() for finding in self.findings],
            "exemptions": [
                {**exemption_to_json(exemption), "fault": fault_of(exemption, self.on)} for exemption in self.exemptions
            ],
        }


def findings_of(  # noqa: PLR0913 - a report has this many sides
    reported: Iterable[Reported],
    rules: Iterable[Forbidding],
    *,
    stack: str,
    on: date,
    exemptions: Sequence[Exemption] = (),
    sources: Mapping[str, str] | None = None,
) -> Findings:
    """
    Return what the engine reported of a stack as findings, each once, sorted.

    Args:
        reported: violations, of this pack or another.
        rules: the rules of the pack.
        stack: the stack's name.
        on: the day on which exemptions are judged.
        exemptions: the stack's, from its configuration.
        sources: `path:line` of the program by URN; see `program_lines`.

    """
    by_name = {rule.name: rule for rule in rules}
    found = {_finding(one, by_name.get(one.rule), exemptions, sources or {}) for one in reported}
    return Findings(
        stack=stack,
        on=on,
        findings=tuple(sorted(found, key=lambda finding: finding.sort_key)),
        exemptions=tuple(sorted(exemptions, key=lambda exemption: (exemption.rule, exemption.resource))),
    )


def _finding(
    reported: Reported, rule: Forbidding | None, exemptions: Sequence[Exemption], sources: Mapping[str, str]
) -> Finding:
    parts = reported.urn.split("::", 3)
    resource = f"{parts[2].rpartition('$')[2]}::{parts[3]}" if len(parts) > 3 else ""  # noqa: PLR2004 - a URN's parts
    blocks = reported.level == "mandatory"
    problem = reported.message.partition("\n")[2] or reported.message
    problem = problem.removeprefix(f"`{parts[-1]}`: ")
    fix = ""
    if rule is not None:
        fix = rule.fix
        problem = problem.partition(f"; {fix}")[0]
    id_ = reported.rule.partition("-")[0] if rule is None else rule.id
    subject = (id_, resource)
    return Finding(
        rule=id_,
        claim=reported.rule.partition("-")[2] if rule is None else rule.claim,
        resource=resource,
        urn=reported.urn,
        problem=problem,
        fix=fix,
        blocks=blocks,
        source=sources.get(reported.urn),
        exemption=next((one for one in exemptions if not blocks and (one.rule, one.resource) == subject), None),
    )


_LINE = re.compile(r"[^:\\\x00-\x1f]{1,300}:[1-9][0-9]{0,7}")


def program_lines(recording: Mapping[str, Any]) -> dict[str, str]:
    """
    Return where the program declares each resource, `path:line` by URN, as far as a recording says so.

    Args:
        recording: what `python -m local.recorder` writes. Paths outside the project's folder aren't believed.

    """
    found = {str(one.get("urn")): one.get("source") for one in recording.get("resources", ())}
    return {
        urn: line
        for urn, line in sorted(found.items())
        if isinstance(line, str) and _LINE.fullmatch(line) and not {"", ".."} & set(line.split("/"))
    }


def read_findings(text: str, name: str) -> Findings:
    """
    Read what `Findings.to_json` wrote.

    Args:
        text: JSON.
        name: of the file, for errors.

    Raises:
        InvalidInputError: it is something else.

    """
    try:
        document = json.loads(text)
        for exemption in document.get("exemptions", ()):
            exemption.pop("fault", None)
        found = _FINDINGS.validate_json(json.dumps(document))
    except ValidationError as error:
        raise InvalidInputError([_unfit(name, one["loc"], one["msg"]) for one in error.errors()]) from error
    except (AttributeError, RecursionError, TypeError, ValueError) as error:
        raise InvalidInputError([_unfit(name, (), "isn't findings as JSON")]) from error
    return replace(found, findings=tuple(sorted(found.findings, key=lambda finding: finding.sort_key)))


_FINDINGS = TypeAdapter(Findings)


def _unfit(name: str, loc: tuple[int | str, ...], said: str) -> Problem:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return Problem(f"{name}{place}", said[:1].lower() + said[1:], "give the findings of a stack in JSON")


def render_findings(findings: Findings, form: str) -> str:
    """Return findings as `text` for a terminal, or as `json`."""
    if form == "json":
        return json.dumps(findings.to_json(), ensure_ascii=False, indent=2, sort_keys=True)
    return "\n".join(on_terminal(finding_lines(findings)))


def finding_lines(findings: Findings) -> Iterator[str]:
    """Yield the lines that tell findings, none of them escaped for where it is shown."""
    yield findings.verdict
    for finding in findings.findings:
        yield f"  {finding.level}: {finding}"
        yield f"    {_line(finding.problem)}"
        if finding.fix:
            yield f"    fix: {_line(finding.fix)}"
    for exemption in findings.exemptions:
        yield f"  {told_exemption(exemption, findings.on)}"
        yield f"    {exemption.owner}: {exemption.reason}"


def told_exemption(exemption: Exemption, on: date) -> str:
    """Say what an exemption is for, and until when, as judged on a day."""
    fault = fault_of(exemption, on)
    state = f"not in force: {fault}" if fault else f"until {exemption.expires}"
    return f"exemption: {exemption.rule} for {exemption.resource}, {state}"


def _line(text: str) -> str:
    return " ".join(text.split())
