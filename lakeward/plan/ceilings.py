"""
Ceilings: how many of a kind AWS takes, and how many a stack declares (`semantics.md` B19).

Counted in what is declared, so that whatever made it so many is met: tenants, tables or personas. A ceiling of an
account is only this stack's part of it; what else is in the account isn't known.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from lakeward.errors import ConfigurationError, Problem, quote
from lakeward.model import Quotas
from lakeward.plan.declarations import (
    AttributeGrantArgs,
    Declaration,
    GrantArgs,
    GrantedFilter,
    GrantedTagExpression,
    LfTagArgs,
    QueryWorkgroupArgs,
    RoleArgs,
)

_TENANTS = "tenancy.tenants"
_SPREAD = "spread the tenants over several stacks"


class Ceiling(Enum):
    """A ceiling: its noun, AWS's number or the quota that says it, and where and how to get below it."""

    LF_TAG_VALUES = ("values of an LF-Tag", 1_000, _TENANTS, _SPREAD)
    FILTERS = (
        "data cells filters granted to one principal on one table",
        100,
        "personas",
        "join some filters with OR",
    )
    TAG_GRANTS = (
        "LF-Tag grants of one principal on one kind of resource",
        50,
        "personas",
        "join some expressions, or divide the persona",
    )
    EXPRESSION = ("bytes of an LF-Tag expression", 900, "personas", "name fewer values, or divide the grant")
    ROLES = ("IAM roles", "roles", _TENANTS, _SPREAD)
    WORKGROUPS = ("Athena workgroups", "workgroups", _TENANTS, _SPREAD)

    def __init__(self, noun: str, number: int | str, path: str, remedy: str) -> None:
        self.noun = noun
        self.number = number
        """A text is the name of a quota of `lakeward.model.Quotas`; a number is fixed."""
        self.path = path
        self.remedy = remedy

    @property
    def quota(self) -> str | None:
        """The quota that configuration may say was raised."""
        return self.number if isinstance(self.number, str) else None

    def limit(self, quotas: Quotas) -> int:
        """Return how many AWS takes."""
        return int(quotas.model_dump()[self.number]) if isinstance(self.number, str) else self.number


@dataclass(frozen=True)
class Usage:
    """How near a stack comes to a ceiling."""

    ceiling: Ceiling
    most: int
    """Where it is counted for each of several, the most of any."""
    subject: str
    """Which one that is; empty where there is only one count."""
    limit: int


def usages(declarations: Iterable[Declaration], quotas: Quotas) -> tuple[Usage, ...]:
    """Return how near some declarations come to each ceiling, in the order of the ceilings."""
    counted: dict[Ceiling, Counter[str]] = {ceiling: Counter() for ceiling in Ceiling}
    for declaration in declarations:
        for ceiling, subject, number in _counts(declaration):
            if ceiling is Ceiling.EXPRESSION:
                counted[ceiling][subject] = max(number, counted[ceiling][subject])
            else:
                counted[ceiling][subject] += number
    found = []
    for ceiling, counter in counted.items():
        most = max(counter.values(), default=0)
        subject = min((subject for subject, number in counter.items() if number == most), default="")
        found.append(Usage(ceiling, most, subject, ceiling.limit(quotas)))
    return tuple(found)


def check_ceilings(used: Iterable[Usage]) -> None:
    """
    Check that no ceiling is exceeded.

    Raises:
        ConfigurationError: some are; one problem each, with the number, the ceiling and what to do.

    """
    problems = [_problem(usage) for usage in used if usage.most > usage.limit]
    if problems:
        raise ConfigurationError(problems)


def _problem(usage: Usage) -> Problem:
    ceiling = usage.ceiling
    whose = f" ({quote(usage.subject)})" if usage.subject else ""
    raised = f", or have AWS raise it and write the number at `quotas.{ceiling.quota}`" if ceiling.quota else ""
    return Problem(
        ceiling.path,
        f"there would be {usage.most} {ceiling.noun}{whose}, and AWS takes {usage.limit}",
        f"{ceiling.remedy}{raised}",
    )


def _counts(declaration: Declaration) -> Iterable[tuple[Ceiling, str, int]]:
    """Yield what a declaration counts for: ceiling, of which one, how many."""
    if isinstance(declaration, RoleArgs):
        yield Ceiling.ROLES, "", 1
    elif isinstance(declaration, QueryWorkgroupArgs):
        yield Ceiling.WORKGROUPS, "", 1
    elif isinstance(declaration, LfTagArgs):
        yield Ceiling.LF_TAG_VALUES, declaration.key, len(declaration.values)
    elif isinstance(declaration, GrantArgs | AttributeGrantArgs):
        granted, who = declaration.resource, declaration.principal.rpartition("/")[2]
        if isinstance(granted, GrantedFilter):
            yield Ceiling.FILTERS, f"{who} on {granted.database}.{granted.table}", 1
        elif isinstance(granted, GrantedTagExpression):
            yield Ceiling.TAG_GRANTS, f"{who} on {granted.resource_type.lower()}s", 1
            yield Ceiling.EXPRESSION, who, _size(granted)


def _size(granted: GrantedTagExpression) -> int:
    """Return the bytes of an expression as a request spells it; the least favourable reading of "inline"."""
    pairs = [{"TagKey": key, "TagValues": list(values)} for key, values in granted.expression]
    return len(json.dumps(pairs, separators=(",", ":")).encode())
