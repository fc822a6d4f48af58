"""Policies name principals that exist, or are refused."""

from __future__ import annotations

import json

import pytest


def policy(principal, effect="Allow", element="Principal", resource="*"):
    statement = {"Effect": effect, element: principal, "Action": "*", "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(principal):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def known(account, iam, new_role):
    """Make one principal of each kind."""
    new_role("known")
    iam.create_user(UserName="known")
    iam.create_saml_provider(Name="known", SAMLMetadataDocument="<m>" + "-" * 1000 + "</m>")
    iam.create_open_id_connect_provider(Url="https://known.example", ClientIDList=["sts.amazonaws.com"])
    return account


EXISTING = [
    {"AWS": "arn:aws:iam::{account}:role/known"},
    {"AWS": "arn:aws:iam::{account}:user/known"},
    {"AWS": "arn:aws:sts::{account}:assumed-role/known/session"},
    {"AWS": "arn:aws:iam::{account}:root"},
    {"AWS": "{account}"},
    {"AWS": "arn:aws:iam::211111111114:root"},
    {"AWS": ["arn:aws:iam::{account}:role/known", "*"]},
    {"AWS": "AROAEXAMPLEROLEID1234"},
    {"Service": "lakeformation.amazonaws.com"},
    {"Federated": "arn:aws:iam::{account}:saml-provider/known"},
    {"Federated": "arn:aws:iam::{account}:oidc-provider/known.example"},
    {"Federated": "cognito-identity.amazonaws.com"},
]
MISSING = [
    {"AWS": "arn:aws:iam::{account}:role/unknown"},
    {"AWS": "arn:aws:iam::{account}:role/path/known"},
    {"AWS": "arn:aws:iam::{account}:user/unknown"},
    {"AWS": "arn:aws:iam::{account}:group/known"},
    {"AWS": "arn:aws:sts::{account}:assumed-role/unknown/session"},
    {"AWS": "arn:aws:iam::211111111114:role/known"},
    {"AWS": ["arn:aws:iam::{account}:root", "arn:aws:iam::{account}:role/unknown"]},
    {"AWS": "known"},
    {"AWS": "arn:aws:iam::{account}:role/kn*"},
    {"Federated": "arn:aws:iam::{account}:saml-provider/unknown"},
    {"Federated": "arn:aws:iam::{account}:oidc-provider/unknown.example"},
]


def filled(principal, account):
    return json.loads(json.dumps(principal).replace("{account}", account))


@pytest.mark.parametrize("principal", EXISTING, ids=json.dumps)
def test_role_trusts_what_exists(iam, known, principal):
    """Trust policies with existing principals are stored as given."""
    document = trust(filled(principal, known))
    iam.create_role(RoleName="subject", AssumeRolePolicyDocument=document)

    assert json.loads(document) == iam.get_role(RoleName="subject")["Role"]["AssumeRolePolicyDocument"]


@pytest.mark.parametrize("principal", MISSING, ids=json.dumps)
def test_role_doesnt_trust_what_doesnt_exist(iam, known, principal, refused):
    """A role whose trust names nobody isn't created, and none is changed to it."""
    with refused("MalformedPolicyDocument", "Invalid principal in policy"):
        iam.create_role(RoleName="subject", AssumeRolePolicyDocument=trust(filled(principal, known)))
    with refused("MalformedPolicyDocument", "Invalid principal in policy"):
        iam.update_assume_role_policy(RoleName="known", PolicyDocument=trust(filled(principal, known)))

    assert "subject" not in {role["RoleName"] for role in iam.list_roles()["Roles"]}


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
@pytest.mark.parametrize("element", ["Principal", "NotPrincipal"])
def test_bucket_policy_names_what_exists(session, known, refused, effect, element):
    """A bucket's policy is checked in both effects and both elements; a good one after a bad one is stored."""
    s3 = session.client("s3")
    bucket = f"lake-{known}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    good, bad = (
        policy({"AWS": f"arn:aws:iam::{known}:role/{name}"}, effect, element, f"arn:aws:s3:::{bucket}")
        for name in ("known", "unknown")
    )

    with refused("MalformedPolicy", "Invalid principal in policy"):
        s3.put_bucket_policy(Bucket=bucket, Policy=bad)
    s3.put_bucket_policy(Bucket=bucket, Policy=good)

    assert json.loads(good) == json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])


def test_key_policy_names_what_exists(session, known, refused):
    """A key's policy is checked when it is created and when it is changed."""
    kms = session.client("kms")
    good, bad = (policy({"AWS": f"arn:aws:iam::{known}:role/{name}"}) for name in ("known", "unknown"))
    key = kms.create_key(Policy=good)["KeyMetadata"]["KeyId"]

    with refused("MalformedPolicyDocumentException", "role/unknown"):
        kms.create_key(Policy=bad)
    with refused("MalformedPolicyDocumentException", "role/unknown"):
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=bad)

    assert good == kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    assert [key] == [entry["KeyId"] for entry in kms.list_keys()["Keys"]]


def test_everyone_is_a_principal(session, known):
    """`*` needs no existence."""
    kms = session.client("kms")

    assert kms.create_key(Policy=policy("*"))["KeyMetadata"]["KeyId"]
    assert kms.create_key(Policy=policy({"AWS": "*"}))["KeyMetadata"]["KeyId"]


@pytest.fixture
def function(session, new_role):
    """Make a function and return a client that can change who may invoke it."""
    client = session.client("lambda")
    client.create_function(
        FunctionName="invoked", Role=new_role("works"), Runtime="python3.12", Handler="a.b", Code={"ZipFile": b""}
    )
    return client


@pytest.mark.parametrize(
    ("principal", "kind"), [("arn:aws:iam::{account}:role/works", "AWS"), ("s3.amazonaws.com", "Service")]
)
def test_function_is_invoked_by_what_exists(function, account, principal, kind):
    """Who may invoke a function reads back as a principal of a policy."""
    principal = principal.replace("{account}", account)
    function.add_permission(
        FunctionName="invoked", StatementId="A", Action="lambda:InvokeFunction", Principal=principal
    )
    (statement,) = json.loads(function.get_policy(FunctionName="invoked")["Policy"])["Statement"]

    assert {kind: principal} == statement["Principal"]


def test_function_isnt_invoked_by_what_doesnt_exist(function, account, refused):
    """A permission for nobody isn't stored."""
    with refused("InvalidParameterValueException", "principal was invalid"):
        function.add_permission(
            FunctionName="invoked",
            StatementId="A",
            Action="lambda:InvokeFunction",
            Principal=f"arn:aws:iam::{account}:role/unknown",
        )
