"""Identifiers: what is one, what isn't, and what is said then."""

import json
import pickle

import pytest
from pydantic import TypeAdapter, ValidationError

from lakeward.errors import InvalidIdentifierError
from lakeward.identifiers import (
    AccountId,
    Arn,
    AttributeName,
    AttributeValue,
    BucketName,
    CatalogName,
    ClaimValue,
    ColumnType,
    Description,
    KeyAlias,
    NamePrefix,
    ObjectPrefix,
    OidcProviderArn,
    OrganizationId,
    OrgPath,
    OrgPathPattern,
    PolicyName,
    RegionName,
    RoleArn,
    RoleName,
    RoleNamePattern,
    RolePath,
    SamlProviderArn,
    StackName,
    TagText,
    TrailName,
    WorkgroupName,
)

ROLE = "arn:aws:iam::111111111111:role/team/reader"

GOOD = [
    (AccountId, "000000000001"),
    (RegionName, "eu-west-1"),
    (RegionName, "us-gov-east-1"),
    (RegionName, "cn-northwest-1"),
    (Arn, "arn:aws:s3:::lake/*"),
    (Arn, "arn:aws:iam::aws:policy/ReadOnlyAccess"),
    (RoleArn, ROLE),
    (RoleArn, "arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Analyst_0123456789abcdef"),
    (SamlProviderArn, "arn:aws:iam::111111111111:saml-provider/corporate"),
    (OidcProviderArn, "arn:aws:iam::111111111111:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF"),
    (OrganizationId, "o-aaaaaaaaaa"),
    (OrgPath, "o-aaaaaaaaaa/r-aaaa/"),
    (OrgPath, "o-aaaaaaaaaa/r-aaaa/ou-aaaa-aaaaaaaa/ou-aaaa-bbbbbbbb/"),
    (NamePrefix, "a"),
    (NamePrefix, "acme-data-12"),
    (StackName, "dev"),
    (BucketName, "acme-dev-raw-111111111111"),
    (ObjectPrefix, "sales/orders.v2"),
    (KeyAlias, "alias/acme-dev-raw-111111111111"),
    (RoleName, "team+reader=1,2.3@4-5_6"),
    (PolicyName, "acme-dev-boundary"),
    (WorkgroupName, "acme-dev-reader-111111111111"),
    (TrailName, "acme-dev-audit"),
    (CatalogName, "temp-raw-table"),
    (CatalogName, "a" * 255),
    (TagText, "data platform: a/b=c+d@e"),
    (AttributeName, "department"),
    (AttributeName, "cost.Center:x"),
    (AttributeName, "tenant_id_of_origin"),
    (AttributeValue, "Sales and service"),
    (AttributeValue, "x"),
    (ClaimValue, "repo:acme/lake:ref:refs/heads/main"),
    (Description, "Données clients"),
    (ColumnType, "bigint"),
    (ColumnType, "decimal(38,38)"),
    (ColumnType, "varchar(65535)"),
    (ColumnType, "struct<a:int,b:array<map<string,decimal(10,2)>>>"),
]

BAD = [
    (AccountId, "11111111111"),
    (AccountId, "1111111111111"),
    (AccountId, "\u0661" * 12),
    (RegionName, "eu-west"),
    (RegionName, "eu-west-1a"),
    (Arn, "arn:aws:s3:::"),
    (Arn, "arn:aws:s3::: lake"),
    (Arn, "arn:aws-other:s3:::lake"),
    (RoleArn, "arn:aws:iam::111111111111:role/"),
    (RoleArn, "arn:aws:iam::111111111111:role/*"),
    (RoleArn, "arn:aws:iam::111111111111:role/te?m/reader"),
    (RoleArn, "arn:aws:iam::111111111111:user/alice"),
    (RoleArn, f"arn:aws:iam::111111111111:role/{'r' * 65}"),
    (SamlProviderArn, "arn:aws:iam::111111111111:oidc-provider/corporate"),
    (OidcProviderArn, "arn:aws:iam::111111111111:oidc-provider/https://ci.example.com"),
    (OrganizationId, "o-short"),
    (OrgPath, "o-aaaaaaaaaa/r-aaaa"),
    (OrgPath, "o-aaaaaaaaaa/ou-aaaa-aaaaaaaa/"),
    (OrgPath, "o-aaaaaaaaaa/r-aaaa/*/"),
    (NamePrefix, "acme-data-123"),
    (NamePrefix, "acme-"),
    (NamePrefix, "1acme"),
    (NamePrefix, "sthree"),
    (StackName, "Dev"),
    (StackName, "d" * 24),
    (BucketName, "ab"),
    (BucketName, "a" * 64),
    (BucketName, "a.b.c"),
    (ObjectPrefix, "/sales"),
    (ObjectPrefix, "sales/"),
    (ObjectPrefix, "sales//orders"),
    (ObjectPrefix, "sales/../hr"),
    (ObjectPrefix, "sales/*"),
    (ObjectPrefix, "s" * 513),
    (KeyAlias, "acme"),
    (KeyAlias, "alias/aws/s3"),
    (RoleName, "r" * 65),
    (RoleName, "a b"),
    (PolicyName, "p" * 129),
    (WorkgroupName, "a@b"),
    (TrailName, "a..b"),
    (TrailName, "ab"),
    (TrailName, "a-" * 70 + "a"),
    (CatalogName, ""),
    (CatalogName, "-a"),
    (CatalogName, "a/b"),
    (CatalogName, "a\x00b"),
    (CatalogName, "\u043erders"),
    (CatalogName, "a" * 256),
    (TagText, "a;b"),
    *((AttributeName, text) for text in ("", "1a", "a/b", "a b", "a=b", "a,b", "a;b", 'a"b', "département", "a" * 129)),
    *((AttributeName, text) for text in ("aws:x", "lakeward:persona", "Tenant_ID", "LakeFormationAuthorizedCaller")),
    *((AttributeValue, text) for text in ("", " a", "a ", "a*", "a/b", "a=b", "a,b", 'a"b', "a\nb", "x" * 257)),
    (TagText, " a"),
    (TagText, ""),
    (ClaimValue, "repo:acme/*"),
    (ClaimValue, "${aws:username}"),
    (Description, "two\nlines"),
    (Description, "日本"),
    (ColumnType, ""),
    (ColumnType, "number"),
    (ColumnType, "decimal(39,2)"),
    (ColumnType, "decimal(2,3)"),
    (ColumnType, "char(256)"),
    (ColumnType, "varchar(65536)"),
    (ColumnType, "array<string"),
    (ColumnType, "array<string,int>"),
    (ColumnType, "array<>"),
    (ColumnType, "map<string>"),
    (ColumnType, "struct<int>"),
    (ColumnType, "struct<a:int;b:int>"),
    (ColumnType, "string>"),
    (ColumnType, "array<" * 20 + "int" + ">" * 20),
]


@pytest.mark.parametrize(("kind", "text"), GOOD)
def test_an_identifier_is_its_own_text(kind, text):
    """It equals, hashes, sorts, serialises and pickles as the text it was parsed from."""
    made = kind(text)

    assert made == text
    assert hash(made) == hash(text)
    assert json.dumps(made) == json.dumps(text)
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301  # our own bytes
    assert sorted([kind(text), kind(text)]) == [text, text]


@pytest.mark.parametrize(("kind", "text"), BAD)
def test_what_isnt_one_is_refused_with_a_remedy(kind, text):
    """The error names the text, says what it isn't, and what to write."""
    with pytest.raises(InvalidIdentifierError) as error:
        kind(text)

    assert error.value.problem.startswith("`")
    assert error.value.remedy


@pytest.mark.parametrize("value", [None, 5, True, ["eu-west-1"]])
def test_what_isnt_text_is_refused(value):
    """A number or list is never silently turned into a text."""
    with pytest.raises(InvalidIdentifierError):
        RegionName(value)


@pytest.mark.parametrize("kind", [kind for kind, _ in GOOD])
def test_identifiers_cant_be_changed(kind):
    """They have no place for an attribute, so nothing can be attached to a shared value."""
    text = next(text for good, text in GOOD if good is kind)

    with pytest.raises(AttributeError):
        kind(text).note = "mine"


@pytest.mark.parametrize(
    ("given", "account"), [("000000000001", "000000000001"), (1, "000000000001"), (123456789012.0, "123456789012")]
)
def test_an_account_id_may_arrive_as_a_number(given, account):
    """YAML and the engine make numbers of unquoted digits; as a field it takes them, padded to 12."""
    assert TypeAdapter(AccountId).validate_python(given) == account


@pytest.mark.parametrize("given", [True, -1, 1.5, 10**12, float("nan"), float("inf"), "1"])
def test_other_numbers_are_no_account_ids(given):
    """Neither booleans nor fractions nor more than 12 digits; the positive twin is above."""
    with pytest.raises(ValidationError):
        TypeAdapter(AccountId).validate_python(given)


def test_an_arn_knows_its_parts():
    """Partition, service, Region, account and resource, the resource with all its colons."""
    arn = Arn("arn:aws-cn:logs:cn-north-1:111111111111:log-group:/aws-glue/*")

    assert (arn.aws_partition, arn.service, arn.region, arn.account, arn.resource) == (
        "aws-cn",
        "logs",
        "cn-north-1",
        "111111111111",
        "log-group:/aws-glue/*",
    )


def test_an_arn_is_put_together_in_its_partition():
    """The Region gives the partition, also where the ARN leaves the Region itself out."""
    china = RegionName("cn-north-1")

    assert Arn.of(china, "glue", "111111111111", "catalog") == "arn:aws-cn:glue:cn-north-1:111111111111:catalog"
    assert RoleArn.of(china, "iam", "111111111111", "role/reader", regional=False) == (
        "arn:aws-cn:iam::111111111111:role/reader"
    )


def test_a_role_knows_its_name_and_path():
    """The path has slashes at both ends, `/` when there is none."""
    plain = RoleArn("arn:aws:iam::111111111111:role/reader")

    assert (RoleArn(ROLE).name, RoleArn(ROLE).path) == ("reader", "/team/")
    assert (plain.name, plain.path) == ("reader", "/")


@pytest.mark.parametrize(
    ("text", "problem", "remedy"),
    [
        ("arn:aws:iam::111111111111:root", "is a whole account", "name one role"),
        ("111111111111", "is a whole account", "name one role"),
        (
            "arn:aws:sts::111111111111:assumed-role/reader/alice",
            "is a session of a role",
            "`arn:aws:iam::111111111111:role/reader`",
        ),
    ],
)
def test_a_role_isnt_an_account_or_a_session(text, problem, remedy):
    """Whoever gives a root or a session hears which role to give instead."""
    with pytest.raises(InvalidIdentifierError) as error:
        RoleArn(text)

    assert problem in error.value.problem
    assert remedy in error.value.remedy


def test_an_oidc_provider_knows_its_issuer():
    """The issuer is spelled as the condition keys spell it: with its path, without a scheme."""
    arn = OidcProviderArn("arn:aws:iam::111111111111:oidc-provider/ci.example.com/team")

    assert arn.issuer == "ci.example.com/team"


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("eu-west-1", "aws", "amazonaws.com"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
    ],
)
def test_a_region_decides_partition_and_dns_suffix(region, partition, suffix):
    """China has both of its own, GovCloud a partition only."""
    assert (RegionName(region).aws_partition, RegionName(region).dns_suffix) == (partition, suffix)


def test_an_organization_path_spells_its_patterns():
    """`children` are the OU's own accounts, `subtree` those of all OUs below too; the wildcard follows a slash (K5)."""
    path = OrgPath("o-aaaaaaaaaa/r-aaaa/ou-aaaa-11111111/")

    assert path.organization == OrganizationId("o-aaaaaaaaaa")
    assert path.subtree() == "o-aaaaaaaaaa/r-aaaa/ou-aaaa-11111111/*"
    assert path.children() == "o-aaaaaaaaaa/r-aaaa/ou-aaaa-11111111/"


@pytest.mark.parametrize("text", ["o-aaaaaaaaaa/r-aaaa/ou-aaaa-11111111*", "o-aaaaaaaaaa/*/", "o-aaaaaaaaaa/r-aaaa/**"])
def test_a_path_pattern_refuses_a_wildcard_that_follows_no_slash(text):
    """Such a pattern reaches a sibling whose id begins alike; behind the slash it reaches what stands below."""
    with pytest.raises(InvalidIdentifierError, match="isn't a pattern of organization paths"):
        OrgPathPattern(text)

    assert OrgPathPattern("o-aaaaaaaaaa/r-aaaa/ou-aaaa-11111111/*").organization == "o-aaaaaaaaaa"


@pytest.mark.parametrize("text", ["*", "*-rl", "*code*pipe*", "x-*-codepipeline", "a/b-codepipeline-rl"])
def test_a_role_name_pattern_fixes_enough_of_the_name(text):
    """One wildcard, first or last, and at least six characters beside it."""
    with pytest.raises(InvalidIdentifierError, match="isn't a pattern of role names"):
        RoleNamePattern(text)

    assert RoleNamePattern("*-codepipeline-rl")


@pytest.mark.parametrize("text", ["/", "codepipeline/", "/codepipeline", "/*/", "//"])
def test_a_role_path_has_a_fixed_part(text):
    """The path `/` is everyone's."""
    with pytest.raises(InvalidIdentifierError, match="isn't the path of roles"):
        RolePath(text)

    assert RolePath("/codepipeline/")


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("Orders", "write `orders`"),
        ("Or ders", "give 1 to 255"),
    ],
)
def test_upper_case_is_told_apart(text, remedy):
    """Where lower case alone would do, the remedy is the name itself."""
    with pytest.raises(InvalidIdentifierError) as error:
        CatalogName(text)

    assert error.value.remedy.startswith(remedy)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("INTEGER", "write `int`"),
        ("decimal", "write `decimal(10,0)`"),
        ("Array<String >", "write `array<string>`"),
        ("number", "give a Hive type"),
    ],
)
def test_a_column_type_is_put_right_where_it_can_be(text, remedy):
    """The remedy is the type itself, in the catalog's own spelling, where that is certain."""
    with pytest.raises(InvalidIdentifierError) as error:
        ColumnType(text)

    assert error.value.remedy.startswith(remedy)
