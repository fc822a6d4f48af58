"""The pack: every rule under `policies.rules`, and what they have against resources, exemptions considered."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import policies.rules
from policies.resources import Resource, Resources
from policies.rule import ResourceRule, Rule, StackRule
from policies.stack import Stack

if TYPE_CHECKING:
    from lakeward.model import Exemption

NAME = "lakeward"


def _discovered() -> tuple[Rule, ...]:
    modules = [
        importlib.import_module(f"{policies.rules.__name__}.{module.name}")
        for module in pkgutil.iter_modules(policies.rules.__path__)
    ]
    return tuple(sorted((module.RULE for module in modules), key=lambda rule: rule.id))


RULES: tuple[Rule, ...] = _discovered()
"""Every rule, sorted by id. A module under `policies.rules` holds one, named `RULE`."""

BY_ID = {rule.id: rule for rule in RULES}


@dataclass(frozen=True)
class Breach:
    """What a rule has against a resource."""

    rule: Rule
    resource: Resource
    message: str
    exemption: Exemption | None = None
    """What lets the resource break the rule for a while: the breach is shown, and blocks nothing."""

    def __str__(self) -> str:
        """Return what the engine prints: resource, breach, fix, and who answers for an exemption."""
        told = f"`{self.resource.name}`: {self.message}; {self.rule.fix}"
        if self.exemption is None:
            return told
        return f"{told}; exempt until {self.exemption.expires} by {self.exemption.owner}: {self.exemption.reason}"


def judge_alone(resource: Resource, stack: Stack) -> Iterator[Breach]:
    """Yield what the resource rules have against a resource."""
    for rule in RULES:
        if isinstance(rule, ResourceRule):
            for message in rule.check(resource):
                yield _breach(rule, resource, message, stack)


def judge_together(resources: Resources) -> Iterator[Breach]:
    """Yield what the stack rules have against the resources of a stack."""
    for rule in RULES:
        if isinstance(rule, StackRule):
            for resource, message in rule.check(resources):
                yield _breach(rule, resource, message, resources.stack)


def _breach(rule: Rule, resource: Resource, message: str, stack: Stack) -> Breach:
    named = f"{resource.type}::{resource.name}"
    found = (
        exemption
        for exemption in stack.exemptions
        if (exemption.rule, exemption.resource) == (rule.id, named) and stack.fault_of(exemption) is None
    )
    return Breach(rule, resource, message, next(found, None) if rule.exemptible else None)
