"""KMS keys with their aliases, policies and grants."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.reading import entry
from lakeward.estate.sources.sections import KEYS
from lakeward.estate.sources.values import Json, document, given, is_unknown, items, mapping, text, token

KEY = "aws:kms/key:Key"


def key_arn(resource: DeclaredResource, member: str, value: Json, declarations: Declarations) -> Json:
    """
    Return the ARN of the key that a value names by its ARN, its id or a token of either.

    So that whoever refers to a key and the key itself say the same. What names no key of the stack stays as it is.
    """
    if value is None:
        return None
    key = declarations.referred(resource, member, KEY, value=value)
    return declarations.identity(key, "arn") if key else value


def _key(key: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    root = declarations.arn("iam", "root")
    yield entry(
        KEYS,
        key,
        declarations,
        {
            "Arn": declarations.identity(key, "arn"),
            "Policy": document(key.inputs.get("policy")),
            "Tags": key.tags,
        },
        defaults={
            "Aliases": [],
            "Grants": [],
            # What KMS writes when a key is created without a policy: the account's own IAM policies decide.
            "Policy": {
                "Version": "2012-10-17",
                "Id": "key-default-1",
                "Statement": [
                    {
                        "Sid": "Enable IAM User Permissions",
                        "Effect": "Allow",
                        "Principal": {"AWS": root},
                        "Action": "kms:*",
                        "Resource": "*",
                    }
                ],
            },
        },
    )


def _alias(alias: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    name = text(alias.inputs.get("name")) or declarations.identity(alias, "name")
    yield _child(alias, "targetKeyId", declarations, {"Aliases": [name]})


def _key_policy(policy: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    yield _child(policy, "keyId", declarations, {"Policy": document(policy.inputs.get("policy"))})


def _grant(grant: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    inputs = grant.inputs
    constraints = [mapping(constraint) for constraint in items(inputs.get("constraints"))]
    said: dict[str, Json] = given(
        GranteePrincipal=inputs.get("granteePrincipal"),
        Operations=inputs.get("operations"),
        Constraints={
            member: constraint[name]
            for constraint in constraints
            for name, member in (
                ("encryptionContextEquals", "EncryptionContextEquals"),
                ("encryptionContextSubset", "EncryptionContextSubset"),
            )
            if constraint.get(name)
        }
        or None,
    )
    yield _child(grant, "keyId", declarations, {"Grants": [said]})


def _child(resource: DeclaredResource, member: str, declarations: Declarations, members: dict[str, Json]) -> Entry:
    arn = key_arn(resource, member, resource.inputs.get(member), declarations)
    if arn is None or is_unknown(arn):
        arn = token(resource.name, member)
    return entry(KEYS, resource, declarations, {"Arn": arn, **members}, defines=False)


READERS = {
    KEY: _key,
    "aws:kms/alias:Alias": _alias,
    "aws:kms/grant:Grant": _grant,
    "aws:kms/keyPolicy:KeyPolicy": _key_policy,
}
