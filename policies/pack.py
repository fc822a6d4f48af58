"""The pack: every rule under `policies.rules`, and the rules as the engine wants them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

import policies.rules
from policies.resources import Resource, Resources, plain
from policies.rule import ResourceRule, Rule, StackRule

NAME = "lakeward"


def _discovered() -> tuple[Rule, ...]:
    modules = [
        importlib.import_module(f"{policies.rules.__name__}.{module.name}")
        for module in pkgutil.iter_modules(policies.rules.__path__)
    ]
    return tuple(sorted((module.RULE for module in modules), key=lambda rule: rule.id))


RULES: tuple[Rule, ...] = _discovered()
"""Every rule, sorted by id. A module under `policies.rules` holds one, named `RULE`."""


def engine_policies() -> list[Policy]:
    """Return every rule as a mandatory policy of the engine."""
    return [_engine_policy(rule) for rule in RULES]


def _engine_policy(rule: Rule) -> Policy:
    described: dict[str, Any] = {
        "name": rule.name,
        "description": f"{rule.claim.replace('-', ' ')}: {rule.why}",
        "enforcement_level": EnforcementLevel.MANDATORY,
        "severity": Severity.HIGH,
        "remediation_steps": rule.fix,
    }
    if isinstance(rule, ResourceRule):
        return ResourceValidationPolicy(validate=_resource_validation(rule), **described)
    if isinstance(rule, StackRule):
        return StackValidationPolicy(validate=_stack_validation(rule), **described)
    raise TypeError(f"`{rule.id}` is neither a resource rule nor a stack rule")


def _resource_validation(rule: ResourceRule) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
    def validate(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        for message in rule.check(_resource(args)):
            report_violation(_finding(rule, args.name, message), None)

    return validate


def _stack_validation(rule: StackRule) -> Callable[[StackValidationArgs, ReportViolation], None]:
    def validate(args: StackValidationArgs, report_violation: ReportViolation) -> None:
        resources = Resources(_resource(resource) for resource in args.resources)
        for resource, message in rule.check(resources):
            report_violation(_finding(rule, resource.name, message), resource.urn)

    return validate


def _finding(rule: Rule, resource: str, message: str) -> str:
    return f"`{resource}`: {message}; {rule.fix}"


def _resource(args: ResourceValidationArgs | PolicyResource) -> Resource:
    properties = plain(args.props)
    references = {
        name: tuple(reference.urn for reference in references)
        for name, references in getattr(args, "property_dependencies", {}).items()
    }
    return Resource(
        urn=args.urn,
        type=args.resource_type,
        name=args.name,
        properties=properties if isinstance(properties, dict) else {},
        delete_before_replace=args.opts.delete_before_replace,
        protected=bool(args.opts.protect),
        references=references,
    )
