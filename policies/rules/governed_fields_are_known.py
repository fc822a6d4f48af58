"""GEN001: what decides access is known before anything is created."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policies.grants import ATTRIBUTE_GRANT, PERMISSIONS, ROW_SECURITY_POLICY
from policies.resources import Resource, unknown_paths
from policies.rule import ResourceRule

GOVERNED: Mapping[str, tuple[str, ...]] = {
    "aws:athena/workgroup:Workgroup": ("name",),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ("policy",),
    "aws:glue/catalogDatabase:CatalogDatabase": ("name", "createTableDefaultPermissions", "targetDatabase"),
    "aws:glue/catalogTable:CatalogTable": (
        "name",
        "databaseName",
        "storageDescriptor",
        "partitionKeys",
        "targetTable",
    ),
    "aws:glue/resourcePolicy:ResourcePolicy": ("policy",),
    "aws:iam/policy:Policy": ("policy",),
    "aws:iam/role:Role": ("assumeRolePolicy", "inlinePolicies", "managedPolicyArns", "permissionsBoundary"),
    "aws:iam/rolePolicy:RolePolicy": ("policy",),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ("policyArn", "role"),
    "aws:kms/alias:Alias": ("name",),
    "aws:kms/grant:Grant": ("granteePrincipal", "operations", "constraints"),
    "aws:kms/key:Key": ("policy",),
    "aws:kms/keyPolicy:KeyPolicy": ("policy",),
    "aws:lambda/function:Function": ("environment", "role"),
    "aws:lambda/permission:Permission": ("*",),
    "aws:lakeformation/dataCellsFilter:DataCellsFilter": ("tableData",),
    "aws:lakeformation/dataLakeSettings:DataLakeSettings": ("*",),
    "aws:lakeformation/lfTag:LfTag": ("key", "values"),
    "aws:lakeformation/lfTagExpression:LfTagExpression": ("*",),
    "aws:lakeformation/optIn:OptIn": ("*",),
    PERMISSIONS: ("*",),
    "aws:lakeformation/resource:Resource": ("arn", "roleArn", "hybridAccessEnabled"),
    "aws:lakeformation/resourceLfTag:ResourceLfTag": ("*",),
    "aws:lakeformation/resourceLfTags:ResourceLfTags": ("*",),
    "aws:organizations/policy:Policy": ("content",),
    "aws:s3/bucketPolicy:BucketPolicy": ("policy",),
    ATTRIBUTE_GRANT: ("*",),
    ROW_SECURITY_POLICY: ("*",),
    "pulumi-python:dynamic/components.providers.data_lake_settings:DataLakeSettings": ("*",),
    "pulumi-python:dynamic/components.providers.iam_allowed_principals:IamAllowedPrincipals": ("*",),
}
"""The properties, for each type, that say who may do what; `*` is all of them."""

EVERYWHERE = ("policy", "tags")
"""Governed on every type of the provider, those that nobody has listed included."""


def _breaches(resource: Resource) -> Iterator[str]:
    from lakeward.plan import UNKNOWN_ALLOWED  # noqa: PLC0415  # slow to import: see `policies.access`

    for name in _governed(resource):
        if f"{resource.type}.{name}@{resource.name}" in UNKNOWN_ALLOWED:
            continue
        for path in unknown_paths(resource.properties.get(name), name):
            yield f"`{path}` is unknown until the update, so nobody can review who gains access by it"


def _governed(resource: Resource) -> list[str]:
    names = GOVERNED.get(resource.type, ())
    if names == ("*",):
        names = tuple(resource.properties)
    everywhere = EVERYWHERE if resource.type.startswith("aws:") else ()
    return sorted({*names, *everywhere} & set(resource.properties))


RULE = ResourceRule(
    id="GEN001",
    claim="governed-fields-are-known",
    why="a policy, grant, tag or principal that is unknown in the preview can be neither reviewed nor judged",
    source="measured on the engine: a mandatory rule that touches an unknown only warns in a preview",
    fix="spell names and ARNs from the configuration instead of reading them from another resource's outputs",
    exemptible=False,
    check=_breaches,
)
