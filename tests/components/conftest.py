from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pytest

from components.declare import declare
from components.exports import exports
from lakeward.plan.declarations import (
    AttributeGrantArgs,
    AuditTrailArgs,
    BrokerRoleArgs,
    CatalogColumn,
    CatalogDatabaseArgs,
    CatalogTableArgs,
    DatabaseClusterArgs,
    DatabaseLinkArgs,
    DataCellsFilterArgs,
    DataKeyArgs,
    DataLakeLocationArgs,
    DataLakeSettingsArgs,
    EndpointGroupArgs,
    ExternalPersonaArgs,
    FlowLogArgs,
    GatewayEndpointArgs,
    GrantArgs,
    GrantedColumns,
    GrantedFilter,
    GrantedTagExpression,
    GuardrailArgs,
    HubAssociationArgs,
    IamAllowedPrincipalsRevocationArgs,
    InlinePolicy,
    InterfaceEndpointArgs,
    LakeArgs,
    LakeBucketArgs,
    LfTagArgs,
    LfTagAssignmentArgs,
    LoginPolicyArgs,
    PermissionsBoundaryArgs,
    PersonaRoleArgs,
    Plan,
    PrivateZoneArgs,
    QueryWorkgroupArgs,
    RegistrationRoleArgs,
    RowSecurityPolicyArgs,
    TableLinkArgs,
    TenantBrokerArgs,
    TenantLoginArgs,
    TenantRoleArgs,
)
from local.recorder import record_program

ACCOUNT = "100000000001"
DEPLOYER = f"arn:aws:iam::{ACCOUNT}:role/lakeward-deployer"
TAGS = {"lakeward:stack": "dev", "lakeward:owner": "data-platform", "lakeward:cost-center": "4711"}

LAKE = LakeArgs(
    stack="dev",
    account=ACCOUNT,
    region="eu-west-1",
    deployer=DEPLOYER,
    assume_roles=(DEPLOYER,),
    organization={"id": "o-aaaaaaaaaa", "accounts": {ACCOUNT: {"path": "o-aaaaaaaaaa/r-aaaa/"}}},
    tags=TAGS,
)


def role_arn(name):
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


ONE_OF_EACH = Plan(
    lake=LAKE,
    declarations=(
        PermissionsBoundaryArgs(
            logical_name="boundary-personas",
            name="acme-dev-boundary",
            arn=f"arn:aws:iam::{ACCOUNT}:policy/acme-dev-boundary",
            description="The most that any persona can be allowed",
            policy='{"boundary": true}',
            tags=TAGS,
        ),
        TenantRoleArgs(
            logical_name="tenant-tenant1",
            name="acme-dev-tenant-tenant1",
            path="/tenants/dev/",
            arn=role_arn("tenants/dev/acme-dev-tenant-tenant1"),
            description="Tenant tenant1",
            trust='{"trust": "broker"}',
            policies=(InlinePolicy(name="read-files", document='{"files": true}'),),
            boundary_arn=f"arn:aws:iam::{ACCOUNT}:policy/acme-dev-boundary",
            tags={**TAGS, "tenant_id": "tenant1"},
            tenant="tenant1",
        ),
        PersonaRoleArgs(
            logical_name="persona-analyst",
            name="analyst",
            path="/",
            arn=role_arn("analyst"),
            description="Works on encrypted values",
            trust='{"trust": "saml"}',
            policies=(InlinePolicy(name="query", document='{"query": true}'),),
            boundary_arn=f"arn:aws:iam::{ACCOUNT}:policy/acme-dev-boundary",
            max_session_seconds=3600,
            persona="analyst",
            tags={**TAGS, "lakeward:kind": "persona", "lakeward:persona": "analyst"},
            depends_on=("boundary-personas",),
        ),
        ExternalPersonaArgs(
            logical_name="persona-auditor",
            persona="auditor",
            arn=role_arn("auditor"),
            ceiling=('{"ceiling": true}',),
        ),
        RegistrationRoleArgs(
            logical_name="registration-role-encrypted",
            name="acme-dev-registration-encrypted",
            path="/",
            arn=role_arn("acme-dev-registration-encrypted"),
            description="Lake Formation reads the zone encrypted as it",
            trust='{"trust": "lakeformation"}',
            policies=(InlinePolicy(name="location", document='{"location": true}'),),
            boundary_arn=None,
            tags=TAGS,
        ),
        BrokerRoleArgs(
            logical_name="broker-role",
            name="acme-dev-broker",
            path="/",
            arn=role_arn("acme-dev-broker"),
            description="Hands out the sessions of tenants",
            trust='{"trust": "lambda"}',
            policies=(InlinePolicy(name="sessions", document='{"sessions": true}'),),
            boundary_arn=f"arn:aws:iam::{ACCOUNT}:policy/acme-dev-boundary",
            tags={**TAGS, "lakeward:kind": "broker"},
            depends_on=("boundary-personas",),
        ),
        TenantBrokerArgs(
            logical_name="broker-tenants",
            name="acme-dev-broker",
            role_arn=role_arn("acme-dev-broker"),
            archive="build/runtime/broker.zip",
            handler="runtime.broker.handler.handle",
            environment={"LAKEWARD_CLAIM": "tenant_id"},
            log_group="/aws/lambda/acme-dev-broker",
            log_retention_days=365,
            caller=role_arn("tenant-api"),
            tags={**TAGS, "lakeward:kind": "broker"},
            depends_on=("broker-role",),
        ),
        GatewayEndpointArgs(
            logical_name="gateway-endpoint-s3",
            vpc="vpc-0a1b2c3d4e5f60001",
            service_name="com.amazonaws.eu-west-1.s3",
            route_tables=("rtb-0a1b2c3d4e5f60001",),
            policy='{"gateway": true}',
            tags=TAGS,
        ),
        EndpointGroupArgs(
            logical_name="endpoint-group-endpoints",
            name=f"acme-dev-endpoints-{ACCOUNT}",
            description="Named networks reach interface endpoints",
            vpc="vpc-0a1b2c3d4e5f60001",
            port=443,
            networks=("10.0.0.0/16", "172.16.0.0/20"),
            tags=TAGS,
        ),
        InterfaceEndpointArgs(
            logical_name="interface-endpoint-s3",
            service="s3",
            service_name="com.amazonaws.eu-west-1.s3",
            vpc="vpc-0a1b2c3d4e5f60001",
            subnets=("subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"),
            groups=("endpoint-group-endpoints",),
            policy='{"interface": true}',
            private_dns=True,
            resolver_only=True,
            tags=TAGS,
            depends_on=("endpoint-group-endpoints", "gateway-endpoint-s3"),
        ),
        PrivateZoneArgs(
            logical_name="private-zone-s3",
            service="s3",
            zone_name="s3.eu-west-1.amazonaws.com",
            vpc="vpc-0a1b2c3d4e5f60001",
            endpoint="interface-endpoint-s3",
            subdomains=True,
            spokes=("vpc-0a1b2c3d4e5f60011",),
            tags=TAGS,
            depends_on=("interface-endpoint-s3",),
        ),
        HubAssociationArgs(
            logical_name="hub-association-vpc",
            stack="hub",
            vpc="vpc-0a1b2c3d4e5f60001",
            services=("s3", "sts"),
        ),
        FlowLogArgs(
            logical_name="flow-log-vpc",
            vpc="vpc-0a1b2c3d4e5f60001",
            destination=f"arn:aws:s3:::acme-dev-logs-{ACCOUNT}/flow-logs/",
            tags=TAGS,
        ),
        GuardrailArgs(
            logical_name="guardrail-data-perimeter-resources",
            name="acme-dev-data-perimeter-resources",
            policy_type="RESOURCE_CONTROL_POLICY",
            description="Who reaches our resources, and from where",
            content='{"guardrail": true}',
            targets=("r-1aaa",),
            tags=TAGS,
        ),
        DataKeyArgs(
            logical_name="key-encrypted",
            alias=f"alias/acme-dev-encrypted-{ACCOUNT}",
            description="Data of the zone encrypted",
            policy='{"key": true}',
            tags={**TAGS, "lakeward:zone": "encrypted"},
            depends_on=("registration-role-encrypted",),
        ),
        DatabaseClusterArgs(
            logical_name="cluster-tenants",
            name="acme-dev-tenants",
            vpc="vpc-0a1b2c3d",
            subnets=("subnet-0a1b2c3d", "subnet-1a1b2c3d"),
            clients=("sg-0a1b2c3d",),
            key="key-encrypted",
            database="tenants",
            engine_version="16.6",
            instance_class="db.serverless",
            backup_retention_days=35,
            tags=TAGS,
            depends_on=("key-encrypted",),
        ),
        LoginPolicyArgs(
            logical_name="policy-tenant-login",
            name="acme-dev-tenant-login",
            arn=f"arn:aws:iam::{ACCOUNT}:policy/acme-dev-tenant-login",
            cluster="cluster-tenants",
            policy='{"login": "cluster-RESOURCEID"}',
            tags=TAGS,
            depends_on=("cluster-tenants",),
        ),
        TenantLoginArgs(
            logical_name="login-tenant1",
            role_arn=f"arn:aws:iam::{ACCOUNT}:role/tenants/dev/acme-dev-tenant-tenant1",
            policy_arn=f"arn:aws:iam::{ACCOUNT}:policy/acme-dev-tenant-login",
            depends_on=("policy-tenant-login",),
        ),
        LakeBucketArgs(
            logical_name="bucket-logs",
            name=f"acme-dev-logs-{ACCOUNT}",
            policy='{"logs": true}',
            key=None,
            bucket_key_enabled=False,
            access_log_bucket=None,
            access_log_prefix="",
            expire_days=None,
            tags={**TAGS, "lakeward:zone": "logs"},
        ),
        LakeBucketArgs(
            logical_name="bucket-encrypted",
            name=f"acme-dev-encrypted-{ACCOUNT}",
            policy='{"bucket": true}',
            key="key-encrypted",
            bucket_key_enabled=True,
            access_log_bucket=f"acme-dev-logs-{ACCOUNT}",
            access_log_prefix="s3/encrypted/",
            expire_days=90,
            tags={**TAGS, "lakeward:zone": "encrypted"},
            depends_on=("bucket-logs", "key-encrypted", "registration-role-encrypted"),
        ),
        DataLakeSettingsArgs(
            logical_name="settings-data-lake",
            administrators=(DEPLOYER, role_arn("admin")),
            read_only_administrators=(role_arn("auditor"),),
            cross_account_version="4",
            set_source_identity=True,
        ),
        DataLakeLocationArgs(
            logical_name="location-encrypted",
            resource_arn=f"arn:aws:s3:::acme-dev-encrypted-{ACCOUNT}",
            role_arn=role_arn("acme-dev-registration-encrypted"),
            depends_on=("bucket-encrypted", "registration-role-encrypted", "settings-data-lake"),
        ),
        LfTagArgs(
            logical_name="lf-tag-zone",
            key="zone",
            values=("encrypted", "masked"),
            depends_on=("settings-data-lake",),
        ),
        CatalogDatabaseArgs(
            logical_name="database-secure-db",
            name="secure-db",
            description="Patients",
            tags=TAGS,
            depends_on=("settings-data-lake",),
        ),
        CatalogTableArgs(
            logical_name="table-secure-db/visits",
            database="secure-db",
            name="visits",
            description=None,
            location=f"s3://acme-dev-encrypted-{ACCOUNT}/visits/",
            format="parquet",
            columns=(
                CatalogColumn(name="count", type="bigint", comment=None),
                CatalogColumn(name="dob_encrypted", type="string", comment="encrypted"),
            ),
            partition_keys=(CatalogColumn(name="day", type="date", comment=None),),
            depends_on=("database-secure-db", "location-encrypted"),
        ),
        DatabaseLinkArgs(
            logical_name="link-database/silo_project",
            name="silo_project",
            target_account="100000000011",
            target_database="project",
            tags=TAGS,
            depends_on=("settings-data-lake",),
        ),
        TableLinkArgs(
            logical_name="link-table/secure-db/silo_orders",
            database="secure-db",
            name="silo_orders",
            target_account="100000000011",
            target_database="project",
            target_table="orders",
            depends_on=("database-secure-db",),
        ),
        IamAllowedPrincipalsRevocationArgs(
            logical_name="revocation-secure-db",
            database="secure-db",
            tables=("visits",),
            depends_on=("table-secure-db/visits",),
        ),
        LfTagAssignmentArgs(
            logical_name="lf-tags-secure-db/visits/zone",
            database="secure-db",
            table="visits",
            columns=None,
            lf_tags={"zone": "encrypted"},
            depends_on=("lf-tag-zone", "table-secure-db/visits"),
        ),
        DataCellsFilterArgs(
            logical_name="filter-secure-db/visits/many",
            database="secure-db",
            table="visits",
            name="many",
            columns=("count",),
            row_expression="count >= 5",
            depends_on=("table-secure-db/visits",),
        ),
        GrantArgs(
            logical_name="grant-analyst/table/secure-db/visits",
            principal=role_arn("analyst"),
            permissions=("SELECT",),
            resource=GrantedColumns(database="secure-db", table="visits", columns=("count", "dob_encrypted")),
            depends_on=("persona-analyst", "settings-data-lake", "table-secure-db/visits"),
        ),
        AttributeGrantArgs(
            logical_name="attribute-grant-department=sales/filter/secure-db/visits/many",
            principal=f"{ACCOUNT}:IAMPrincipals",
            condition='context.iam.principalTags.hasTag("department")',
            permissions=("SELECT",),
            resource=GrantedFilter(database="secure-db", table="visits", name="many"),
            depends_on=("filter-secure-db/visits/many", "settings-data-lake"),
        ),
        RowSecurityPolicyArgs(
            logical_name="row-security-tenant1",
            name="acme-dev-tenant-tenant1",
            columns=(("tenant_id", "string"),),
            row_expression="tenant_id = 'tenant1'",
            principal=role_arn("analyst"),
            tables=GrantedTagExpression(resource_type="TABLE", expression=(("pooled", ("true",)),)),
            depends_on=("persona-analyst", "settings-data-lake"),
        ),
        QueryWorkgroupArgs(
            logical_name="workgroup-analyst",
            name=f"acme-dev-analyst-{ACCOUNT}",
            result_location=f"s3://acme-dev-query-results-{ACCOUNT}/analyst/",
            key="key-encrypted",
            tags={**TAGS, "lakeward:persona": "analyst"},
        ),
        AuditTrailArgs(
            logical_name="trail-audit",
            name="acme-dev-audit",
            bucket=f"acme-dev-logs-{ACCOUNT}",
            prefix="cloudtrail",
            key="key-encrypted",
            data_event_prefixes=(f"arn:aws:s3:::acme-dev-encrypted-{ACCOUNT}/",),
            tags=TAGS,
            depends_on=("bucket-logs",),
        ),
    ),
    intended_access=(),
)


@dataclass(frozen=True)
class Recording:
    """What was declared, for tests to pick from."""

    document: dict

    def the(self, resource_type, name=None):
        """The one resource of a type (and name)."""
        (found,) = (
            resource
            for resource in self.document["resources"]
            if resource["type"] == resource_type and name in (None, resource["name"])
        )
        return found

    def below(self, name):
        """The custom resources that a component of this name declares, by their type."""
        return {
            resource["type"]: resource
            for resource in self.document["resources"]
            if resource["custom"] and (resource["parent"] or "").endswith(f"::{name}")
        }

    def dependencies(self, resource_type, name=None):
        """Logical names of what a resource waits for."""
        return {urn.rsplit("::", 1)[1] for urn in self.the(resource_type, name)["dependencies"]}


def record_plan(plan):
    def program():
        for name, value in exports(plan, declare(plan)).items():
            pulumi.export(name, value)

    return Recording(record_program(program, project="lakeward", stack=plan.lake.stack))


def record_declarations(*declarations):
    return record_plan(Plan(lake=LAKE, declarations=declarations, intended_access=()))


@pytest.fixture(scope="session")
def one_of_each():
    return record_plan(ONE_OF_EACH)


@pytest.fixture(scope="session")
def plan_of_each():
    return ONE_OF_EACH


@pytest.fixture
def recorded():
    """Declare some declarations and nothing else."""
    return record_declarations
