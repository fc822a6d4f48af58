"""Each family of resource types, turned into AWS's own shapes."""

import json

import pytest

from lakeward.estate.sources import estate_of
from lakeward.estate.sources.resources import READERS, WITHOUT_ACCESS

OPEN = [{"permissions": ["ALL"], "principal": {"dataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}}]


@pytest.fixture
def section(tell):
    """Return one section of the estate that some resources declare, told by a recording unless said otherwise."""

    def read(service, name, *resources, origin="recording"):
        estate = estate_of(getattr(tell, origin)([tell.lake(), *resources]), origin)
        account = estate["accounts"][tell.account]
        return (account if service == "iam" else account["regions"][tell.region])[service][name]

    return read


def test_every_type_in_use_is_read_or_known_to_say_nothing():
    """The types that the program declares each have a reader, or stand in the list of those without access."""
    in_use = {
        *("s3/bucket:Bucket", "s3/bucketPolicy:BucketPolicy", "s3/bucketPublicAccessBlock:BucketPublicAccessBlock"),
        *("s3/bucketOwnershipControls:BucketOwnershipControls", "s3/bucketVersioning:BucketVersioning"),
        "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        *("s3/bucketLogging:BucketLogging", "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"),
        *("kms/key:Key", "kms/alias:Alias", "iam/role:Role", "iam/rolePolicy:RolePolicy", "iam/policy:Policy"),
        *("lakeformation/resource:Resource", "lakeformation/permissions:Permissions", "lakeformation/lfTag:LfTag"),
        *("lakeformation/resourceLfTags:ResourceLfTags", "lakeformation/dataCellsFilter:DataCellsFilter"),
        *("lakeformation/lfTagExpression:LfTagExpression", "lakeformation/optIn:OptIn"),
        *("glue/catalogDatabase:CatalogDatabase", "glue/catalogTable:CatalogTable", "athena/workgroup:Workgroup"),
        "cloudtrail/trail:Trail",
    }

    assert {f"aws:{name}" for name in in_use} <= READERS.keys() | WITHOUT_ACCESS
    assert not READERS.keys() & WITHOUT_ACCESS


def test_a_bucket_has_what_s3_gives_to_every_new_one(tell, section):
    """Nothing declared beside the bucket leaves S3's own defaults: closed, owner enforced, S3's keys."""
    (bucket,) = section("s3", "Buckets", tell.declared("aws:s3/bucket:Bucket", "b", {"bucket": "lake"}))

    assert bucket == {
        "Name": "lake",
        "Tags": [],
        "Encryption": {"SSEAlgorithm": "AES256", "BucketKeyEnabled": False},
        "ObjectOwnership": "BucketOwnerEnforced",
        "PublicAccessBlock": {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    }


def test_a_buckets_public_access_block_is_the_declared_one(tell, section):
    """What a child resource leaves out is off, and stands over S3's default."""
    (bucket,) = section(
        "s3",
        "Buckets",
        tell.declared("aws:s3/bucket:Bucket", "b", {"bucket": "lake"}),
        tell.declared(
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            "pab",
            {"bucket": "lake", "blockPublicAcls": True},
        ),
    )

    assert bucket["PublicAccessBlock"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": False,
        "IgnorePublicAcls": False,
        "RestrictPublicBuckets": False,
    }


@pytest.mark.parametrize("origin", ["recording", "preview", "pack_arguments"])
def test_a_bucket_policy_finds_its_bucket_by_a_reference(tell, section, origin):
    """A policy that names its bucket by an id nobody knows yet still belongs to that bucket."""
    policy = tell.statement("s3:*", Principal="*")
    buckets = section(
        "s3",
        "Buckets",
        tell.declared("aws:s3/bucket:Bucket", "b", {"bucket": "lake"}, {"id": "lake"}),
        tell.declared(
            "aws:s3/bucketPolicy:BucketPolicy",
            "p",
            {"policy": json.dumps(policy)},
            references={"bucket": ("aws:s3/bucket:Bucket", "b", "id")},
        ),
        origin=origin,
    )

    assert [(bucket["Name"], bucket["Policy"]) for bucket in buckets] == [("lake", policy)]


def test_a_policy_for_a_bucket_of_someone_else_leaves_the_rest_of_it_unknown(tell, section):
    """A stack that sets one side of a bucket says nothing about the others, and nothing is assumed."""
    policy = tell.statement("s3:*", Principal="*")
    (bucket,) = section(
        "s3",
        "Buckets",
        tell.declared("aws:s3/bucketPolicy:BucketPolicy", "p", {"bucket": "theirs", "policy": json.dumps(policy)}),
    )

    elsewhere = {"unknown": "its owner isn't declared in this stack"}
    assert bucket == {
        "Name": "theirs",
        "Policy": policy,
        "Encryption": elsewhere,
        "PublicAccessBlock": elsewhere,
        "Tags": elsewhere,
    }


def test_two_different_policies_for_one_bucket_make_it_unknown(tell, section):
    """The last writer would win, and nobody knows who that is."""
    policies = [
        tell.declared(
            "aws:s3/bucketPolicy:BucketPolicy",
            f"p{action}",
            {"bucket": "lake", "policy": json.dumps(tell.statement(action, Principal="*"))},
        )
        for action in ("s3:GetObject", "s3:PutObject")
    ]
    (bucket,) = section("s3", "Buckets", tell.declared("aws:s3/bucket:Bucket", "b", {"bucket": "lake"}), *policies)

    assert bucket["Policy"] == {"unknown": "declared more than once, differently"}


def test_a_policy_that_is_no_json_is_unknown(tell, section):
    """A text that AWS would refuse isn't taken for no policy."""
    policy = tell.declared("aws:s3/bucketPolicy:BucketPolicy", "p", {"bucket": "lake", "policy": "{not json"})
    (bucket,) = section("s3", "Buckets", tell.declared("aws:s3/bucket:Bucket", "b", {"bucket": "lake"}), policy)

    assert bucket["Policy"] == {"unknown": "isn't JSON"}


def test_a_key_without_a_policy_has_kms_own(tell, section):
    """KMS then lets the account's IAM policies decide; it isn't a key that nobody may use."""
    (key,) = section("kms", "Keys", tell.declared("aws:kms/key:Key", "k", {}, {"arn": tell.key_arn}))

    assert key["Policy"]["Statement"][0]["Principal"] == {"AWS": f"arn:aws:iam::{tell.account}:root"}


def test_a_key_grant_belongs_to_its_key(tell, section):
    """A grant is an allow path beside the policy (`semantics.md` A15), so it stands on the key."""
    reader = f"arn:aws:iam::{tell.account}:role/reader"
    (key,) = section(
        "kms",
        "Keys",
        tell.declared("aws:kms/key:Key", "k", {}, {"arn": tell.key_arn, "keyId": "5f0c"}),
        tell.declared(
            "aws:kms/grant:Grant",
            "g",
            {
                "granteePrincipal": reader,
                "operations": ["Decrypt"],
                "constraints": [{"encryptionContextEquals": {"tenant": "a"}}],
            },
            references={"keyId": ("aws:kms/key:Key", "k", "keyId")},
        ),
    )

    assert key["Grants"] == [
        {
            "GranteePrincipal": reader,
            "Operations": ["Decrypt"],
            "Constraints": {"EncryptionContextEquals": {"tenant": "a"}},
        }
    ]


def test_a_roles_policies_are_inline_and_managed_ones_alike(tell, section):
    """Inline blocks, policies of their own and attached managed policies all count."""
    (role,) = section(
        "iam",
        "Roles",
        tell.declared("aws:iam/policy:Policy", "m", {"name": "managed", "policy": json.dumps(tell.statement("a:M"))}),
        tell.declared(
            "aws:iam/role:Role",
            "r",
            {
                "name": "reader",
                "path": "/people/",
                "assumeRolePolicy": "{}",
                "inlinePolicies": [{"name": "block", "policy": json.dumps(tell.statement("a:Block"))}],
            },
        ),
        tell.declared(
            "aws:iam/rolePolicy:RolePolicy",
            "own",
            {"role": "reader", "name": "own", "policy": json.dumps(tell.statement("a:Own"))},
        ),
        tell.declared(
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            "attached",
            {"role": "reader", "policyArn": f"arn:aws:iam::{tell.account}:policy/managed"},
        ),
    )

    assert role["Arn"] == f"arn:aws:iam::{tell.account}:role/people/reader"
    assert {policy["PolicyName"]: policy["PolicyDocument"] for policy in role["Policies"]} == {
        "block": tell.statement("a:Block"),
        "own": tell.statement("a:Own"),
        "managed": tell.statement("a:M"),
    }


def test_a_managed_policy_that_nobody_declares_is_unknown(tell, section):
    """The document of AWS's own policy isn't in the stack, so what it allows is open."""
    (role,) = section(
        "iam",
        "Roles",
        tell.declared(
            "aws:iam/role:Role",
            "r",
            {
                "name": "reader",
                "assumeRolePolicy": "{}",
                "managedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"],
                "permissionsBoundary": "arn:aws:iam::aws:policy/PowerUserAccess",
            },
        ),
    )

    assert role["Policies"] == [
        {"unknown": "managed policy `arn:aws:iam::aws:policy/AdministratorAccess` isn't declared in this stack"}
    ]
    assert role["PermissionsBoundary"] == {
        "unknown": "boundary `arn:aws:iam::aws:policy/PowerUserAccess` isn't declared in this stack"
    }


def test_a_policy_added_to_a_role_of_someone_else_leaves_its_others_unknown(tell, section):
    """One policy of a role that exists already isn't all that it may do."""
    (role,) = section(
        "iam",
        "Roles",
        tell.declared(
            "aws:iam/rolePolicy:RolePolicy",
            "p",
            {"role": "theirs", "name": "p", "policy": json.dumps(tell.statement("a:B"))},
        ),
    )

    elsewhere = {"unknown": "its owner isn't declared in this stack"}
    assert role == {
        "Arn": f"arn:aws:iam::{tell.account}:role/theirs",
        "AssumeRolePolicyDocument": elsewhere,
        "PermissionsBoundary": elsewhere,
        "Policies": [{"PolicyName": "p", "PolicyDocument": tell.statement("a:B")}, elsewhere],
        "Tags": elsewhere,
    }


@pytest.mark.parametrize(
    ("ceiling", "policies"),
    [
        pytest.param(["{}"], [{"PolicyName": "stated ceiling 1", "PolicyDocument": {}}], id="stated"),
        pytest.param([], [{"unknown": "no ceiling is stated for this role"}], id="not stated"),
    ],
)
def test_an_external_persona_is_a_role_under_its_stated_ceiling(tell, ceiling, policies):
    """What nobody states of a role that exists already is unknown; and its account may be another one."""
    persona = tell.declared(
        "lake:identity:ExternalPersona",
        "persona-auditor",
        {"persona": "auditor", "arn": "arn:aws:iam::222222222222:role/auditor", "ceiling": ceiling},
    )

    account = estate_of(tell.recording([tell.lake(), persona]), "recording")["accounts"]["222222222222"]

    (role,) = account["iam"]["Roles"]
    assert role["Policies"] == policies
    assert role["AssumeRolePolicyDocument"] == {"unknown": "the role isn't declared in this stack"}
    assert account["partial"]


def test_the_providers_own_settings_leave_the_defaults_unknown(tell, section):
    """An empty list isn't sent by the provider, so it doesn't close anything (`style.md` P10)."""
    declared = tell.declared(
        "aws:lakeformation/dataLakeSettings:DataLakeSettings",
        "s",
        {"admins": [tell.deployer], "createDatabaseDefaultPermissions": [], "createTableDefaultPermissions": OPEN},
    )

    read = section("lakeformation", "DataLakeSettings", declared)

    assert read["DataLakeAdmins"] == [{"DataLakePrincipalIdentifier": tell.deployer}]
    assert read["CreateDatabaseDefaultPermissions"]["unknown"].startswith("the provider doesn't send an empty list")
    assert read["CreateTableDefaultPermissions"] == [
        {"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}
    ]


def test_a_location_without_a_role_is_read_by_the_service_linked_one(tell, section):
    """Registration without a role of its own means AWS's role of the account."""
    declared = tell.declared("aws:lakeformation/resource:Resource", "l", {"arn": "arn:aws:s3:::lake"})

    (location,) = section("lakeformation", "Resources", declared)

    assert location == {
        "ResourceArn": "arn:aws:s3:::lake",
        "RoleArn": f"arn:aws:iam::{tell.account}:role/aws-service-role/lakeformation.amazonaws.com/"
        "AWSServiceRoleForLakeFormationDataAccess",
        "HybridAccessEnabled": False,
    }


GRANTED = [
    pytest.param({"catalogResource": True}, {"Catalog": {}}, id="catalog"),
    pytest.param({"database": {"name": "crm"}}, {"Database": {"Name": "crm"}}, id="database"),
    pytest.param(
        {"table": {"databaseName": "crm", "name": "orders"}},
        {"Table": {"DatabaseName": "crm", "Name": "orders"}},
        id="table",
    ),
    pytest.param(
        {"table": {"databaseName": "crm", "wildcard": True}},
        {"Table": {"DatabaseName": "crm", "TableWildcard": {}}},
        id="all tables",
    ),
    pytest.param(
        {"table": {"databaseName": "crm", "name": "orders", "catalogId": "222222222222"}},
        {"Table": {"CatalogId": "222222222222", "DatabaseName": "crm", "Name": "orders"}},
        id="foreign table",
    ),
    pytest.param(
        {"tableWithColumns": {"databaseName": "crm", "name": "orders", "columnNames": ["b", "a"]}},
        {"TableWithColumns": {"DatabaseName": "crm", "Name": "orders", "ColumnNames": ["a", "b"]}},
        id="columns",
    ),
    pytest.param(
        {"tableWithColumns": {"databaseName": "crm", "name": "orders", "wildcard": True}},
        {"TableWithColumns": {"DatabaseName": "crm", "Name": "orders", "ColumnWildcard": {}}},
        id="all columns",
    ),
    pytest.param(
        {
            "tableWithColumns": {
                "databaseName": "crm",
                "name": "orders",
                "wildcard": True,
                "excludedColumnNames": ["email"],
            }
        },
        {
            "TableWithColumns": {
                "DatabaseName": "crm",
                "Name": "orders",
                "ColumnWildcard": {"ExcludedColumnNames": ["email"]},
            }
        },
        id="all columns but some",
    ),
    pytest.param(
        {"dataLocation": {"arn": "arn:aws:s3:::lake"}},
        {"DataLocation": {"ResourceArn": "arn:aws:s3:::lake"}},
        id="location",
    ),
    pytest.param(
        {
            "dataCellsFilter": {
                "tableCatalogId": "111111111111",
                "databaseName": "crm",
                "tableName": "orders",
                "name": "eu",
            }
        },
        {"DataCellsFilter": {"DatabaseName": "crm", "TableName": "orders", "Name": "eu"}},
        id="filter",
    ),
    pytest.param(
        {"lfTag": {"key": "zone", "values": ["b", "a"]}},
        {"LFTag": {"TagKey": "zone", "TagValues": ["a", "b"]}},
        id="tag",
    ),
    pytest.param(
        {
            "lfTagPolicy": {
                "resourceType": "TABLE",
                "expressions": [{"key": "zone", "values": ["masked"]}, {"key": "class", "values": ["b", "a"]}],
            }
        },
        {
            "LFTagPolicy": {
                "ResourceType": "TABLE",
                "Expression": [
                    {"TagKey": "class", "TagValues": ["a", "b"]},
                    {"TagKey": "zone", "TagValues": ["masked"]},
                ],
            }
        },
        id="tag expression",
    ),
]


@pytest.mark.parametrize(("inputs", "resource"), GRANTED)
def test_a_grant_names_its_resource_as_lake_formation_does(tell, section, inputs, resource):
    """Every kind of resource that the provider can grant on has its own shape; catalog ids only where foreign."""
    reader = f"arn:aws:iam::{tell.account}:role/reader"
    declared = tell.declared(
        "aws:lakeformation/permissions:Permissions", "g", {"principal": reader, "permissions": ["DESCRIBE"], **inputs}
    )

    (grant,) = section("lakeformation", "Permissions", declared)

    assert grant == {
        "Principal": {"DataLakePrincipalIdentifier": reader},
        "Resource": resource,
        "Permissions": ["DESCRIBE"],
        "PermissionsWithGrantOption": [],
    }


def test_select_on_a_table_stands_on_all_its_columns(tell, section):
    """Lake Formation lists SELECT on a table as all its columns, and what else was granted on the table."""
    declared = tell.declared(
        "aws:lakeformation/permissions:Permissions",
        "g",
        {
            "principal": "arn:aws:iam::111111111111:role/r",
            "permissions": ["SELECT", "INSERT"],
            "permissionsWithGrantOptions": ["SELECT"],
            "table": {"databaseName": "crm", "name": "orders"},
        },
    )

    grants = section("lakeformation", "Permissions", declared)

    assert [
        (next(iter(grant["Resource"])), grant["Permissions"], grant["PermissionsWithGrantOption"]) for grant in grants
    ] == [("Table", ["INSERT"], []), ("TableWithColumns", ["SELECT"], ["SELECT"])]


@pytest.mark.parametrize("origin", ["recording", "preview", "pack_arguments"])
def test_a_grantee_that_is_not_known_yet_is_the_role_it_comes_from(tell, section, origin):
    """A principal taken from a role's `arn` output isn't known in a first preview; who it is, is."""
    grants = section(
        "lakeformation",
        "Permissions",
        tell.declared(
            "aws:iam/role:Role", "r", {"name": "reader", "assumeRolePolicy": "{}"}, {"arn": "arn:aws:iam::…"}
        ),
        tell.declared(
            "aws:lakeformation/permissions:Permissions",
            "g",
            {"permissions": ["DESCRIBE"], "database": {"name": "crm"}},
            references={"principal": ("aws:iam/role:Role", "r", "arn")},
        ),
        origin=origin,
    )

    assert [grant["Principal"] for grant in grants] == [
        {"DataLakePrincipalIdentifier": f"arn:aws:iam::{tell.account}:role/reader"}
    ]


def test_an_opt_in_carries_its_condition(tell, section):
    """Who opts in, on what, and under which condition over the principal's attributes."""
    declared = tell.declared(
        "aws:lakeformation/optIn:OptIn",
        "o",
        {
            "principals": [{"dataLakePrincipalIdentifier": "111111111111:IAMPrincipals"}],
            "resourceDatas": [{"database": {"name": "crm"}}],
            "conditions": [{"expression": 'context.iam.principalTags.hasTag("t")'}],
        },
    )

    assert section("lakeformation", "OptIns", declared) == [
        {
            "Principal": {"DataLakePrincipalIdentifier": "111111111111:IAMPrincipals"},
            "Resource": {"Database": {"Name": "crm"}},
            "Condition": {"Expression": 'context.iam.principalTags.hasTag("t")'},
        }
    ]


def test_tags_of_one_column_meet_however_they_were_grouped(tell, section):
    """Two assignments that share a column give that column both tags, and the other column its own."""

    def assigned(name, key, columns):
        return tell.declared(
            "aws:lakeformation/resourceLfTags:ResourceLfTags",
            name,
            {
                "lfTags": [{"key": key, "value": "v"}],
                "tableWithColumns": {"databaseName": "crm", "name": "orders", "columnNames": columns},
            },
        )

    entries = section("lakeformation", "ResourceLFTags", assigned("x", "x", ["a", "b"]), assigned("y", "y", ["b"]))

    assert {
        entry["Resource"]["TableWithColumns"]["ColumnNames"][0]: [tag["TagKey"] for tag in entry["LFTags"]]
        for entry in entries
    } == {"a": ["x"], "b": ["x", "y"]}


def test_a_named_expression_is_sorted(tell, section):
    """The order in which an expression was written means nothing."""
    declared = tell.declared(
        "aws:lakeformation/lfTagExpression:LfTagExpression",
        "e",
        {
            "name": "harmless",
            "expressions": [{"tagKey": "b", "tagValues": ["2", "1"]}, {"tagKey": "a", "tagValues": ["3"]}],
        },
    )

    assert section("lakeformation", "LFTagExpressions", declared) == [
        {
            "Name": "harmless",
            "Expression": [{"TagKey": "a", "TagValues": ["3"]}, {"TagKey": "b", "TagValues": ["1", "2"]}],
        }
    ]


def test_a_filter_of_all_rows_and_all_columns_but_some(tell, section):
    """What a filter leaves open is a wildcard, never an empty list."""
    declared = tell.declared(
        "aws:lakeformation/dataCellsFilter:DataCellsFilter",
        "f",
        {
            "tableData": {
                "databaseName": "crm",
                "tableName": "orders",
                "name": "f",
                "columnWildcard": {"excludedColumnNames": ["email"]},
                "rowFilter": {"allRowsWildcard": {}},
            }
        },
    )

    (entry,) = section("lakeformation", "DataCellsFilters", declared)

    assert entry["ColumnWildcard"] == {"ExcludedColumnNames": ["email"]}
    assert entry["RowFilter"] == {"AllRowsWildcard": {}}
    assert "ColumnNames" not in entry


def test_a_resource_link_names_its_target(tell, section):
    """A table with a target is a link; its own columns, if it has any, are the target's."""
    declared = tell.declared(
        "aws:glue/catalogTable:CatalogTable",
        "t",
        {
            "databaseName": "crm",
            "name": "link",
            "targetTable": {"catalogId": "222222222222", "databaseName": "sales", "name": "orders"},
        },
    )

    (table,) = section("glue", "Tables", declared)

    assert table["TargetTable"] == {"CatalogId": "222222222222", "DatabaseName": "sales", "Name": "orders"}
    assert "StorageDescriptor" not in table


def test_the_catalogs_resource_policy_is_one_object(tell, section):
    """The policy of the catalog is the document itself."""
    policy = tell.statement("glue:GetTable", Principal={"AWS": "222222222222"})

    assert policy == section(
        "glue",
        "ResourcePolicy",
        tell.declared("aws:glue/resourcePolicy:ResourcePolicy", "p", {"policy": json.dumps(policy)}),
    )


@pytest.mark.parametrize(
    ("declared_policy", "action"),
    [pytest.param(None, "*", id="none"), pytest.param("s3:GetObject", "s3:GetObject", id="own")],
)
def test_an_endpoint_without_a_policy_lets_everything_through(tell, section, declared_policy, action):
    """AWS gives an endpoint the full-access policy; one of its own stands over it."""
    inputs = {"vpcId": "vpc-1", "serviceName": "com.amazonaws.eu-west-1.s3"}
    if declared_policy:
        inputs["policy"] = json.dumps(tell.statement(declared_policy, Principal="*"))

    (endpoint,) = section("ec2", "VpcEndpoints", tell.declared("aws:ec2/vpcEndpoint:VpcEndpoint", "e", inputs))

    assert endpoint["PolicyDocument"]["Statement"][0]["Action"] == action
    assert endpoint["VpcEndpointId"] == "%{e.id}"
    assert endpoint["VpcEndpointType"] == "Gateway"


def test_a_cluster_tells_how_logins_are_checked(tell, section):
    """The resource id that IAM policies name is AWS's to make up."""
    declared = tell.declared(
        "aws:rds/cluster:Cluster", "c", {"clusterIdentifier": "pool", "iamDatabaseAuthenticationEnabled": True}
    )

    assert section("rds", "DBClusters", declared) == [
        {
            "DBClusterIdentifier": "pool",
            "DbClusterResourceId": "%{c.clusterResourceId}",
            "IAMDatabaseAuthenticationEnabled": True,
        }
    ]


def test_a_resource_in_another_region_stands_there(tell):
    """The provider lets each resource say its own Region."""
    declared = tell.declared("aws:athena/workgroup:Workgroup", "w", {"name": "w", "region": "eu-central-1"})

    regions = estate_of(tell.recording([tell.lake(), declared]), "r")["accounts"][tell.account]["regions"]

    assert {name: list(services) for name, services in regions.items()} == {"eu-central-1": ["athena"], "eu-west-1": []}


def test_the_organization_comes_from_the_lake(tell):
    """What configuration says of the organization is the estate's."""
    organization = {"id": "o-aaaaaaaaaa", "managementAccount": "100000000000"}

    assert estate_of(tell.recording([tell.lake(organization=organization)]), "r")["organization"] == organization


FUNCTION = "aws:lambda/function:Function"
PERMISSION = "aws:lambda/permission:Permission"
BROKER = "arn:aws:iam::111111111111:role/broker"


def test_a_function_has_its_role_and_the_statements_of_its_permissions(tell, section):
    """A permission is a statement of the function's policy, as Lambda writes it: roles, services and all conditions."""
    (function,) = section(
        "lambda",
        "Functions",
        tell.declared(FUNCTION, "f", {"name": "broker", "role": BROKER, "tags": {"lakeward:kind": "broker"}}),
        tell.declared(
            PERMISSION,
            "p",
            {"function": "broker", "action": "lambda:InvokeFunction", "principal": BROKER, "statementId": "A"},
        ),
        tell.declared(
            PERMISSION,
            "q",
            {
                "function": "broker",
                "action": "lambda:InvokeFunction",
                "principal": "s3.amazonaws.com",
                "statementId": "B",
                "sourceAccount": "111111111111",
                "sourceArn": "arn:aws:s3:::lake",
                "qualifier": "live",
            },
        ),
    )
    arn = f"arn:aws:lambda:{tell.region}:{tell.account}:function:broker"

    assert function == {
        "FunctionName": "broker",
        "Role": BROKER,
        "Tags": [{"Key": "lakeward:kind", "Value": "broker"}],
        "Policy": {
            "Version": "2012-10-17",
            "Id": "default",
            "Statement": [
                {
                    "Sid": "A",
                    "Effect": "Allow",
                    "Action": "lambda:InvokeFunction",
                    "Principal": {"AWS": BROKER},
                    "Resource": arn,
                },
                {
                    "Sid": "B",
                    "Effect": "Allow",
                    "Action": "lambda:InvokeFunction",
                    "Principal": {"Service": "s3.amazonaws.com"},
                    "Resource": f"{arn}:live",
                    "Condition": {
                        "StringEquals": {"AWS:SourceAccount": "111111111111"},
                        "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::lake"},
                    },
                },
            ],
        },
    }


def test_a_function_without_permissions_has_no_policy(tell, section):
    """The twin of the test above."""
    (function,) = section("lambda", "Functions", tell.declared(FUNCTION, "f", {"name": "job", "role": BROKER}))

    assert function == {"FunctionName": "job", "Role": BROKER, "Tags": []}


def test_a_permission_on_a_function_of_elsewhere_leaves_its_policy_open(tell, section):
    """One statement is known, the others aren't, and nobody is told that they don't exist."""
    (function,) = section(
        "lambda",
        "Functions",
        tell.declared(PERMISSION, "p", {"function": "other", "action": "lambda:InvokeFunction", "principal": BROKER}),
    )

    assert (function["FunctionName"], list(function["Policy"])) == ("other", ["unknown"])


def test_a_security_group_has_its_rules_from_everywhere(tell, section):
    """Rules inline and as resources of their own stand together; who comes in is a group or a network."""
    group = tell.declared(
        "aws:ec2/securityGroup:SecurityGroup",
        "g",
        {
            "vpcId": "vpc-1",
            "ingress": [{"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/16"]}],
        },
    )
    rule = tell.declared(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "r",
        {
            "securityGroupId": "%{g.id}",
            "referencedSecurityGroupId": "sg-1",
            "ipProtocol": "tcp",
            "fromPort": 5432,
            "toPort": 5432,
        },
    )

    (told,) = section("ec2", "SecurityGroups", group, rule)

    assert told == {
        "GroupId": "%{g.id}",
        "VpcId": "vpc-1",
        "IpPermissions": [
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]},
            {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": [{"GroupId": "sg-1"}]},
        ],
        "IpPermissionsEgress": [],
    }
