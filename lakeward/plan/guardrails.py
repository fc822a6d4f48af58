"""The data perimeter as policies of the organization, for a stack in its management or a delegated account."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.documents import guardrails as documents
from lakeward.documents.guardrails import DataPerimeter
from lakeward.identifiers import Arn
from lakeward.plan.declarations import GuardrailArgs
from lakeward.plan.personas import break_glass
from lakeward.plan.tagging import tagged

_KINDS = (
    (
        "data-perimeter-resources",
        "RESOURCE_CONTROL_POLICY",
        "Who reaches our resources, and from where",
        documents.resource_control_policy,
    ),
    (
        "data-perimeter-principals",
        "SERVICE_CONTROL_POLICY",
        "What our principals reach, and from where",
        documents.service_control_policy,
    ),
)


def guardrails(config: StackConfig) -> Iterator[GuardrailArgs]:
    """Declare the organization's policies where the section asks for them."""
    organization = config.organization
    if organization is None or organization.guardrails is None:
        return
    wanted = organization.guardrails
    registration_roles = config.names.registration_roles_pattern()
    partition = config.names.partition
    perimeter = DataPerimeter(
        organization=organization.id,
        public_networks=tuple(sorted(wanted.public_networks)),
        aws_buckets=tuple(Arn(f"arn:{partition}:s3:::{name.in_region(config.region)}") for name in wanted.aws_buckets),
        spared=(registration_roles, *break_glass(config)),
        registration_roles=registration_roles,
        deployers=(f"arn:{partition}:iam::*:{config.deployer.resource}",),
    )
    for kind, policy_type, description, build in _KINDS:
        name = config.names.guardrail(kind)
        yield GuardrailArgs(
            logical_name=names.guardrail(kind),
            tags=tagged(config, kind="guardrail"),
            name=name,
            policy_type=policy_type,
            description=description,
            content=build(name, perimeter).render(),
            targets=tuple(sorted(set(wanted.targets))),
        )
