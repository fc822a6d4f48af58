"""A rule: an id, a claim, why it matters, where that is written, what to do instead, and one function."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from policies.resources import Resource, Resources


@dataclass(frozen=True, kw_only=True)
class Rule:
    """
    Base of both kinds of rule. Every rule is mandatory.

    `id` is an area (`LF TEN NET ENC SHR IAM AUD COST GEN`) with three digits and is never used again; `claim` is
    the good condition in kebab-case. What a check yields says who can do what they must not, and by what.
    """

    id: str
    claim: str
    why: str
    source: str
    """Where the reason is written: a row of the rules of AWS access, or the vendor's page."""
    fix: str
    exemptible: bool = True
    """Whether a stack's configuration may exempt a resource from it for a while."""

    @property
    def name(self) -> str:
        """The name the engine prints: id and claim."""
        return f"{self.id}-{self.claim}"

    @property
    def description(self) -> str:
        """What it says in a sentence."""
        return f"{self.claim.replace('-', ' ')}: {self.why}"


@dataclass(frozen=True, kw_only=True)
class ResourceRule(Rule):
    """Judged on each resource alone, in a preview and again just before the resource is created."""

    check: Callable[[Resource], Iterable[str]]


@dataclass(frozen=True, kw_only=True)
class StackRule(Rule):
    """Judged on all resources of a stack together, at the end of its preview."""

    check: Callable[[Resources], Iterable[tuple[Resource, str]]]
