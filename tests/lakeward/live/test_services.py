"""Each service's part of a live estate, in the shapes that declarations have too."""

import json

import pytest

TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}


def allowing(action):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


def named(entries, name):
    (entry,) = (entry for entry in entries if entry.get("Name", entry.get("Arn", "")).rsplit("/", 1)[-1] == name)
    return entry


def documents(identity):
    return {policy["PolicyName"]: policy.get("PolicyDocument") for policy in identity["Policies"]}


def test_a_role_has_all_its_policies_and_its_boundary(account):
    """Inline and managed policies alike; the boundary as the document it is."""
    iam = account.client("iam")
    managed = iam.create_policy(PolicyName="managed", PolicyDocument=json.dumps(allowing("s3:ListBucket")))["Policy"]
    boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=json.dumps(allowing("s3:*")))["Policy"]
    iam.create_role(
        RoleName="reader",
        AssumeRolePolicyDocument=json.dumps(TRUST),
        PermissionsBoundary=boundary["Arn"],
        Tags=[{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "1"}],
    )
    iam.put_role_policy(RoleName="reader", PolicyName="inline", PolicyDocument=json.dumps(allowing("s3:GetObject")))
    iam.attach_role_policy(RoleName="reader", PolicyArn=managed["Arn"])

    role = named(account.read().account["iam"]["Roles"], "reader")

    found = documents(role)
    assert found["inline"] == allowing("s3:GetObject")
    assert found["managed"] == allowing("s3:ListBucket")
    assert role["PermissionsBoundary"] == allowing("s3:*")
    assert role["AssumeRolePolicyDocument"] == TRUST
    assert [tag["Key"] for tag in role["Tags"]] == ["a", "b"]


def test_the_default_version_of_a_managed_policy_counts(account):
    """Other versions are kept for going back, and allow nothing."""
    iam = account.client("iam")
    arn = iam.create_policy(PolicyName="versions", PolicyDocument=json.dumps(allowing("s3:One")))["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(allowing("s3:Two")), SetAsDefault=True)
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(allowing("s3:Three")), SetAsDefault=False)
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.attach_role_policy(RoleName="reader", PolicyArn=arn)

    role = named(account.read().account["iam"]["Roles"], "reader")

    assert documents(role) == {"versions": allowing("s3:Two")}


@pytest.fixture
def reader_of_another_owner(account):
    """A role with a managed policy that isn't listed with the account's own, as AWS's aren't."""
    iam = account.client("iam")
    arn = iam.create_policy(PolicyName="given", PolicyDocument=json.dumps(allowing("s3:Given")))["Policy"]["Arn"]
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.attach_role_policy(RoleName="reader", PolicyArn=arn)
    account.session.events.register(
        "after-call.iam.GetAccountAuthorizationDetails", lambda parsed, **_: parsed.update(Policies=[])
    )
    return account


def test_a_managed_policy_of_aws_is_fetched(reader_of_another_owner):
    """What isn't listed with the account's own policies is asked for by its ARN."""
    role = named(reader_of_another_owner.read().account["iam"]["Roles"], "reader")

    assert documents(role) == {"given": allowing("s3:Given")}


def test_a_managed_policy_that_may_not_be_read_is_unknown(reader_of_another_owner):
    """The policy is attached, but what it allows wasn't shown."""
    reader_of_another_owner.answer(
        "iam",
        "GetPolicy",
        403,
        b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
    )

    role = named(reader_of_another_owner.read().account["iam"]["Roles"], "reader")

    assert documents(role) == {"given": {"unknown": "`iam:GetPolicy` was denied"}}


def test_a_user_has_the_policies_of_its_groups(account):
    """What a group may do, its members may."""
    iam = account.client("iam")
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=json.dumps(allowing("s3:Own")))
    iam.create_group(GroupName="team")
    iam.put_group_policy(GroupName="team", PolicyName="teams", PolicyDocument=json.dumps(allowing("s3:Team")))
    iam.add_user_to_group(GroupName="team", UserName="ann")

    user = named(account.read().account["iam"]["Users"], "ann")

    assert documents(user) == {"own": allowing("s3:Own"), "teams": allowing("s3:Team")}


def test_a_key_that_waits_for_its_deletion_is_gone(account):
    """Nobody can use it any more; the key beside it is there with alias, policy, grants and tags."""
    kms = account.client("kms")
    going = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.schedule_key_deletion(KeyId=going, PendingWindowInDays=7)
    root = f"arn:aws:iam::{account.number}:root"
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}],
    }
    key = kms.create_key(Policy=json.dumps(policy), Tags=[{"TagKey": "zone", "TagValue": "raw"}])["KeyMetadata"]
    kms.create_alias(AliasName="alias/lake", TargetKeyId=key["KeyId"])
    grantee = f"arn:aws:iam::{account.number}:role/OrganizationAccountAccessRole"
    kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=grantee, Operations=["Decrypt"])

    assert account.read().region["kms"]["Keys"] == [
        {
            "Arn": key["Arn"],
            "Aliases": ["alias/lake"],
            "Policy": policy,
            "Grants": [{"GranteePrincipal": grantee, "Operations": ["Decrypt"]}],
            "Tags": [{"Key": "zone", "Value": "raw"}],
        }
    ]


def make_bucket(account, name, region="eu-west-1"):
    account.client("s3", region_name=region).create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": region}
    )
    return name


def test_a_bucket_stands_in_its_own_region(account):
    """A lake may use a bucket elsewhere; nothing else is said of that Region."""
    here = make_bucket(account, f"here-{account.number}")
    there = make_bucket(account, f"there-{account.number}", "eu-central-1")

    found = account.read().regions

    assert [bucket["Name"] for bucket in found["eu-west-1"]["s3"]["Buckets"]] == [here]
    assert [bucket["Name"] for bucket in found["eu-central-1"]["s3"]["Buckets"]] == [there]
    assert list(found["eu-central-1"]) == ["s3"]


def test_a_bucket_that_blocks_everything_needs_no_account_block(account):
    """The account's own block is asked for only where a bucket leaves something open."""
    name = make_bucket(account, f"lake-{account.number}")
    everything = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    account.client("s3").put_public_access_block(
        Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(everything, True)
    )
    account.client("s3").put_bucket_ownership_controls(
        Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )

    found = account.read().region["s3"]

    assert "PublicAccessBlock" not in found
    assert found["Buckets"] == [
        {
            "Name": name,
            "PublicAccessBlock": dict.fromkeys(everything, True),
            "Encryption": {"SSEAlgorithm": "AES256", "BucketKeyEnabled": False},
            "ObjectOwnership": "BucketOwnerEnforced",
            "Tags": [],
        }
    ]


def test_a_bucket_that_leaves_something_open_brings_the_accounts_block(account):
    """The account's block counts for it; where that can't be asked, it is unknown."""
    name = make_bucket(account, f"open-{account.number}")
    account.client("s3").put_public_access_block(Bucket=name, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    answered = (
        b"<PublicAccessBlockConfiguration><BlockPublicPolicy>true</BlockPublicPolicy></PublicAccessBlockConfiguration>"
    )
    account.answer("s3-control", "GetPublicAccessBlock", body=answered)

    found = account.read().region["s3"]

    assert found["Buckets"][0]["PublicAccessBlock"]["BlockPublicPolicy"] is False
    assert found["PublicAccessBlock"] == {
        "BlockPublicAcls": False,
        "IgnorePublicAcls": False,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": False,
    }


def test_an_access_list_that_grants_others_makes_a_bucket_unknown(account):
    """Lists aren't modelled, so a bucket whose list says something says nothing certain."""
    name = make_bucket(account, f"listed-{account.number}")
    account.answer("s3-control", "GetPublicAccessBlock", body=b"<PublicAccessBlockConfiguration/>")
    s3 = account.client("s3")
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration={"BlockPublicAcls": False})
    owner = s3.get_bucket_acl(Bucket=name)["Owner"]
    before = account.read().region["s3"]["Buckets"][0].get("Policy")
    s3.put_bucket_acl(
        Bucket=name,
        AccessControlPolicy={
            "Owner": owner,
            "Grants": [
                {
                    "Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"},
                    "Permission": "READ",
                }
            ],
        },
    )

    after = account.read().region["s3"]["Buckets"][0]["Policy"]

    assert before is None
    assert after == {"unknown": "its access control list grants others, which isn't modelled"}


def test_a_denied_bucket_policy_is_unknown(account):
    """A bucket whose policy wasn't shown isn't a bucket without one."""
    make_bucket(account, f"lake-{account.number}")
    account.answer(
        "s3", "GetBucketPolicy", 403, b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    )

    assert account.read().region["s3"]["Buckets"][0]["Policy"] == {"unknown": "`s3:GetBucketPolicy` was denied"}


@pytest.fixture
def lake(account):
    """A database with one table, and the account's administrator for it."""
    glue, lakeformation = account.client("glue"), account.client("lakeformation")
    me = f"arn:aws:iam::{account.number}:role/OrganizationAccountAccessRole"
    lakeformation.put_data_lake_settings(DataLakeSettings={"DataLakeAdmins": [{"DataLakePrincipalIdentifier": me}]})
    glue.create_database(DatabaseInput={"Name": "crm"})
    glue.create_table(
        DatabaseName="crm",
        TableInput={
            "Name": "orders",
            "StorageDescriptor": {"Columns": [{"Name": "id", "Type": "bigint"}, {"Name": "email", "Type": "string"}]},
        },
    )
    for key, values in (("zone", ["raw", "masked"]), ("class", ["pii", "public"])):
        lakeformation.create_lf_tag(TagKey=key, TagValues=values)
    return account


def tagged(lakeformation, resource, **tags):
    answer = lakeformation.add_lf_tags_to_resource(
        Resource=resource, LFTags=[{"TagKey": key, "TagValues": [value]} for key, value in tags.items()]
    )
    assert answer["Failures"] == []


def test_inherited_tags_are_not_taken_for_assigned_ones(lake):
    """A table shows its database's tags and a column its table's; only what each was given itself is assigned."""
    lakeformation = lake.client("lakeformation")
    table = {"DatabaseName": "crm", "Name": "orders"}
    tagged(lakeformation, {"Database": {"Name": "crm"}}, zone="raw")
    tagged(lakeformation, {"Table": table}, **{"class": "public"})
    tagged(lakeformation, {"TableWithColumns": {**table, "ColumnNames": ["email"]}}, **{"class": "pii"})

    entries = lake.read().region["lakeformation"]["ResourceLFTags"]

    assert sorted(entries, key=lambda entry: str(entry["Resource"])) == [
        {"Resource": {"Database": {"Name": "crm"}}, "LFTags": [{"TagKey": "zone", "TagValues": ["raw"]}]},
        {"Resource": {"Table": table}, "LFTags": [{"TagKey": "class", "TagValues": ["public"]}]},
        {
            "Resource": {"TableWithColumns": {**table, "ColumnNames": ["email"]}},
            "LFTags": [{"TagKey": "class", "TagValues": ["pii"]}],
        },
    ]


def test_tags_that_an_answer_repeats_down_the_tree_are_inherited(lake):
    """However much of the inheritance AWS shows, the result is what was assigned."""
    zone = [{"CatalogId": lake.number, "TagKey": "zone", "TagValues": ["raw"]}]
    lake.answer(
        "lakeformation",
        "GetResourceLFTags",
        body={
            "LFTagOnDatabase": zone,
            "LFTagsOnTable": zone,
            "LFTagsOnColumns": [
                {"Name": "id", "LFTags": zone},
                {"Name": "email", "LFTags": [*zone, {"TagKey": "class", "TagValues": ["pii"]}]},
            ],
        },
    )

    entries = lake.read().region["lakeformation"]["ResourceLFTags"]

    assert {next(iter(entry["Resource"])): [tag["TagKey"] for tag in entry["LFTags"]] for entry in entries} == {
        "Database": ["zone"],
        "TableWithColumns": ["class"],
    }


def test_tags_of_a_table_that_may_not_be_read_are_unknown(lake):
    """A refusal for one resource stands at that resource."""
    lake.answer("lakeformation", "GetResourceLFTags", 400, {"__type": "AccessDeniedException", "message": "no"})

    entries = lake.read().region["lakeformation"]["ResourceLFTags"]

    denied = {"unknown": "`lakeformation:GetResourceLFTags` was denied"}
    assert [entry["LFTags"] for entry in entries] == [denied, denied]


def test_a_grant_on_all_tables_is_a_wildcard(lake):
    """AWS lists all tables under a name of its own, which no estate knows."""
    lakeformation = lake.client("lakeformation")
    reader = f"arn:aws:iam::{lake.number}:role/reader"
    lake.client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(TRUST))
    lakeformation.grant_permissions(
        Principal={"DataLakePrincipalIdentifier": reader},
        Resource={"Table": {"DatabaseName": "crm", "TableWildcard": {}}},
        Permissions=["SELECT", "DESCRIBE"],
    )

    grants = [
        grant
        for grant in lake.read().region["lakeformation"]["Permissions"]
        if grant["Principal"]["DataLakePrincipalIdentifier"] == reader
    ]

    assert grants == [
        {
            "Principal": {"DataLakePrincipalIdentifier": reader},
            "Resource": {"Table": {"DatabaseName": "crm", "TableWildcard": {}}},
            "Permissions": ["DESCRIBE", "SELECT"],
            "PermissionsWithGrantOption": [],
        }
    ]


def test_what_stands_behind_a_link_is_not_this_catalogs(lake):
    """A link to another account's database is listed as a link; its tables aren't asked for."""
    lake.client("glue").create_database(
        DatabaseInput={
            "Name": "link",
            "TargetDatabase": {"CatalogId": "222222222222", "DatabaseName": "sales"},
        }
    )

    glue = lake.read().region["glue"]

    link = named(glue["Databases"], "link")
    assert link["TargetDatabase"] == {"CatalogId": "222222222222", "DatabaseName": "sales"}
    assert {table["DatabaseName"] for table in glue["Tables"]} == {"crm"}


def test_tables_of_one_database_that_may_not_be_listed_leave_the_list_open(lake):
    """The list holds what is known, and says that it isn't whole."""
    lake.answer("glue", "GetTables", 400, {"__type": "AccessDeniedException", "message": "no"})

    assert lake.read().region["glue"]["Tables"] == [{"unknown": "`glue:GetTables` was denied in `crm`"}]


def test_an_endpoint_has_its_policy(account):
    """The policy is a document, not its text."""
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:Get*"}]}
    created = ec2.create_vpc_endpoint(
        VpcId=vpc,
        VpcEndpointType="Gateway",
        ServiceName="com.amazonaws.eu-west-1.s3",
        PolicyDocument=json.dumps(policy),
    )["VpcEndpoint"]

    assert account.read().region["ec2"]["VpcEndpoints"] == [
        {
            "VpcEndpointId": created["VpcEndpointId"],
            "VpcId": vpc,
            "VpcEndpointType": "Gateway",
            "ServiceName": "com.amazonaws.eu-west-1.s3",
            "PolicyDocument": policy,
        }
    ]


def organization(account):
    return {
        "Organization": {"Id": "o-aaaaaaaaaa", "MasterAccountId": "100000000000"},
    }


def test_an_account_in_an_organization_has_its_path_and_policies(account):
    """From the account up to the root, every level's policies, each with its target."""
    account.answer("organizations", "DescribeOrganization", body=organization(account))
    account.answer(
        "organizations",
        "ListParents",
        body=[*[{"Parents": [{"Id": name}]} for name in ("ou-aaaa-aaaaaaaa", "r-aaaa")] * 3],
    )
    account.answer("organizations", "ListPoliciesForTarget", body={"Policies": [{"Id": "p-1", "Name": "guard"}]})
    account.answer("organizations", "DescribePolicy", body={"Policy": {"Content": json.dumps(allowing("*"))}})

    found = account.read().estate["organization"]

    assert found["accounts"] == {account.number: {"path": "o-aaaaaaaaaa/r-aaaa/ou-aaaa-aaaaaaaa/"}}
    assert {policy["target"] for policy in found["serviceControlPolicies"]} == {
        account.number,
        "ou-aaaa-aaaaaaaa",
        "r-aaaa",
    }
    assert found["resourceControlPolicies"][0] == {
        "target": found["resourceControlPolicies"][0]["target"],
        "name": "guard",
        "policy": allowing("*"),
    }


def test_policies_of_the_organization_that_a_member_may_not_see_are_unknown(account):
    """A member account knows that it is in an organization, and not what that denies: never "none in use"."""
    account.answer("organizations", "DescribeOrganization", body=organization(account))
    for operation in ("ListParents", "ListPoliciesForTarget"):
        account.answer("organizations", operation, 400, {"__type": "AccessDeniedException", "message": "no"})

    found = account.read().estate["organization"]

    assert found["serviceControlPolicies"] == {"unknown": "`organizations:ListParents` was denied"}
    assert found["resourceControlPolicies"] == {"unknown": "`organizations:ListParents` was denied"}


def test_an_account_in_no_organization_has_none(account):
    """Then service control policies really aren't in use."""
    account.answer(
        "organizations", "DescribeOrganization", 400, {"__type": "AWSOrganizationsNotInUseException", "message": ""}
    )

    assert "organization" not in account.read().estate
