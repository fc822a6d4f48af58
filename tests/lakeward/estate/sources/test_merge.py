"""Several estates as one (`contracts.md` section 2)."""

import copy
import itertools

import pytest

from lakeward.errors import EstateError
from lakeward.estate import read_estate
from lakeward.estate.sources import estate_of, merged

ROLE = {"Arn": "arn:aws:iam::111111111111:role/a", "Policies": []}


def estate(account="111111111111", *, region=None, iam=None, **more):
    described = {**more}
    if iam is not None:
        described["iam"] = iam
    if region is not None:
        described["regions"] = {"eu-west-1": region}
    return {"version": 1, "accounts": {account: described}}


def test_lists_unite():
    """Entries of two sources stand in one list, sorted by what tells them apart."""
    one = estate(iam={"Roles": [{**ROLE, "Arn": "arn:aws:iam::111111111111:role/b"}]})
    other = estate(iam={"Roles": [ROLE]})

    (account,) = merged([("one", one), ("other", other)])["accounts"].values()

    assert [role["Arn"][-1] for role in account["iam"]["Roles"]] == ["a", "b"]


def test_equal_entries_are_one():
    """What two sources say alike is said once."""
    one = estate(iam={"Roles": [ROLE]})

    assert merged([("one", one), ("other", copy.deepcopy(one))]) == merged([("one", one)])


def test_entries_of_one_identity_that_differ_are_refused_with_both_sources():
    """Nobody can say which of two sources is right about one role."""
    one = estate(iam={"Roles": [ROLE]})
    other = estate(iam={"Roles": [{**ROLE, "Tags": [{"Key": "a", "Value": "b"}]}]})

    with pytest.raises(EstateError) as error:
        merged([("stack:a", one), ("live:b", other)])

    (line,) = error.value.lines()
    assert line.startswith(
        'accounts.111111111111.iam.Roles[["arn:aws:iam::111111111111:role/a"]]: `stack:a` and `live:b`'
    )
    assert error.value.exit_code == 2


def test_grants_of_two_sources_add_up():
    """Rights only ever add up, so two grants to one principal on one table don't contradict each other."""

    def granting(permission):
        return estate(
            region={
                "lakeformation": {
                    "Permissions": [
                        {
                            "Principal": {"DataLakePrincipalIdentifier": ROLE["Arn"]},
                            "Resource": {"Table": {"DatabaseName": "crm", "Name": "orders"}},
                            "Permissions": [permission],
                            "PermissionsWithGrantOption": [],
                        }
                    ]
                }
            }
        )

    result = merged([("one", granting("INSERT")), ("other", granting("ALTER"))])

    grants = result["accounts"]["111111111111"]["regions"]["eu-west-1"]["lakeformation"]["Permissions"]
    assert [grant["Permissions"] for grant in grants] == [["ALTER"], ["INSERT"]]


@pytest.mark.parametrize(
    ("service", "section", "value", "other"),
    [
        ("lakeformation", "DataLakeSettings", {"DataLakeAdmins": []}, {"ReadOnlyAdmins": []}),
        ("glue", "ResourcePolicy", {"Statement": []}, {"Statement": [], "Version": "2012-10-17"}),
    ],
)
def test_a_single_object_comes_from_one_source_or_is_equal(service, section, value, other):
    """Settings are one per account and Region: a source without them is no contradiction, other ones are."""
    having, without = estate(region={service: {section: value}}), estate(region={service: {}})

    result = merged([("a", having), ("b", without), ("c", copy.deepcopy(having))])

    assert result["accounts"]["111111111111"]["regions"]["eu-west-1"][service][section] == value
    with pytest.raises(EstateError, match=rf"{service}\.{section}: `a` and `b` say different things"):
        merged([("a", having), ("b", estate(region={service: {section: other}}))])


def test_the_organization_is_one():
    """Two sources that name different organizations aren't one estate."""
    one = {**estate(), "organization": {"id": "o-aaaaaaaaaa"}}

    assert merged([("a", one), ("b", estate())])["organization"] == {"id": "o-aaaaaaaaaa"}
    with pytest.raises(EstateError, match="organization: `a` and `b` say different things"):
        merged([("a", one), ("b", {**estate(), "organization": {"id": "o-bbbbbbbbbb"}})])


def _placed(**accounts):
    described = {account.removeprefix("a"): {"path": path} for account, path in accounts.items()}
    return {**estate(), "organization": {"id": "o-aaaaaaaaaa", "accounts": described}}


def test_the_accounts_of_an_organization_unite():
    """A live account tells where it stands itself; where two sources place one account, they must agree."""
    one, other = _placed(a111111111111="o-aaaaaaaaaa/r-a/"), _placed(a222222222222="o-aaaaaaaaaa/r-a/ou-a/")

    accounts = merged([("live:a", one), ("live:b", other)])["organization"]["accounts"]

    assert accounts == {
        "111111111111": {"path": "o-aaaaaaaaaa/r-a/"},
        "222222222222": {"path": "o-aaaaaaaaaa/r-a/ou-a/"},
    }
    with pytest.raises(EstateError, match=r"organization\.accounts\.111111111111: `a` and `b` say different things"):
        merged([("a", one), ("b", _placed(a111111111111="o-aaaaaaaaaa/r-a/ou-a/"))])


def test_accounts_of_an_organization_that_arent_known_contradict_known_ones():
    """Nobody can say whether the known ones are all."""
    unknown = {**estate(), "organization": {"id": "o-aaaaaaaaaa", "accounts": {"unknown": "denied"}}}

    assert merged([("a", unknown), ("b", copy.deepcopy(unknown))])["organization"] == unknown["organization"]
    with pytest.raises(EstateError, match="organization: `a` and `b` say different things"):
        merged([("a", unknown), ("b", _placed(a111111111111="o-aaaaaaaaaa/r-a/"))])


def _guarded(*policies, member="serviceControlPolicies"):
    entries = [{"target": target, "name": name, "policy": {"Statement": sid}} for target, name, sid in policies]
    return {**estate(), "organization": {"id": "o-aaaaaaaaaa", member: entries}}


def test_control_policies_of_one_source_bind_whatever_another_says():
    """Who declares none says nothing of them: that isn't a contradiction, and the policies stay."""
    guarded = _guarded(("r-a", "FullAWSAccess", "all"), ("r-a", "perimeter", "deny"))
    plain = {**estate("222222222222"), "organization": {"id": "o-aaaaaaaaaa"}}

    organization = merged([("a", guarded), ("b", plain)])["organization"]

    assert organization == guarded["organization"]
    assert organization == merged([("b", plain), ("a", guarded)])["organization"]
    assert "serviceControlPolicies" not in merged([("b", plain)])["organization"]


def test_control_policies_of_several_sources_unite():
    """Each of them binds; what both list is listed once, and both kinds stay apart."""
    root = _guarded(("r-a", "FullAWSAccess", "all"), ("ou-a", "FullAWSAccess", "all"), ("r-a", "perimeter", "deny"))
    unit = _guarded(("ou-a", "FullAWSAccess", "all"), ("ou-a", "regions", "deny"))
    resources = _guarded(("r-a", "perimeter", "deny"), member="resourceControlPolicies")

    organization = merged([("a", root), ("b", unit), ("c", resources)])["organization"]

    assert [(entry["target"], entry["name"]) for entry in organization["serviceControlPolicies"]] == [
        ("ou-a", "FullAWSAccess"),
        ("ou-a", "regions"),
        ("r-a", "FullAWSAccess"),
        ("r-a", "perimeter"),
    ]
    assert organization["resourceControlPolicies"] == resources["organization"]["resourceControlPolicies"]


@pytest.mark.parametrize(
    ("one", "other", "path"),
    [
        ([("r-a", "perimeter", "deny")], [("r-a", "perimeter", "other")], r"r-a/perimeter"),
        # A level without it allows only what its other policies do; the union would allow everything.
        ([("r-a", "FullAWSAccess", "all")], [("r-a", "some", "allow")], "r-a/FullAWSAccess"),
    ],
    ids=["one policy", "full access detached"],
)
def test_control_policies_that_contradict_each_other_are_refused(one, other, path):
    """One policy of two contents, and a level that one source says is open and another closed."""
    with pytest.raises(
        EstateError, match=rf"organization\.serviceControlPolicies\[{path}\]: `a` and `b` say different"
    ):
        merged([("a", _guarded(*one)), ("b", _guarded(*other))])


def test_reasons_for_being_partial_add_up():
    """An account is whole only if every source says so."""
    result = merged([("a", estate(partial="x; y")), ("b", estate(partial="y")), ("c", estate())])

    assert result["accounts"]["111111111111"]["partial"] == "x; y"


def test_accounts_and_regions_that_only_one_source_knows_stay():
    """An account without any entry is described all the same: it is empty."""
    empty = {"version": 1, "accounts": {"222222222222": {"regions": {"eu-west-1": {}}}}}

    result = merged([("a", estate()), ("b", empty)])

    assert result["accounts"] == {"111111111111": {}, "222222222222": {"regions": {"eu-west-1": {}}}}


def test_a_list_that_one_source_could_not_read_stays_open():
    """What one source lists doesn't make whole what another was denied."""
    listing = estate(iam={"Roles": [ROLE]})
    denied = estate(iam={"Roles": {"unknown": "denied"}})

    roles = merged([("a", listing), ("b", denied)])["accounts"]["111111111111"]["iam"]["Roles"]

    assert sorted(roles, key=str) == [ROLE, {"unknown": "denied"}]
    assert merged([("b", denied)])["accounts"]["111111111111"]["iam"]["Roles"] == {"unknown": "denied"}


@pytest.mark.parametrize("whole", [{"version": 1, "accounts": {"111111111111": {"unknown": "why"}}}])
def test_an_account_that_is_unknown_to_one_source_contradicts_its_description(whole):
    """Nothing known and something described can't both be the estate."""
    with pytest.raises(EstateError, match=r"accounts\.111111111111: `a` and `b` say different things"):
        merged([("a", whole), ("b", estate(iam={"Roles": [ROLE]}))])


def test_the_order_of_sources_means_nothing(tell):
    """Three sources in any order are the same estate, to the byte."""
    sources = [
        ("lake", estate_of(tell.recording(tell.small_lake()), "lake")),
        ("a", estate(iam={"Roles": [ROLE]})),
        ("b", estate("222222222222", iam={"Users": []})),
    ]

    results = [merged(order) for order in itertools.permutations(sources)]

    assert len({str(result) for result in results}) == 1
    read_estate(results[0])


def test_what_is_read_is_what_was_merged(tell):
    """Merging one source sorts it and changes nothing."""
    lake = estate_of(tell.recording(tell.small_lake()), "lake")

    once = merged([("lake", lake)])

    assert once == merged([("again", once)])
    assert read_estate(once) == read_estate(merged([("x", once), ("y", lake)]))


def _stack(account, key="%{key-raw.arn}"):
    buckets = [{"Name": f"lake-{account}", "Encryption": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}]
    services = {"s3": {"Buckets": buckets}, "kms": {"Keys": [{"Arn": key, "Aliases": []}]}}
    return {"version": 1, "accounts": {account: {"regions": {"eu-west-1": services}}}}


def test_tokens_of_stacks_that_name_things_alike_are_told_apart():
    """One stack's key is never another's: each token gets its stack's account and Region, in all its places."""
    result = merged([("a", _stack("111111111111")), ("b", _stack("222222222222"))])

    for account in ("111111111111", "222222222222"):
        region = result["accounts"][account]["regions"]["eu-west-1"]
        token = f"%{{{account}/eu-west-1/key-raw.arn}}"
        assert region["kms"]["Keys"][0]["Arn"] == token
        assert region["s3"]["Buckets"][0]["Encryption"]["KMSMasterKeyID"] == token


def test_a_token_that_only_one_stack_has_stays_as_it_is():
    """Nor does a stack's own, when the same stack is merged from two sources."""
    alone = merged([("a", _stack("111111111111")), ("b", _stack("222222222222", "arn:aws:kms:::key/1"))])
    twice = merged([("a", _stack("111111111111")), ("b", _stack("111111111111"))])

    for result in (alone, twice):
        keys = result["accounts"]["111111111111"]["regions"]["eu-west-1"]["kms"]["Keys"]
        assert [key["Arn"] for key in keys] == ["%{key-raw.arn}"]
