"""Names: every physical and logical name, spelled once."""

import inspect

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lakeward import names
from lakeward.errors import InvalidIdentifierError
from lakeward.identifiers import AccountId, NamePrefix, RegionName, StackName, TenantId
from lakeward.model import ZoneName
from lakeward.names import Names

ACME = Names(NamePrefix("acme"), StackName("dev"), AccountId("111111111111"), RegionName("eu-west-1"))

ROOMY = Names(NamePrefix("a"), StackName("b"), AccountId("111111111111"), RegionName("eu-west-1"))
"""With a prefix and a stack so short that the longest tenant id fits everywhere."""

PHYSICAL = {
    "bucket": (("raw",), "acme-dev-raw-111111111111"),
    "bucket_arn": (("raw",), "arn:aws:s3:::acme-dev-raw-111111111111"),
    "location_arn": (("raw", "_tables"), "arn:aws:s3:::acme-dev-raw-111111111111/_tables"),
    "objects_arn": (("raw", "orders"), "arn:aws:s3:::acme-dev-raw-111111111111/orders/*"),
    "location_uri": (("raw", "orders"), "s3://acme-dev-raw-111111111111/orders/"),
    "key_alias": (("raw",), "alias/acme-dev-raw-111111111111"),
    "column_key_alias": ((), "alias/acme-dev-column-111111111111"),
    "keys_arn": ((), "arn:aws:kms:eu-west-1:111111111111:key/*"),
    "persona_role_arn": (("analyst",), "arn:aws:iam::111111111111:role/analyst"),
    "registration_role": (("raw",), "acme-dev-registration-raw"),
    "registration_role_arn": (("raw",), "arn:aws:iam::111111111111:role/acme-dev-registration-raw"),
    "tenant_path": ((), "/tenants/dev/"),
    "tenant_role": (("tenant1",), "acme-dev-tenant-tenant1"),
    "tenant_role_arn": (("tenant1",), "arn:aws:iam::111111111111:role/tenants/dev/acme-dev-tenant-tenant1"),
    "tenant_roles_arn": ((), "arn:aws:iam::111111111111:role/tenants/dev/acme-dev-tenant-*"),
    "tenant_boundary": ((), "acme-dev-tenant-boundary"),
    "tenant_boundary_arn": ((), "arn:aws:iam::111111111111:policy/acme-dev-tenant-boundary"),
    "own_bucket_arn": (("tenant1",), "arn:aws:s3:::acme-dev-tenant-tenant1-111111111111"),
    "own_key_alias": (("tenant1",), "alias/acme-dev-tenant-tenant1-111111111111"),
    "login_arn": (
        ("cluster-ABC", "tenant1_dbuser"),
        "arn:aws:rds-db:eu-west-1:111111111111:dbuser:cluster-ABC/tenant1_dbuser",
    ),
    "database_cluster": ((), "acme-dev-tenants"),
    "login_policy": ((), "acme-dev-tenant-login"),
    "login_policy_arn": ((), "arn:aws:iam::111111111111:policy/acme-dev-tenant-login"),
    "row_security_policy": (("tenant1",), "acme-dev-tenant-tenant1"),
    "broker_role": ((), "acme-dev-broker"),
    "broker_role_arn": ((), "arn:aws:iam::111111111111:role/acme-dev-broker"),
    "tenant_roles_stem": ((), "arn:aws:iam::111111111111:role/tenants/dev/acme-dev-tenant-"),
    "broker_boundary": ((), "acme-dev-broker-boundary"),
    "broker_boundary_arn": ((), "arn:aws:iam::111111111111:policy/acme-dev-broker-boundary"),
    "broker": ((), "acme-dev-broker"),
    "broker_arn": ((), "arn:aws:lambda:eu-west-1:111111111111:function:acme-dev-broker"),
    "broker_logs": ((), "/aws/lambda/acme-dev-broker"),
    "broker_logs_arn": ((), "arn:aws:logs:eu-west-1:111111111111:log-group:/aws/lambda/acme-dev-broker:*"),
    "boundary": ((), "acme-dev-boundary"),
    "boundary_arn": ((), "arn:aws:iam::111111111111:policy/acme-dev-boundary"),
    "workgroup": (("analyst",), "acme-dev-analyst-111111111111"),
    "workgroup_arn": (("analyst",), "arn:aws:athena:eu-west-1:111111111111:workgroup/acme-dev-analyst-111111111111"),
    "data_catalog_arn": ((), "arn:aws:athena:eu-west-1:111111111111:datacatalog/AwsDataCatalog"),
    "trail": ((), "acme-dev-audit"),
    "trail_arn": ((), "arn:aws:cloudtrail:eu-west-1:111111111111:trail/acme-dev-audit"),
    "catalog_arn": ((), "arn:aws:glue:eu-west-1:111111111111:catalog"),
    "database_arn": (("crm",), "arn:aws:glue:eu-west-1:111111111111:database/crm"),
    "table_arn": (("crm", "orders"), "arn:aws:glue:eu-west-1:111111111111:table/crm/orders"),
    "tables_arn": (("crm",), "arn:aws:glue:eu-west-1:111111111111:table/crm/*"),
    "lake_formation_arn": ((), "arn:aws:lakeformation:eu-west-1:111111111111:*"),
    "foreign_catalog_arn": ((AccountId("222222222222"),), "arn:aws:glue:eu-west-1:222222222222:catalog"),
    "foreign_database_arn": (
        (AccountId("222222222222"), "crm"),
        "arn:aws:glue:eu-west-1:222222222222:database/crm",
    ),
    "foreign_tables_arn": (
        (AccountId("222222222222"), "crm"),
        "arn:aws:glue:eu-west-1:222222222222:table/crm/*",
    ),
    "member_roles_arn": (
        ("/codepipeline/", "*-codepipeline-rl"),
        "arn:aws:iam::*:role/codepipeline/*-codepipeline-rl",
    ),
    "job_logs_arn": ((), "arn:aws:logs:eu-west-1:111111111111:log-group:/aws-glue/*"),
    "log_deliveries_arn": ((), "arn:aws:logs:eu-west-1:111111111111:*"),
    "flow_logs_arn": ((), "arn:aws:s3:::acme-dev-logs-111111111111/flow-logs/"),
    "endpoint_service": (("s3",), "com.amazonaws.eu-west-1.s3"),
    "endpoint_group": (("endpoints",), "acme-dev-endpoints-111111111111"),
    "guardrail": (("data-perimeter-resources",), "acme-dev-data-perimeter-resources"),
    "registration_roles_pattern": ((), "arn:aws:iam::*:role/acme-*-registration-*"),
    "root_arn": ((), "arn:aws:iam::111111111111:root"),
    "every_principal": ((), "111111111111:IAMPrincipals"),
    "service_host": (("s3",), "s3.eu-west-1.amazonaws.com"),
}

LOGICAL = {
    "database_link": (("silo_project",), "link-database/silo_project"),
    "table_link": (("crm", "silo_orders"), "link-table/crm/silo_orders"),
    "lake_bucket": (("raw",), "bucket-raw"),
    "data_key": (("raw",), "key-raw"),
    "registration_role": (("raw",), "registration-role-raw"),
    "data_lake_location": (("raw",), "location-raw"),
    "persona": (("analyst",), "persona-analyst"),
    "tenant": (("tenant1",), "tenant-tenant1"),
    "tenant_login": (("tenant1",), "login-tenant1"),
    "query_workgroup": (("analyst",), "workgroup-analyst"),
    "lf_tag": (("zone",), "lf-tag-zone"),
    "catalog_database": (("crm",), "database-crm"),
    "catalog_table": (("crm", "orders"), "table-crm/orders"),
    "data_cells_filter": (("crm", "orders", "eu"), "filter-crm/orders/eu"),
    "iam_allowed_principals_revocation": (("crm",), "revocation-crm"),
    "lf_tag_assignment": (("crm", "orders", "pii"), "lf-tags-crm/orders/pii"),
    "database_lf_tag_assignment": (("tenant1_crm",), "lf-tags-tenant1_crm"),
    "database_grant": (("analyst", "crm"), "grant-analyst/database/crm"),
    "table_grant": (("analyst", "crm", "orders"), "grant-analyst/table/crm/orders"),
    "filter_grant": (("analyst", "crm", "orders", "eu"), "grant-analyst/filter/crm/orders/eu"),
    "location_grant": (("loader", "raw"), "grant-loader/location/raw"),
    "row_security_policy": (("tenant1",), "row-security-tenant1"),
    "attribute_grant": (
        ({"b": ["y", "x"], "a": ["z"]}, "table", "crm", "orders"),
        "attribute-grant-a=z;b=x,y/table/crm/orders",
    ),
    "interface_endpoint": (("s3",), "interface-endpoint-s3"),
    "endpoint_group": (("endpoints",), "endpoint-group-endpoints"),
    "private_zone": (("s3",), "private-zone-s3"),
    "guardrail": (("data-perimeter-resources",), "guardrail-data-perimeter-resources"),
}

DERIVED = {
    "tenant_place": (("tenant1",), "tenant-tenant1"),
    "tenant_database": (("tenant1", "crm"), "tenant1_crm"),
    "database_user": (("tenant1",), "tenant1_dbuser"),
    "granted_on": (("analyst", "222222222222"), "analyst@222222222222"),
    "recipient": (("arn:aws:iam::222222222222:role/team/reader",), "222222222222:role~team~reader"),
}


@pytest.mark.parametrize("method", sorted(PHYSICAL))
def test_a_physical_name_is_spelled_by_its_pattern(method):
    """`<prefix>-<stack>-<zone>-<account>` and its kin (`contracts.md` section 6)."""
    arguments, expected = PHYSICAL[method]

    assert getattr(ACME, method)(*arguments) == expected


@pytest.mark.parametrize("function", sorted(LOGICAL))
def test_a_logical_name_is_free_of_stack_and_position(function):
    """`<noun>-<subject>` only."""
    arguments, expected = LOGICAL[function]

    assert getattr(names, function)(*arguments) == expected


@pytest.mark.parametrize("function", sorted(DERIVED))
def test_a_name_that_follows_from_another_is_spelled_once(function):
    """What is derived from an id alone, and what stands in the names of several things."""
    arguments, expected = DERIVED[function]

    assert getattr(names, function)(*arguments) == expected


TENANT_IDS = st.from_regex(TenantId.pattern, fullmatch=True)


@given(st.lists(TENANT_IDS, min_size=2, max_size=2, unique=True))
@example(["tenant1", "tenant10"])
@example(["a-b", "ab"])
def test_no_two_tenants_share_a_name_on_any_plane(pair):
    """
    The derivation is injective after each plane's case-folding and truncation.

    IAM, Lake Formation and Glue fold case; PostgreSQL keeps 63 bytes; no prefix and no login of one tenant begins
    another's.
    """
    one, other = pair
    planes = {
        "prefix": lambda tenant: f"{tenant}/",
        "LF-Tag value": str.lower,
        "login": lambda tenant: names.database_user(tenant).encode()[:63],
        "database": lambda tenant: names.tenant_database(tenant, "crm").lower(),
        "role": lambda tenant: ROOMY.tenant_role(tenant).casefold(),
        "bucket": lambda tenant: ROOMY.bucket(names.tenant_place(tenant)),
        "key": lambda tenant: ROOMY.key_alias(names.tenant_place(tenant)),
        "workgroup": lambda tenant: ROOMY.workgroup(names.tenant_place(tenant)).casefold(),
    }
    shared = [plane for plane, of in planes.items() if of(one) == of(other)]

    assert shared == []
    assert not f"{one}/".startswith(f"{other}/")
    assert not f"{other}/".startswith(f"{one}/")


def test_no_zone_takes_a_tenants_place():
    """A tenant called as a zone has other names than the zone; nor is any zone called as a tenant's place."""
    assert [zone for zone in ZoneName if zone.startswith(names.tenant_place(""))] == []


def test_no_name_is_untested_or_undocumented():
    """Every public method of `Names` has its spelling above and its row in the docstring; so has every function."""
    methods = {name for name, _ in inspect.getmembers(Names, inspect.isfunction) if not name.startswith("_")}
    functions = {
        name
        for name, function in inspect.getmembers(names, inspect.isfunction)
        if function.__module__ == names.__name__ and not name.startswith("_")
    }

    assert sorted(methods) == sorted(PHYSICAL)
    assert sorted(functions - {"tag_grant"}) == sorted({*LOGICAL, *DERIVED})
    assert [name for name in sorted(methods) if f"`{name}(" not in Names.__doc__] == []


def test_a_zone_may_be_an_enum_member():
    """Its name is spelled by its value, whatever the Python version makes of an enum in a text."""
    assert ACME.bucket(ZoneName.QUERY_RESULTS) == "acme-dev-query-results-111111111111"
    assert names.lake_bucket(ZoneName.QUERY_RESULTS) == "bucket-query-results"


@pytest.mark.parametrize("zone", list(ZoneName))
def test_the_longest_names_still_fit(zone):
    """The longest prefix and stack leave room for every zone: 63 characters for a bucket, 64 for a role."""
    longest = Names(NamePrefix("p" * 12), StackName("s" * 23), AccountId("111111111111"), RegionName("eu-west-1"))

    assert len(longest.bucket(zone)) <= 63
    assert len(longest.registration_role(zone)) <= 64
    assert longest.key_alias(zone)
    assert longest.trail_arn()
    assert longest.boundary_arn()


def test_a_name_its_service_refuses_isnt_made():
    """A persona's name may hold `@`, a workgroup's may not; the positive twin is `workgroup` above."""
    with pytest.raises(InvalidIdentifierError, match="workgroup name"):
        ACME.workgroup("analyst@acme")


def test_another_partition_is_spelled_throughout():
    """In China every ARN and host says so."""
    china = Names(NamePrefix("acme"), StackName("dev"), AccountId("111111111111"), RegionName("cn-north-1"))

    arns = [
        getattr(china, method)(*arguments)
        for method, (arguments, expected) in sorted(PHYSICAL.items())
        if expected.startswith("arn:")
    ]

    assert arns
    assert [arn for arn in arns if not arn.startswith("arn:aws-cn:")] == []
    assert china.service_host("s3") == "s3.cn-north-1.amazonaws.com.cn"
    assert (china.partition, china.dns_suffix) == ("aws-cn", "amazonaws.com.cn")


def test_no_two_subjects_share_a_logical_name():
    """A hyphen in a database's name and one between names are told apart."""
    assert names.catalog_table("a", "b-c") != names.catalog_table("a-b", "c")
    assert names.database_grant("p", "a") != names.location_grant("p", "a")


def test_a_tag_grant_is_named_by_its_expression_alone():
    """The order of keys and values is nobody's business; another value is another grant."""
    one = names.tag_grant("steward", {"zone": ["masked", "curated"], "classification": ["public"]})
    same = names.tag_grant("steward", {"classification": ["public"], "zone": ["curated", "masked"]})
    other = names.tag_grant("steward", {"classification": ["public"], "zone": ["curated"]})

    assert one == same == "grant-steward/tags/table/classification=public;zone=curated,masked"
    assert other != one


def test_columns_and_the_whole_table_share_a_logical_name():
    """One name for both, so that going from one to the other revokes before it grants (`platform.md` section 4)."""
    assert list(inspect.signature(names.table_grant).parameters) == ["persona_name", "database", "table"]
