"""
What an account has before a stack is first deployed into it, and the stack's configuration names.

On AWS these things come from elsewhere: roles of the deployment, federation set up by the identity team, roles
of other systems. Here they are made, once; what is there already stays as it is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lakeward.identifiers import OidcProviderArn, RoleArn, SamlProviderArn
from lakeward.model import Aurora, OidcTrust, PersonaKind, RoleTrust, SamlTrust
from local.aws.instance import GIVEN_ID, MANAGEMENT_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lakeward.config import StackConfig
    from lakeward.network import Network
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
    ec2 = running.session(config.account, config.region).client("ec2")
    if config.tenancy and config.tenancy.aurora:
        _network(ec2, config.tenancy.aurora, config.region)
    if config.network is not None:
        _endpoints(ec2, config.network)


def _network(ec2: Any, aurora: Aurora, region: str) -> None:  # noqa: ANN401 -- see `_Iam`
    """Make the network that the tenants' database is put into: a VPC, a subnet in each zone, its clients' groups."""
    if ec2.describe_vpcs(Filters=[{"Name": "vpc-id", "Values": [aurora.vpc]}])["Vpcs"]:
        return
    ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=_given("vpc", aurora.vpc))
    for number, subnet in enumerate(aurora.subnets):
        ec2.create_subnet(
            VpcId=aurora.vpc,
            CidrBlock=f"10.0.{number}.0/24",
            AvailabilityZone=f"{region}{'abc'[number % 3]}",
            TagSpecifications=_given("subnet", subnet),
        )
    for client in aurora.clients:
        ec2.create_security_group(
            GroupName=f"client-{client}",
            Description="Exists before the stack",
            VpcId=aurora.vpc,
            TagSpecifications=_given("security-group", client),
        )


def _endpoints(ec2: Any, network: Network) -> None:  # noqa: ANN401 -- see `_Iam`
    """Make the VPC that endpoints are put into, with their subnets, and the route tables that lead to the gateway."""
    if not ec2.describe_vpcs(Filters=[{"Name": "vpc-id", "Values": [network.vpc]}])["Vpcs"]:
        ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=_given("vpc", network.vpc))
    there = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [network.vpc]}])["Subnets"]
    missing = [subnet for subnet in network.subnets if subnet.id not in {found["SubnetId"] for found in there}]
    for number, subnet in enumerate(missing, len(there)):
        ec2.create_subnet(
            VpcId=network.vpc,
            CidrBlock=f"10.0.{number}.0/24",
            AvailabilityZone=subnet.zone,
            TagSpecifications=_given("subnet", subnet.id),
        )
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [network.vpc]}])["RouteTables"]
    for table in sorted(set(network.route_tables) - {found["RouteTableId"] for found in tables}):
        ec2.create_route_table(VpcId=network.vpc, TagSpecifications=_given("route-table", table))


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
