"""
The sections of an estate: what tells two entries apart, and which members decide about access.

Both putting an estate together from declarations and merging several estates follow this one table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lakeward.estate.sources.values import Json, canonical, is_unknown

ACCOUNT_WIDE = frozenset({"iam"})
"""Services whose entries stand in the account; all others stand in a Region of it."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One list of entries, or one single object, of a service."""

    service: str
    name: str
    identity: tuple[str, ...] = ()
    """Members that tell entries apart; empty for a single object, of which there is one per account and Region."""
    governed: tuple[str, ...] = ()
    """Members that decide about access, so that an entry without them must say that they are unknown."""
    united: frozenset[str] = frozenset()
    """Members that are lists to which several declarations contribute."""

    @property
    def singleton(self) -> bool:
        """Whether the section is one object instead of a list."""
        return not self.identity

    def key(self, entry: Mapping[str, Json]) -> str:
        """Return a text that is equal for entries of equal identity, and sorts them."""
        if is_unknown(dict(entry)):
            return canonical(entry)
        return canonical([entry.get(member) for member in self.identity])


ROLES = Section(
    service="iam",
    name="Roles",
    identity=("Arn",),
    governed=("AssumeRolePolicyDocument", "Policies", "PermissionsBoundary", "Tags"),
    united=frozenset({"Policies"}),
)
USERS = Section(
    service="iam",
    name="Users",
    identity=("Arn",),
    governed=("Policies", "PermissionsBoundary", "Tags"),
    united=frozenset({"Policies"}),
)
DATA_LAKE_SETTINGS = Section(service="lakeformation", name="DataLakeSettings")
DATA_LAKE_LOCATIONS = Section(service="lakeformation", name="Resources", identity=("ResourceArn",))
LF_TAGS = Section(service="lakeformation", name="LFTags", identity=("CatalogId", "TagKey"))
LF_TAG_EXPRESSIONS = Section(service="lakeformation", name="LFTagExpressions", identity=("CatalogId", "Name"))
RESOURCE_LF_TAGS = Section(
    service="lakeformation", name="ResourceLFTags", identity=("Resource",), united=frozenset({"LFTags"})
)
DATA_CELLS_FILTERS = Section(
    service="lakeformation",
    name="DataCellsFilters",
    identity=("TableCatalogId", "DatabaseName", "TableName", "Name"),
)
PERMISSIONS = Section(
    service="lakeformation",
    name="Permissions",
    # Rights only ever add up, so two grants to one principal on one resource are two entries.
    identity=("Principal", "Resource", "Condition", "Permissions", "PermissionsWithGrantOption"),
)
OPT_INS = Section(service="lakeformation", name="OptIns", identity=("Principal", "Resource", "Condition"))
RLS_POLICIES = Section(service="lakeformation", name="RLSPolicies", identity=("CatalogId", "Name"))
RLS_POLICY_ATTACHMENTS = Section(
    service="lakeformation",
    name="RLSPolicyAttachments",
    identity=("CatalogId", "PolicyName", "Principal", "Resource", "Condition"),
)
DATABASES = Section(service="glue", name="Databases", identity=("CatalogId", "Name"))
TABLES = Section(service="glue", name="Tables", identity=("CatalogId", "DatabaseName", "Name"))
CATALOG_POLICY = Section(service="glue", name="ResourcePolicy")
CATALOG_ENCRYPTION = Section(service="glue", name="DataCatalogEncryptionSettings")
BUCKETS = Section(
    service="s3",
    name="Buckets",
    identity=("Name",),
    governed=("Policy", "PublicAccessBlock", "Encryption", "Tags"),
)
KEYS = Section(
    service="kms",
    name="Keys",
    identity=("Arn",),
    governed=("Policy", "Grants"),
    united=frozenset({"Aliases", "Grants"}),
)
VPC_ENDPOINTS = Section(
    service="ec2", name="VpcEndpoints", identity=("VpcEndpointId",), governed=("PolicyDocument", "ServiceName")
)
SECURITY_GROUPS = Section(
    service="ec2",
    name="SecurityGroups",
    identity=("GroupId",),
    governed=("IpPermissions",),
    united=frozenset({"IpPermissions", "IpPermissionsEgress"}),
)
WORK_GROUPS = Section(service="athena", name="WorkGroups", identity=("Name",))
FUNCTIONS = Section(service="lambda", name="Functions", identity=("FunctionName",), governed=("Policy", "Role", "Tags"))
DB_CLUSTERS = Section(service="rds", name="DBClusters", identity=("DBClusterIdentifier",))

SECTIONS: Mapping[tuple[str, str], Section] = {
    (section.service, section.name): section
    for section in (
        ROLES,
        USERS,
        DATA_LAKE_SETTINGS,
        DATA_LAKE_LOCATIONS,
        LF_TAGS,
        LF_TAG_EXPRESSIONS,
        RESOURCE_LF_TAGS,
        DATA_CELLS_FILTERS,
        PERMISSIONS,
        OPT_INS,
        RLS_POLICIES,
        RLS_POLICY_ATTACHMENTS,
        DATABASES,
        TABLES,
        CATALOG_POLICY,
        CATALOG_ENCRYPTION,
        BUCKETS,
        KEYS,
        VPC_ENDPOINTS,
        SECURITY_GROUPS,
        WORK_GROUPS,
        FUNCTIONS,
        DB_CLUSTERS,
    )
}
