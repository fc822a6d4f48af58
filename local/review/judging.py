"""The review of declarations: whose access changes, what the policy pack says, and what the verdict rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from lakeward.access.difference import AccessDifference, difference
from lakeward.errors import EstateError, Problem
from lakeward.estate.digest import digest_of
from lakeward.estate.sources import estate_of, merged
from lakeward.estate.sources.names import named
from lakeward.exemptions import KEY, exemption_to_json, read_exemptions, widened
from lakeward.model import Exemption
from lakeward.reports import Findings, findings_of, program_lines
from local.analyzer import Analyzer
from local.review.declarations import Declaration
from policies.pack import RULES
from policies.stack import DAY


@dataclass(frozen=True)
class Judgement:
    """What a change means, and whether it may be merged as it is."""

    difference: AccessDifference
    before: Mapping[str, Any]
    """The estate of all stacks before the change."""
    after: Mapping[str, Any]
    """The estate of all stacks after the change."""
    findings: tuple[Findings, ...]
    """Of each stack after the change, under the exemptions from before it."""
    widened: tuple[tuple[str, Exemption], ...]
    """(stack, exemption) that the change adds, or makes last longer."""
    code: tuple[str, ...]
    """What the change touches beside stacks' configuration and prose: then it says itself what it declares."""
    stacks: Mapping[str, Mapping[str, Any]]
    """The estate of each stack after the change, by stack."""

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each stack's estate after the change: what a deployment can be held to."""
        return {stack: digest_of(estate) for stack, estate in sorted(self.stacks.items())}

    @property
    def notices(self) -> tuple[str, ...]:
        """What a reviewer reads first, in whole sentences."""
        told = []
        if self.code:
            shown = ", ".join(self.code[:_MOST_FILES]) + (" …" if len(self.code) > _MOST_FILES else "")
            told.append(
                f"The declaring code changed ({shown}): this verdict is that code's own statement. "
                "A code owner reads it first."
            )
        told += [
            f"Stack {stack}: {one.owner} newly exempts {one.resource} from {one.rule} until {one.expires}: {one.reason}"
            for stack, one in self.widened
        ]
        return tuple(told)

    def blocks(self, *, gains: bool, approved: bool) -> tuple[str, ...]:
        """
        Return why the change can't be merged as it is, in words; nothing where it can.

        Args:
            gains: Whether gained access is a reason.
            approved: Whether a code owner has approved the declaring code.

        """
        blocking = sum(len(found.blocking) for found in self.findings)
        reasons = (
            (bool(self.code) and not approved, "the declaring code changed and no code owner has approved it"),
            (bool(self.widened), "an exemption is new or wider"),
            (
                blocking > 0,
                f"the policy pack has {blocking} finding{'s that block' if blocking > 1 else ' that blocks'}",
            ),
            (gains and self.difference.has_gains, "access is gained, or may be"),
        )
        return tuple(reason for holds, reason in reasons if holds)

    def to_json(self) -> dict[str, Any]:
        """Return what stands in the JSON report beside the review itself."""
        return {
            "code": list(self.code),
            "digests": self.digests,
            "exemptions": [{"stack": stack, **exemption_to_json(one)} for stack, one in self.widened],
            "notices": list(self.notices),
        }


_MOST_FILES = 5


def judge(
    base: Mapping[str, Declaration], head: Mapping[str, Declaration], changed: Iterable[str], *, on: date, pack: Path
) -> Judgement:
    """
    Judge a change.

    Args:
        base: What the stacks declare before it.
        head: What they declare with it.
        changed: The files it touches, as paths in the repository.
        on: The day on which exemptions are judged.
        pack: The policy pack's folder.

    Raises:
        EstateError: What is declared can't be used.

    """
    was, is_now = _estates(base), _estates(head)
    # What the base's stacks are called was found out by the base's code; nothing is taken from the head's word.
    names = {stack: declaration.names for stack, declaration in base.items()}
    before, after = _together(_named(was, names), head), _together(_named(is_now, names), base)
    return Judgement(
        difference=difference(before, after),
        before=before,
        after=after,
        findings=tuple(_findings(base, head, on, pack)),
        widened=tuple(
            (stack, one)
            for stack, declaration in sorted(head.items())
            for one in widened(_exemptions(base.get(stack)), _exemptions(declaration))
        ),
        code=tuple(sorted(path for path in changed if not _is_configuration(path))),
        stacks=is_now,
    )


def _is_configuration(path: str) -> bool:
    name = PurePosixPath(path)
    is_stack = name.match("Pulumi.*.yaml") and len(name.parts) == 1
    return is_stack or name.suffix == ".md"


def _exemptions(declaration: Declaration | None) -> tuple[Exemption, ...]:
    return () if declaration is None else read_exemptions(declaration.config)


def _estates(declarations: Mapping[str, Declaration]) -> dict[str, dict[str, Any]]:
    """Return the estate of each stack, by stack, sorted."""
    return {
        stack: estate_of(declaration.recording, f"stack {stack}") for stack, declaration in sorted(declarations.items())
    }


def _named(estates: Mapping[str, dict[str, Any]], names: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Any]]:
    return {stack: named(estate, names.get(stack, {})) for stack, estate in estates.items()}


def _together(estates: Mapping[str, dict[str, Any]], there: Mapping[str, Declaration]) -> dict[str, Any]:
    """Return the estate of all stacks; one that is only on the other side has an empty account on this one."""
    named = [(f"stack {stack}", estate) for stack, estate in estates.items()]
    described = {account for estate in estates.values() for account in estate["accounts"]}
    for stack, declaration in sorted(there.items()):
        account = declaration.config.get("lakeward:account", "")
        if stack not in estates and account not in described:
            named.append((f"stack {stack}", {"version": 1, "accounts": {account: {}}}))
    return merged(named)


def _findings(
    base: Mapping[str, Declaration], head: Mapping[str, Declaration], on: date, pack: Path
) -> Iterable[Findings]:
    with Analyzer(pack, environment={DAY: on.isoformat()}) as analyzer:
        for stack, declaration in sorted(head.items()):
            before = base[stack].config.get(KEY, "[]") if stack in base else "[]"
            try:
                found = analyzer.judge(declaration.recording, {**declaration.config, KEY: before})
            except (AttributeError, KeyError, TypeError) as error:
                problem = Problem(f"stack {stack}", "its recording lacks what every resource has", "record it again")
                raise EstateError([problem]) from error
            yield findings_of(
                found,
                RULES,
                stack=stack,
                on=on,
                exemptions=_exemptions(base.get(stack)),
                sources=program_lines(declaration.recording),
            )
