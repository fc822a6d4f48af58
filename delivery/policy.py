"""
What a stack's deployer must be allowed: `make policy STACK=…` prints it.

`calls.json` holds every call that the program was seen to make in the lives of example stacks, with the actions that it
needs (`tests/delivery/recording.py` writes it). What can't be seen there stands below, with the reason. Resources are
the stack's own where names or tags tell them; a service that the stack declares nothing of isn't allowed at all.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from lakeward import config
from lakeward.access.actions import action_of
from lakeward.access.operations import needs_of
from lakeward.config import StackConfig
from lakeward.plan import declarations as declared
from lakeward.plan import plan_stack
from local.command import ended

LONGEST = 6144
"""Characters, white space aside, that IAM takes in one managed policy; ten of them can be attached to a role."""

_READ_BY_THE_VENDORS_PROVIDER = (
    *("cloudtrail:DescribeTrails", "cloudtrail:GetInsightSelectors"),
    *("ec2:DescribeNetworkInterfaces", "ec2:DescribePrefixLists", "ec2:DescribeRouteTables", "ec2:DescribeVpcs"),
    *("glue:GetPartitionIndexes",),
    *("iam:ListInstanceProfilesForRole", "iam:ListRolePolicies"),
    *("lambda:GetFunctionCodeSigningConfig", "lambda:GetFunctionConfiguration", "lambda:ListVersionsByFunction"),
    *("rds:DescribeGlobalClusters", "route53:GetChange"),
    *("s3:GetBucketAccelerateConfiguration", "s3:GetBucketAcl", "s3:GetBucketCors", "s3:GetBucketLocation"),
    *("s3:GetBucketReplication", "s3:GetBucketRequestPayment", "s3:GetBucketWebsite", "s3:GetObjectLockConfiguration"),
)
"""What the vendor's `aws` provider calls beside: it reads all of a thing. By its sources; it wasn't run for this."""

_CHANGED_BY_OTHERS = (
    *("cloudtrail:UpdateTrail", "iam:PutRolePermissionsBoundary", "iam:UpdateRole"),
    *("kms:UpdateAlias", "kms:UpdateKeyDescription"),
    *("lakeformation:DetachRLSPolicy", "lakeformation:GetRLSPolicy", "lakeformation:UpdateRLSPolicy"),
)
"""What the recorded lives don't change, but another configuration or version of the program may."""

_GUARDRAILS = (
    *("organizations:AttachPolicy", "organizations:CreatePolicy", "organizations:DeletePolicy"),
    *("organizations:DescribePolicy", "organizations:DetachPolicy", "organizations:ListTagsForResource"),
    *("organizations:ListTargetsForPolicy", "organizations:TagResource", "organizations:UpdatePolicy"),
)
"""The embedded AWS is in no organization, so that these are by the providers' sources."""

_WITH_THE_CALLERS_RIGHTS: Mapping[str, tuple[str, ...]] = {
    # An S3 destination is a log delivery.
    "ec2:CreateFlowLogs": ("logs:CreateLogDelivery",),
    "ec2:DeleteFlowLogs": ("logs:DeleteLogDelivery",),
    # Private DNS names are a hosted zone of the VPC.
    "ec2:CreateVpcEndpoint": ("ec2:DescribeSubnets", "ec2:DescribeVpcs", "route53:AssociateVPCWithHostedZone"),
    # The cluster's key is lent by a grant, and its master's password is kept as a secret.
    "rds:CreateDBCluster": (
        *("kms:CreateGrant", "kms:DescribeKey"),
        *("secretsmanager:CreateSecret", "secretsmanager:TagResource"),
    ),
    # Lake Formation looks at the role that it is handed.
    "lakeformation:RegisterResource": ("iam:GetRole",),
}
"""What a service does with its caller's rights while it carries a call out: no request of the caller's shows it."""

_SHARES = (
    *("ram:AssociateResourceShare", "ram:CreateResourceShare", "ram:DeleteResourceShare"),
    *("ram:DisassociateResourceShare", "ram:GetResourceShares", "ram:UpdateResourceShare"),
    *("glue:DeleteResourcePolicy", "glue:PutResourcePolicy"),
)
"""What Lake Formation does with its caller's rights where a grant is to another account."""

_NETWORK = (
    declared.EndpointGroupArgs,
    declared.FlowLogArgs,
    declared.GatewayEndpointArgs,
    declared.InterfaceEndpointArgs,
)
_NEEDED_FOR: Mapping[str, tuple[type[declared.Declaration], ...]] = {
    "athena": (declared.QueryWorkgroupArgs,),
    "cloudtrail": (declared.AuditTrailArgs,),
    "ec2": (*_NETWORK, declared.DatabaseClusterArgs),
    "lambda": (declared.TenantBrokerArgs,),
    "logs": (declared.TenantBrokerArgs, declared.FlowLogArgs),
    "organizations": (declared.GuardrailArgs,),
    "rds": (declared.DatabaseClusterArgs,),
    "route53": (declared.HubAssociationArgs, declared.InterfaceEndpointArgs, declared.PrivateZoneArgs),
    "secretsmanager": (declared.DatabaseClusterArgs,),
}
"""Services that not every stack uses, and what uses them."""

_MANAGED_POLICIES = (declared.LoginPolicyArgs, declared.PermissionsBoundaryArgs)

_GLOBAL = frozenset({"iam", "organizations", "route53"})
"""Services whose requests go to one Region, wherever the stack is."""


def seen() -> dict[str, list[str]]:
    """Return each call that was seen, as `service:Operation`, with the actions that it needed."""
    calls: dict[str, list[str]] = json.loads((Path(__file__).parent / "calls.json").read_text())
    return calls


def deployer_policies(stack_config: StackConfig) -> list[dict[str, Any]]:
    """Return the identity policies that let a deployer do its work and nothing else, each as short as IAM takes it."""
    policies: list[dict[str, Any]] = []
    for statement in _Deployer(stack_config).statements():
        last = policies[-1]["Statement"] if policies else []
        if policies and _length([*last, statement]) <= LONGEST:
            last.append(statement)
        else:
            policies.append(_policy([statement]))
    return policies


class _Deployer:
    """The deployer of one stack: each action that it needs goes into one statement, the narrowest that holds it."""

    def __init__(self, stack_config: StackConfig) -> None:
        self._names = stack_config.names
        self._itself = stack_config.deployer
        self._declarations = plan_stack(stack_config).declarations
        self._shares = stack_config.sharing is not None and bool(stack_config.sharing.shares)
        self._roles = [one for one in self._declarations if isinstance(one, declared.RoleArgs)]
        self._open = set(self._needed())

    def statements(self) -> Iterator[dict[str, Any]]:
        """Yield them, the narrow ones first."""
        made = (*self._buckets(), *self._identities(), *self._passing(), *self._keys(), *self._rest())
        yield from (statement for statement in made if statement["Action"] and statement["Resource"])

    def _needed(self) -> Iterator[str]:
        calls = seen()
        beside = (*_READ_BY_THE_VENDORS_PROVIDER, *_CHANGED_BY_OTHERS, *_GUARDRAILS)
        found = {action for needed in calls.values() for action in needed}
        for call in beside:
            service, _, operation = call.partition(":")
            found |= {need.action for need in needs_of(service, operation, {})}
        found |= {action for call in calls for action in _WITH_THE_CALLERS_RIGHTS.get(call, ())}
        if self._shares:
            found |= set(_SHARES)
        return (action for action in found if self._uses(action.partition(":")[0]))

    def _uses(self, service: str) -> bool:
        users = _NEEDED_FOR.get(service)
        return users is None or any(isinstance(one, users) for one in self._declarations)

    def _take(self, wanted: Iterable[str]) -> list[str]:
        """Return those of the actions that are still to be allowed, which they are now; sorted."""
        taken = sorted(self._open & set(wanted))
        self._open.difference_update(taken)
        return taken

    def _on(self, service: str, kind: str) -> list[str]:
        """Return the actions of a service that are on resources of a kind."""
        of_service = (action for action in self._open if action.startswith(f"{service}:"))
        return [action for action in of_service if kind in action_of(action).resource_types]

    def _buckets(self) -> Iterator[dict[str, Any]]:
        names = self._names
        its = f"arn:{names.partition}:s3:::{names.prefix}-{names.stack}-*-{names.account}"
        yield _allow("ItsBuckets", self._take(self._on("s3", "bucket")), [its])

    def _identities(self) -> Iterator[dict[str, Any]]:
        names = self._names
        yield _allow("Itself", ["iam:GetRole"], [str(self._itself)])
        policies = f"arn:{names.partition}:iam::{names.account}:policy/{names.prefix}-{names.stack}-*"
        makes_some = any(isinstance(one, _MANAGED_POLICIES) for one in self._declarations)
        yield _allow("ItsPolicies", self._take(self._on("iam", "policy")), [policies] if makes_some else [])
        of_roles = [action for action in self._on("iam", "role") if action != "iam:PassRole"]
        changing = self._take(filter(_asks_for_a_boundary, of_roles))
        yield _allow("ItsRoles", self._take(of_roles), self._arns(self._roles))
        bounded = [role for role in self._roles if role.boundary_arn]
        boundaries = sorted({str(role.boundary_arn) for role in bounded})
        if bounded:
            within = {"ArnEquals": {"iam:PermissionsBoundary": boundaries}}
            yield _allow("ItsRolesWithinTheirBoundary", changing, self._arns(bounded), within)
        free = [role for role in self._roles if not role.boundary_arn]
        if free:
            yield _allow("ItsRolesWithoutBoundary", changing, self._arns(free))

    def _passing(self) -> Iterator[dict[str, Any]]:
        self._take(["iam:PassRole"])
        for service, kind in (("lakeformation", declared.RegistrationRoleArgs), ("lambda", declared.BrokerRoleArgs)):
            passed = self._arns(role for role in self._roles if isinstance(role, kind))
            to = {"StringEquals": {"iam:PassedToService": f"{service}.{self._names.dns_suffix}"}}
            if passed:
                yield _allow(f"PassingRolesTo{service.title()}", ["iam:PassRole"], passed, to)

    def _keys(self) -> Iterator[dict[str, Any]]:
        """Keys have no names: the stack's are those with its tag."""
        names = self._names
        its = f"arn:{names.partition}:kms:{names.region}:{names.account}"
        tag, stack = "lakeward:stack", str(names.stack)
        aliases = self._take(self._on("kms", "alias"))
        yield _allow("ItsAliases", aliases, [f"{its}:alias/{names.prefix}-{names.stack}-*", f"{its}:key/*"])
        tagged = {"StringEquals": {f"aws:ResourceTag/{tag}": stack}}
        yield _allow("ItsKeys", self._take(self._on("kms", "key")), [f"{its}:key/*"], tagged)
        new = {"StringEquals": {f"aws:RequestTag/{tag}": stack}}
        self._take(["kms:CreateKey"])
        yield _allow("NewKeys", ["kms:CreateKey", "kms:TagResource"], ["*"], new)

    def _rest(self) -> Iterator[dict[str, Any]]:
        """Yield by service what no name tells: in the stack's Region, where the service has any."""
        here = {"StringEquals": {"aws:RequestedRegion": str(self._names.region)}}
        for service in sorted({action.partition(":")[0] for action in self._open}):
            actions = self._take(action for action in tuple(self._open) if action.startswith(f"{service}:"))
            yield _allow(f"Of{service.title()}", actions, ["*"], None if service in _GLOBAL else here)
        if self._uses("rds"):
            first = {"StringEquals": {"iam:AWSServiceName": f"rds.{self._names.dns_suffix}"}}
            yield _allow("FirstDatabase", ["iam:CreateServiceLinkedRole"], ["*"], first)

    def _arns(self, roles: Iterable[declared.RoleArgs]) -> list[str]:
        """Return the ARNs of roles; of those that are many, and named by the stack's pattern, the pattern."""
        return sorted({self._pattern(role) for role in roles})

    def _pattern(self, role: declared.RoleArgs) -> str:
        folder, _, name = role.arn.rpartition("/")
        stem = f"{self._names.prefix}-{self._names.stack}-"
        kind, _, subject = name.removeprefix(stem).partition("-")
        return f"{folder}/{stem}{kind}-*" if name.startswith(stem) and subject else role.arn


def _asks_for_a_boundary(action: str) -> bool:
    details = action_of(action)
    return details.changes and "iam:PermissionsBoundary" in details.condition_keys


def _allow(
    sid: str, actions: list[str], resources: list[str], condition: dict[str, Any] | None = None
) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}
    return {**statement, "Condition": condition} if condition else statement


def _policy(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _length(statements: list[dict[str, Any]]) -> int:
    return len(json.dumps(_policy(statements), separators=(",", ":")))


@click.command()
@click.argument("stack")
def main(stack: str) -> None:
    """Print the policies that STACK's deployer needs, a JSON list."""

    def action() -> int:
        click.echo(json.dumps(deployer_policies(config.load(Path.cwd() / f"Pulumi.{stack}.yaml")), indent=2))
        return 0

    sys.exit(ended("policy", action, "interrupted"))


if __name__ == "__main__":
    main()
