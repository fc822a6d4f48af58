"""C1: a bucket that the right role in the right OU reads, and nobody else."""

import copy

import pytest

from lakeward.access import answer
from lakeward.access.cases import prepare_estate

ORGANIZATION = "o-1aaaaaaaaa"
OURS = f"{ORGANIZATION}/r-1aaa/ou-1aaa-aaaaaaaa/"
BELOW = f"{OURS}ou-1aaa-dddddddd/"
SIBLING = f"{ORGANIZATION}/r-1aaa/ou-1aaa-aaaaaaaab/"
READER = "codepipeline/x-codepipeline-rl"
BUCKET = "arn:aws:s3:::acme-dev-artifacts-100000000001"
BUNDLE = f"{BUCKET}/silo/bundle.zip"
UNPROTECTED = "x-codepipeline-rl"
OTHER_PATH = "100000000013"
PUBLISHER = "arn:aws:iam::100000000001:role/artifact-publisher"

EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["s3:*", "kms:*"], "Resource": "*"}}


def role(account, name=READER):
    return f"arn:aws:iam::{account}:role/{name}"


class Shared:
    """Stack `dev` as declared, beside accounts whose administrators allow their roles all of S3 and KMS."""

    def __init__(self, lake, accounts, publisher=False):
        """Take `{account: path}`; an account whose path is of another organization is in that one."""
        self.document = copy.deepcopy(lake.document)
        own = self.document["organization"]["accounts"]
        for account, path in accounts.items():
            if path.startswith(ORGANIZATION):
                own[account] = {"path": path}
            else:
                own.pop(account, None)
            # IAM takes a name once, whatever its path.
            names = (UNPROTECTED,) if account == OTHER_PATH else (READER, "codepipeline/somebody-else")
            roles = [
                {"Arn": role(account, name), "Policies": [{"PolicyName": "all", "PolicyDocument": EVERYTHING}]}
                for name in names
            ]
            self.document["accounts"][account] = {"iam": {"Roles": roles}}
        if publisher:
            self.document["accounts"]["100000000001"]["iam"]["Roles"].append({"Arn": PUBLISHER, "Policies": []})
        self._prepared = prepare_estate(self.document)
        (self.key,) = (
            key["Arn"]
            for key in lake.region["kms"]["Keys"]
            if "alias/acme-dev-artifacts-100000000001" in key["Aliases"]
        )

    def request(self, principal, action, resource, **context):
        keys = {"aws:SecureTransport": "true"} | {key.replace("__", ":"): value for key, value in context.items()}
        case = {"principal": principal, "action": action, "resource": resource, "context": keys}
        return answer({**case, "estate": self.document}, lambda _: self._prepared)

    def decrypt(self, principal):
        context = {
            "kms__ViaService": "s3.eu-west-1.amazonaws.com",
            "kms__EncryptionContext:aws:s3:arn": BUCKET,
        }
        return self.request(principal, "kms:Decrypt", self.key, **context)


@pytest.fixture(scope="module")
def shared(lake):
    ours = {"100000000011": OURS, "100000000012": BELOW, OTHER_PATH: OURS}
    return Shared(lake, {**ours, "100000000021": SIBLING, "200000000001": "o-2bbbbbbbbb/"})


def denied_by(decision, layer="resource"):
    """The statements of one layer that deny, after checking that both readings do."""
    assert (decision["verdict"], decision["may"]) == ("EXPLICIT_DENY", "EXPLICIT_DENY")
    return {reason["statement"] for reason in decision["reasons"] if reason["layer"] == layer}


@pytest.mark.parametrize("account", ["100000000011", "100000000012"], ids=["in the OU", "in an OU below it"])
def test_the_pipeline_of_an_account_in_the_ou_reads(shared, account):
    """Object, version and listing, and decryption through S3: certain, since every other door is open."""
    for action, resource in [("s3:GetObject", BUNDLE), ("s3:GetObjectVersion", BUNDLE), ("s3:ListBucket", BUCKET)]:
        assert shared.request(role(account), action, resource)["verdict"] == "ALLOW"
    assert shared.decrypt(role(account))["verdict"] == "ALLOW"


def test_a_sibling_ou_whose_id_begins_alike_is_refused(shared):
    """`ou-1aaa-aaaaaaaab` isn't below `ou-1aaa-aaaaaaaa/`: the paths deny the object, and the key allows nothing."""
    decision = shared.request(role("100000000021"), "s3:GetObject", BUNDLE)

    assert denied_by(decision) == {"DenyObjectsOutsideTheOrgPaths"}
    assert shared.decrypt(role("100000000021"))["blockedBy"] == ["key"]


def test_another_organization_is_refused(shared):
    """The same name in a foreign organization: denied by the organization's id, and the key allows nothing."""
    decision = shared.request(role("200000000001"), "s3:GetObject", BUNDLE, aws__PrincipalOrgID="o-2bbbbbbbbb")

    assert "DenyObjectsOutsideTheOrganization" in denied_by(decision)
    assert shared.decrypt(role("200000000001"))["blockedBy"] == ["key"]


@pytest.mark.parametrize(
    "other",
    [role("100000000011", "codepipeline/somebody-else"), role(OTHER_PATH, UNPROTECTED)],
    ids=["other name", "outside the path"],
)
def test_another_role_of_the_ou_is_refused(shared, other):
    """Another name, and the same name outside the protected path: denied as a role that nobody named."""
    assert denied_by(shared.request(other, "s3:GetObject", BUNDLE)) == {"DenyObjectsToRolesThatNobodyNamed"}
    assert shared.decrypt(other)["blockedBy"] == ["key"]


def test_an_account_that_moved_out_is_refused_at_once(lake):
    """Nothing is redeployed: the account's path is another one, or it is in no organization any more."""
    moved = Shared(lake, {"100000000011": f"{ORGANIZATION}/r-1aaa/ou-1aaa-cccccccc/"})
    gone = Shared(lake, {"100000000011": "o-2bbbbbbbbb/"})

    decision = moved.request(role("100000000011"), "s3:GetObject", BUNDLE)
    assert denied_by(decision) == {"DenyObjectsOutsideTheOrgPaths"}
    decision = gone.request(role("100000000011"), "s3:GetObject", BUNDLE)
    assert denied_by(decision) == {"DenyObjectsOutsideTheOrgPaths", "DenyObjectsOutsideTheOrganization"}


def test_anonymous_is_refused(shared):
    """Who signs nothing is in no organization."""
    decision = shared.request("anonymous", "s3:GetObject", BUNDLE)

    assert "DenyObjectsOutsideTheOrganization" in denied_by(decision)


def test_plain_http_is_refused(shared):
    """The right role over plain HTTP is denied by that alone."""
    decision = shared.request(role("100000000011"), "s3:GetObject", BUNDLE, aws__SecureTransport="false")

    assert denied_by(decision) == {"DenyPlainHttp"}


def test_the_buckets_settings_are_its_own_accounts(shared):
    """`s3:GetBucketPolicy` would show who else reads: denied to the readers, by name of the reason."""
    decision = shared.request(role("100000000011"), "s3:GetBucketPolicy", BUCKET)

    assert denied_by(decision) == {"DenySettingsToOtherAccounts"}


@pytest.mark.parametrize("action", ["s3:PutObject", "s3:DeleteObjectVersion"])
def test_readers_change_nothing(shared, action):
    """Only the publisher writes, and nobody deletes a version."""
    assert denied_by(shared.request(role("100000000011"), action, BUNDLE)) == {"DenyChangesToAllButWriters"}


def test_the_publisher_writes(lake):
    """The positive twin: the writer puts, and uses the key for it."""
    shared = Shared(lake, {"100000000011": OURS}, publisher=True)
    context = {"kms__ViaService": "s3.eu-west-1.amazonaws.com", "kms__EncryptionContext:aws:s3:arn": BUCKET}

    assert shared.request(PUBLISHER, "s3:PutObject", BUNDLE)["verdict"] == "ALLOW"
    assert shared.request(PUBLISHER, "kms:GenerateDataKey", shared.key, **context)["verdict"] == "ALLOW"


def test_the_bucket_isnt_public(lake):
    """All four settings of Block Public Access, and the classifier of the access model takes the policy for closed."""
    (bucket,) = (found for found in lake.region["s3"]["Buckets"] if found["Name"] == BUCKET.rpartition(":")[2])
    case = {
        "principal": role("100000000011"),
        "action": "s3:GetObject",
        "resource": BUNDLE,
        "resourceAccount": "100000000001",
        "context": {
            "aws:PrincipalOrgID": ORGANIZATION,
            "aws:PrincipalOrgPaths": [OURS],
            "aws:SecureTransport": "true",
        },
        "identityPolicies": [EVERYTHING],
        "resourcePolicy": bucket["Policy"],
        "settings": {"s3": {"blockPublicAccess": bucket["PublicAccessBlock"]}},
    }
    opened = copy.deepcopy(case)
    for statement in opened["resourcePolicy"]["Statement"]:
        if statement["Sid"].startswith("AllowReadersInOrgPath"):
            del statement["Condition"]["StringEquals"]

    assert set(bucket["PublicAccessBlock"].values()) == {True}
    assert answer({"id": "1", **case})["verdict"] == "ALLOW"
    refused = answer({"id": "2", **opened})
    assert (refused["verdict"], refused["may"]) == ("EXPLICIT_DENY", "ALLOW")
    assert refused["blockedBy"] == ["public-access-block"]


def test_bucket_and_key_say_the_same_of_the_readers(lake):
    """One value stands in both documents: the conditions on who reads are equal, letter by letter."""
    (bucket,) = (found for found in lake.region["s3"]["Buckets"] if found["Name"] == BUCKET.rpartition(":")[2])
    (key,) = (k for k in lake.region["kms"]["Keys"] if "alias/acme-dev-artifacts-100000000001" in k["Aliases"])
    of_key, of_bucket = (
        next(s["Condition"] for s in policy["Statement"] if s["Sid"].startswith("AllowReadersInOrgPath"))
        for policy in (key["Policy"], bucket["Policy"])
    )

    assert of_bucket == {
        "ArnLike": of_key["ArnLike"],
        "ForAnyValue:StringLike": of_key["ForAnyValue:StringLike"],
        "StringEquals": {"aws:PrincipalOrgID": of_key["StringEquals"]["aws:PrincipalOrgID"]},
    }
