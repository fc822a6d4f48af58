"""
Conditions of a statement, typed so that the mistakes of `semantics.md` A5 and A6 can't be written.

A condition is made by a condition key: `PRINCIPAL_ARN.not_like(role)`. A key that holds one value has no set
operators and a key that holds several has only set operators, since a set operator on a single-valued key matches
too much (`systems.md` K2) and a multivalued key without one never matches (A4-6).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lakeward.documents.errors import MalformedDocumentError
from lakeward.identifiers import OrgPathPattern


@dataclass(frozen=True)
class ConditionKey:
    """A key of the request's context, by the name AWS gives it."""

    name: str

    def present(self) -> Condition:
        """Match requests that carry the key, whatever its value."""
        return Condition(Operator.NULL, self, ("false",))


@dataclass(frozen=True)
class StringKey(ConditionKey):
    """A key with one text as its value."""

    def equals(self, *values: str) -> Condition:
        """Match one of the values, letter by letter; no wildcards."""
        return Condition(Operator.STRING_EQUALS, self, values)

    def not_equals(self, *values: str) -> Condition:
        """Match any other value, and a request without the key."""
        return Condition(Operator.STRING_NOT_EQUALS, self, values)

    def like(self, *patterns: str) -> Condition:
        """Match one of the patterns; `*` spans everything, slashes included."""
        return Condition(Operator.STRING_LIKE, self, patterns)

    def not_like(self, *patterns: str) -> Condition:
        """Match whatever fits no pattern, and a request without the key."""
        return Condition(Operator.STRING_NOT_LIKE, self, patterns)


@dataclass(frozen=True)
class ArnKey(ConditionKey):
    """A key with one ARN as its value; `*` stays within one of the ARN's six segments (A2-3)."""

    def like(self, *patterns: str) -> Condition:
        """Match one of the patterns."""
        return Condition(Operator.ARN_LIKE, self, patterns)

    def not_like(self, *patterns: str) -> Condition:
        """Match whatever fits no pattern, and a request without the key."""
        return Condition(Operator.ARN_NOT_LIKE, self, patterns)


@dataclass(frozen=True)
class TruthKey(ConditionKey):
    """A key that is true or false."""

    def is_true(self) -> Condition:
        """Match where the key is there and true."""
        return Condition(Operator.BOOL, self, ("true",))

    def is_false(self) -> Condition:
        """Match where the key is there and false."""
        return Condition(Operator.BOOL, self, ("false",))

    def is_not_true(self) -> Condition:
        """Match where the key is false, and a request without it, as an anonymous one is."""
        return Condition(Operator.BOOL_IF_EXISTS, self, ("false",))


@dataclass(frozen=True)
class AddressKey(ConditionKey):
    """A key with an IP address as its value."""

    def outside(self, *networks: str) -> Condition:
        """Match an address in none of the networks, and a request without the key: any through an endpoint (C3)."""
        return Condition(Operator.NOT_IP_ADDRESS, self, networks)


@dataclass(frozen=True)
class StringsKey(ConditionKey):
    """A key with any number of texts as its value."""

    def any_equals(self, *values: str) -> Condition:
        """Match if one of the request's values is one of these; never without the key (A6-1)."""
        return Condition(Operator.ANY_STRING_EQUALS, self, values)

    def none_equals(self, *values: str) -> Condition:
        """Match if none of the request's values is one of these, and a request without the key (A6-3)."""
        return Condition(Operator.ALL_STRING_NOT_EQUALS, self, values)


@dataclass(frozen=True)
class OrgPathsKey(StringsKey):
    """The organization paths of a caller's account; absent where it is in no organization (A7)."""

    def within(self, *patterns: OrgPathPattern) -> Condition:
        """Match a caller whose account stands in one of these; never without the key (A6-1)."""
        return Condition(Operator.ANY_STRING_LIKE, self, tuple(map(OrgPathPattern, patterns)))

    def outside(self, *patterns: OrgPathPattern) -> Condition:
        """Match a caller whose account stands in none of these, and one in no organization (A6-3)."""
        return Condition(Operator.ALL_STRING_NOT_LIKE, self, tuple(map(OrgPathPattern, patterns)))


class Operator(Enum):
    """An operator, the keys it takes, whether it reads wildcards, and whether it matches a missing key (A5)."""

    STRING_EQUALS = ("StringEquals", StringKey, False, False)
    STRING_NOT_EQUALS = ("StringNotEquals", StringKey, False, True)
    STRING_LIKE = ("StringLike", StringKey, True, False)
    STRING_NOT_LIKE = ("StringNotLike", StringKey, True, True)
    ARN_LIKE = ("ArnLike", ArnKey, True, False)
    ARN_NOT_LIKE = ("ArnNotLike", ArnKey, True, True)
    BOOL = ("Bool", TruthKey, False, False)
    BOOL_IF_EXISTS = ("BoolIfExists", TruthKey, False, True)
    NOT_IP_ADDRESS = ("NotIpAddress", AddressKey, False, True)
    NULL = ("Null", ConditionKey, False, False)
    ANY_STRING_EQUALS = ("ForAnyValue:StringEquals", StringsKey, False, False)
    ALL_STRING_NOT_EQUALS = ("ForAllValues:StringNotEquals", StringsKey, False, True)
    ANY_STRING_LIKE = ("ForAnyValue:StringLike", OrgPathsKey, True, False)
    ALL_STRING_NOT_LIKE = ("ForAllValues:StringNotLike", OrgPathsKey, True, True)

    def __init__(
        self,
        spelled: str,
        takes: type[ConditionKey],
        reads_wildcards: bool,  # noqa: FBT001  # enum members are built positionally
        matches_missing_key: bool,  # noqa: FBT001
    ) -> None:
        self.spelled = spelled
        self.takes = takes
        self.reads_wildcards = reads_wildcards
        self.matches_missing_key = matches_missing_key


@dataclass(frozen=True)
class Condition:
    """
    One operator on one key, with the values of which any matches (none, for a negated operator).

    Raises:
        MalformedDocumentError: the operator doesn't take this kind of key, there is no value, or a value holds a
            wildcard that the operator would read as a plain character.

    """

    operator: Operator
    key: ConditionKey
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what AWS would accept and evaluate otherwise than it reads."""
        if not isinstance(self.key, self.operator.takes):
            raise MalformedDocumentError(f"`{self.operator.spelled}` doesn't take the key `{self.key.name}`")
        if not self.values:
            raise MalformedDocumentError(f"`{self.operator.spelled}` of `{self.key.name}` has no value")
        if not self.operator.reads_wildcards and any(set("*?") & set(value) for value in self.values):
            raise MalformedDocumentError(f"`{self.operator.spelled}` of `{self.key.name}` takes a wildcard literally")


PRINCIPAL_ARN = ArnKey("aws:PrincipalArn")
"""The role of the caller, never its session; absent for AWS services acting for themselves (A7)."""
PRINCIPAL_ACCOUNT = StringKey("aws:PrincipalAccount")
PRINCIPAL_ORGANIZATION = StringKey("aws:PrincipalOrgID")
"""Absent for accounts without an organization, for AWS services, and for calls with a provider's token (A7, A14-8)."""
PRINCIPAL_ORG_PATHS = OrgPathsKey("aws:PrincipalOrgPaths")
PRINCIPAL_IS_AWS_SERVICE = TruthKey("aws:PrincipalIsAWSService")
RESOURCE_ACCOUNT = StringKey("aws:ResourceAccount")
RESOURCE_ORGANIZATION = StringKey("aws:ResourceOrgID")
REQUESTED_REGION = StringKey("aws:RequestedRegion")
SECURE_TRANSPORT = TruthKey("aws:SecureTransport")
SOURCE_ACCOUNT = StringKey("aws:SourceAccount")
SOURCE_ARN = ArnKey("aws:SourceArn")
SOURCE_ORGANIZATION = StringKey("aws:SourceOrgID")
SOURCE_ADDRESS = AddressKey("aws:SourceIp")
SOURCE_VPC = StringKey("aws:SourceVpc")
"""Only on requests that came through an endpoint themselves; ids are unique per Region only (C3)."""
ENDPOINT_ORGANIZATION = StringKey("aws:VpceOrgID")
VIA_AWS_SERVICE = TruthKey("aws:ViaAWSService")
"""True where a service forwards the caller's own credentials; false for Lake Formation's vended ones (C2)."""

KEY_ALIASES = StringsKey("kms:ResourceAliases")
"""The aliases of the key in question: how an identity policy names a key whose id isn't known yet (P2)."""
GRANT_FOR_AWS = TruthKey("kms:GrantIsForAWSResource")
"""True where a service makes a grant for a resource of its own, which alone can use it."""
VIA_SERVICE = StringKey("kms:ViaService")
CONTEXT_S3_ARN = StringKey("kms:EncryptionContext:aws:s3:arn")
"""What S3 encrypts for: the bucket with a bucket key, the object without (A15-6)."""
CONTEXT_FUNCTION_ARN = StringKey("kms:EncryptionContext:aws:lambda:FunctionArn")
"""What Lambda encrypts a function's environment for."""
CONTEXT_TRAIL_ARN = StringKey("kms:EncryptionContext:aws:cloudtrail:arn")

CANNED_ACL = StringKey("s3:x-amz-acl")
ENCRYPTION_ALGORITHM = StringKey("s3:x-amz-server-side-encryption")
ENCRYPTION_KEY = ArnKey("s3:x-amz-server-side-encryption-aws-kms-key-id")
ENCRYPTION_CUSTOMER_ALGORITHM = StringKey("s3:x-amz-server-side-encryption-customer-algorithm")
LISTED_PREFIX = StringKey("s3:prefix")

SAML_AUDIENCE = StringKey("SAML:aud")


def oidc_audience(issuer: str) -> StringKey:
    """Return the key of a web identity token's audience; `issuer` without its scheme."""
    return StringKey(f"{issuer}:aud")


def oidc_subject(issuer: str) -> StringKey:
    """Return the key of a web identity token's subject; `issuer` without its scheme."""
    return StringKey(f"{issuer}:sub")
