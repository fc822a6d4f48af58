"""The configuration of one stack: everything that differs between two lakes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lakeward.identifiers import AccountId, NamePrefix, RegionName, RoleArn, StackName, TagText
from lakeward.model import (
    AttributeGrant,
    Audit,
    BreakGlass,
    Database,
    DataKeys,
    Exemption,
    ExpectedChanges,
    Noun,
    Organization,
    Persona,
    Quotas,
    SharedBucket,
    Sharing,
    Tenancy,
    Zone,
    ZoneName,
)
from lakeward.names import Names
from lakeward.network import Network


class StackConfig(Noun):
    """
    One stack's configuration: well formed, complete, and consistent in itself.

    Made by `lakeward.config.load` or `parse` only. INVARIANT: every name a grant, filter, key or zone refers to is
    declared here; every physical name fits its service; no two grants of a persona overlap.
    """

    stack: StackName
    """From the file's name, or the engine; not a key of the file."""
    account: Annotated[AccountId, Field(description="The AWS account this stack governs: 12 digits, in quotes.")]
    region: Annotated[RegionName, Field(description="The Region this stack governs, such as eu-west-1.")]
    prefix: Annotated[
        NamePrefix,
        Field(
            description="First part of every physical name, <prefix>-<stack>-<zone>-<account>; at most 12 characters."
        ),
    ]
    owner: Annotated[TagText, Field(description="Who answers for this stack; the tag lakeward:owner.")]
    cost_center: Annotated[TagText, Field(description="Who pays for this stack; the tag lakeward:cost-center.")]
    deployer: Annotated[
        RoleArn,
        Field(description="ARN of the role that deploys this stack; always a data lake and a key administrator."),
    ]
    assume_roles: Annotated[
        tuple[RoleArn, ...],
        Field(
            max_length=5,
            description="ARNs of the roles to assume, in order, from the caller's credentials to the deployer.",
        ),
    ] = ()
    zones: Annotated[
        tuple[Zone, ...],
        Field(
            min_length=1,
            description="The zones of the lake, each a bucket with a data key: name, expireDays.",
        ),
    ]
    data_keys: Annotated[
        DataKeys,
        Field(description="Who administers the data keys (never their users), and the key of encrypted columns."),
    ]
    databases: Annotated[
        tuple[Database, ...],
        Field(description="Databases, their tables, columns (type, classification, protection) and row filters."),
    ] = ()
    personas: Annotated[
        tuple[Persona, ...],
        Field(description="Who works in the lake: kind, trust or role, administration, queries, grants."),
    ] = ()
    attribute_grants: Annotated[
        tuple[AttributeGrant, ...],
        Field(description="Grants on tables to whoever has certain attributes: attributes, database, table."),
    ] = ()
    tenancy: Annotated[
        Tenancy | None,
        Field(description="The tenants, those that go, how files are kept apart, and the broker of their sessions."),
    ] = None
    administrators: Annotated[
        tuple[RoleArn, ...],
        Field(description="ARNs of existing roles that are data lake administrators beside the deployer."),
    ] = ()
    audit: Annotated[
        Audit,
        Field(description="The audit trail: whether there is one, and how many days its log files are kept."),
    ] = Audit()
    quotas: Annotated[
        Quotas,
        Field(description="What AWS takes of a kind, where it was raised: roles and workgroups of the account."),
    ] = Quotas()
    organization: Annotated[
        Organization | None,
        Field(description="The AWS organization the account belongs to: id, managementAccount, accounts."),
    ] = None
    network: Annotated[
        Network | None,
        Field(description="How the lake is reached: form, vpc, subnets, routeTables, clients, onPremises, prices."),
    ] = None
    shared_buckets: Annotated[
        tuple[SharedBucket, ...],
        Field(description="Buckets that accounts of the organization read: name, readers (by OU and role), writers."),
    ] = ()
    sharing: Annotated[
        Sharing | None,
        Field(description="Sharing between accounts: shares (who of others reads what here), links (what is there)."),
    ] = None
    protect_data: Annotated[
        bool,
        Field(
            description="Whether buckets, keys and databases that hold data refuse to be deleted or replaced; "
            "default: true."
        ),
    ] = True
    expected_changes: Annotated[
        ExpectedChanges | None,
        Field(
            description="What the next deployment may do that is refused otherwise: grantsRemoved, deleted, replaced."
        ),
    ] = None
    exemptions: Annotated[
        tuple[Exemption, ...],
        Field(
            description="Rules of the policy pack that one resource may break: rule, resource, owner, reason, expires."
        ),
    ] = ()
    break_glass: Annotated[
        BreakGlass | None,
        Field(description="One existing role that keeps access to objects when all else fails; shown in reports."),
    ] = None

    @property
    def names(self) -> Names:
        """Every physical name and ARN of this stack."""
        return Names(self.prefix, self.stack, self.account, self.region)

    def has_zone(self, name: ZoneName) -> bool:
        """Tell whether the zone is declared."""
        return any(zone.name is name for zone in self.zones)
