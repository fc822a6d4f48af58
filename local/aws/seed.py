"""
What an account has before a stack is first deployed into it, and the stack's configuration names.

On AWS these things come from elsewhere: roles of the deployment, federation set up by the identity team, roles
of other systems. Here they are made, once; what is there already stays as it is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lakeward.identifiers import OidcProviderArn, RoleArn, SamlProviderArn
from lakeward.model import OidcTrust, PersonaKind, RoleTrust, SamlTrust
from local.aws.instance import GIVEN_ID, MANAGEMENT_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lakeward.config import StackConfig
    from local.aws.server import RunningAws

_METADATA = (
    '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://embedded.invalid/saml">'
    f"<!-- {' '.join(['stands in for the identity provider'] * 30)} -->"
    '<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/></EntityDescriptor>'
)
"""IAM takes no metadata shorter than 1000 characters."""

_THUMBPRINT = "0" * 40


def seed(running: RunningAws, config: StackConfig) -> None:
    """
    Make what the configuration expects to exist: identity providers, roles, and networks.

    Calling it again changes nothing. Roles that the stack itself creates are left to it.
    """
    # An account exists from its first use on: the stack's and the management account before roles name them.
    iam = _Iam(running, config.region)
    for account in (MANAGEMENT_ACCOUNT, config.account):
        iam.of(account)
    audiences: dict[str, set[str]] = {}
    for persona in config.personas:
        if isinstance(persona.trust, SamlTrust):
            _saml_provider(iam, SamlProviderArn(persona.trust.saml))
        elif isinstance(persona.trust, OidcTrust):
            audiences.setdefault(persona.trust.oidc, set()).add(persona.trust.audience)
    for provider, accepted in sorted(audiences.items()):
        _oidc_provider(iam, OidcProviderArn(provider), accepted)
    for role, trusted in _roles(config):
        _role(iam.of(role.account), role, trusted)
    for persona in config.personas:
        if persona.kind is PersonaKind.EXTERNAL and persona.role:
            _ceiling(iam, RoleArn(persona.role), persona.ceiling)
    _networks(running, config)


def _networks(running: RunningAws, config: StackConfig) -> None:
    """Make what is missing of the networks that databases and endpoints are put into; a run may have been killed."""
    ec2 = _Ec2(running.session(config.account, config.region).client("ec2"))
    if config.tenancy and config.tenancy.aurora:
        aurora = config.tenancy.aurora
        zones = [f"{config.region}{'abc'[number % 3]}" for number in range(len(aurora.subnets))]
        ec2.network(aurora.vpc, dict(zip(aurora.subnets, zones, strict=True)))
        ec2.security_groups(aurora.vpc, aurora.clients)
    if config.network is not None:
        ec2.network(config.network.vpc, {subnet.id: subnet.zone for subnet in config.network.subnets})
        ec2.route_tables(config.network.vpc, config.network.route_tables)


class _Ec2:
    """An EC2 client, which boto3 makes at run time; everything is made only where it is missing."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401 -- see above
        self._client = client

    def network(self, vpc: str, subnets: Mapping[str, str]) -> None:
        """Make a VPC, and its subnets in their availability zones."""
        if vpc not in self._there("describe_vpcs", "Vpcs", "VpcId", vpc):
            self._client.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=_given("vpc", vpc))
        there = self._there("describe_subnets", "Subnets", "SubnetId", vpc)
        for number, subnet in enumerate(sorted(set(subnets) - there), len(there)):
            self._client.create_subnet(
                VpcId=vpc,
                CidrBlock=f"10.0.{number}.0/24",
                AvailabilityZone=subnets[subnet],
                TagSpecifications=_given("subnet", subnet),
            )

    def security_groups(self, vpc: str, groups: Iterable[str]) -> None:
        """Make the security groups of what comes to a database."""
        for group in sorted(set(groups) - self._there("describe_security_groups", "SecurityGroups", "GroupId", vpc)):
            self._client.create_security_group(
                GroupName=f"client-{group}",
                Description="Exists before the stack",
                VpcId=vpc,
                TagSpecifications=_given("security-group", group),
            )

    def route_tables(self, vpc: str, tables: Iterable[str]) -> None:
        """Make the route tables that lead to gateway endpoints."""
        for table in sorted(set(tables) - self._there("describe_route_tables", "RouteTables", "RouteTableId", vpc)):
            self._client.create_route_table(VpcId=vpc, TagSpecifications=_given("route-table", table))

    def _there(self, operation: str, listed: str, identity: str, vpc: str) -> set[str]:
        pages = self._client.get_paginator(operation).paginate(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
        return {found[identity] for page in pages for found in page[listed]}


def _given(kind: str, identity: str) -> list[dict[str, object]]:
    return [{"ResourceType": kind, "Tags": [{"Key": GIVEN_ID, "Value": identity}]}]


class _Iam:
    """IAM clients, one per account; boto3 makes their methods at run time, so they are `Any` here."""

    def __init__(self, running: RunningAws, region: str) -> None:
        self._running = running
        self._region = region
        self._clients: dict[str, Any] = {}

    def of(self, account: str) -> Any:  # noqa: ANN401 -- see above
        """Return the client of an account."""
        if account not in self._clients:
            self._clients[account] = self._running.session(account, self._region).client("iam")
        return self._clients[account]


def _roles(config: StackConfig) -> Iterator[tuple[RoleArn, str]]:
    """Yield the roles to make, each with whom it trusts, in an order in which trusted ones come first."""
    trusted = f"arn:aws:iam::{MANAGEMENT_ACCOUNT}:root"
    for link in config.assume_roles:
        yield RoleArn(link), trusted
        trusted = link
    named = [config.deployer, *config.administrators, *config.data_keys.administrators]
    if config.break_glass:
        named.append(config.break_glass.role)
    named += [writer for shared in config.shared_buckets for writer in shared.writers]
    if config.tenancy:
        named.append(config.tenancy.broker.caller)
    own = {
        config.names.persona_role_arn(persona.name)
        for persona in config.personas
        if persona.kind is not PersonaKind.EXTERNAL
    }
    for persona in config.personas:
        if persona.role:
            named.append(persona.role)
        if isinstance(persona.trust, RoleTrust) and persona.trust.role not in own:
            named.append(persona.trust.role)
    for name in named:
        role = RoleArn(name)
        yield role, f"arn:aws:iam::{role.account}:root"


def _role(iam: Any, role: RoleArn, trusted: str) -> None:  # noqa: ANN401 -- see `_Iam`
    statement = {"Effect": "Allow", "Principal": {"AWS": trusted}, "Action": "sts:AssumeRole"}
    try:
        iam.create_role(
            RoleName=role.name,
            Path=role.path,
            AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
            Description="Exists before the stack",
        )
    except iam.exceptions.EntityAlreadyExistsException:
        return


def _ceiling(iam: _Iam, role: RoleArn, policies: tuple[dict[str, object], ...]) -> None:
    for number, policy in enumerate(policies):
        iam.of(role.account).put_role_policy(
            RoleName=role.name, PolicyName=f"ceiling-{number}", PolicyDocument=json.dumps(policy)
        )


def _saml_provider(iam: _Iam, provider: SamlProviderArn) -> None:
    client = iam.of(provider.account)
    existing = {entry["Arn"] for entry in client.list_saml_providers()["SAMLProviderList"]}
    if provider not in existing:
        client.create_saml_provider(
            Name=provider.resource.removeprefix("saml-provider/"), SAMLMetadataDocument=_METADATA
        )


def _oidc_provider(iam: _Iam, provider: OidcProviderArn, audiences: set[str]) -> None:
    client = iam.of(provider.account)
    existing = {entry["Arn"] for entry in client.list_open_id_connect_providers()["OpenIDConnectProviderList"]}
    if provider in existing:
        found = client.get_open_id_connect_provider(OpenIDConnectProviderArn=provider)["ClientIDList"]
        if audiences <= set(found):
            return
        # moto can't add an audience to a provider.
        audiences = audiences | set(found)
        client.delete_open_id_connect_provider(OpenIDConnectProviderArn=provider)
    client.create_open_id_connect_provider(
        Url=f"https://{provider.issuer}", ClientIDList=sorted(audiences), ThumbprintList=[_THUMBPRINT]
    )
