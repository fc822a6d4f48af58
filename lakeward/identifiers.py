"""
Identifiers: texts with a form, checked when they are made.

Each class is a `str` that has been parsed: frozen, ordered, hashable, ready for JSON, and equal to its own text.
A value that exists is well formed; a text that isn't raises `InvalidIdentifierError` with the remedy. Pydantic
fields may use them as types.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any, ClassVar

from lakeward.errors import InvalidIdentifierError, quote

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema
    from typing_extensions import Self

STACK_TAG = "lakeward:stack"
"""The tag by which a stack's resources are told from everything else in their account."""


class Identifier(str):
    """Base: subclasses state their form as a pattern, in words for people, and what to type instead."""

    __slots__ = ()

    pattern: ClassVar[re.Pattern[str]]
    noun: ClassVar[str]
    """What it is, with its article."""
    remedy: ClassVar[str]

    def __new__(cls, text: str) -> Self:
        if not isinstance(text, str):
            raise InvalidIdentifierError(f"{quote(text)} isn't {cls.noun}", cls.remedy)
        cls.check(text)
        return super().__new__(cls, text)

    @classmethod
    def check(cls, text: str) -> None:
        """Raise `InvalidIdentifierError` unless `text` has the form; subclasses add what a pattern can't say."""
        if cls.pattern.fullmatch(text) is None:
            raise InvalidIdentifierError(f"{quote(text)} isn't {cls.noun}", cls.remedy)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        from pydantic_core import core_schema  # noqa: PLC0415  # only models ask, and the import takes its time

        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema(strict=True))


class Digits(Identifier):
    """Digits that YAML and the engine take for a number where nobody quotes them (`platform.md` section 1, rule 7)."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        from pydantic_core import core_schema  # noqa: PLC0415  # only models ask, and the import takes its time

        return core_schema.no_info_before_validator_function(
            cls._digits, super().__get_pydantic_core_schema__(source, handler)
        )

    @staticmethod
    def _digits(value: object) -> object:
        """Return a number as it is written; anything else as it is."""
        raise NotImplementedError


class AccountId(Digits):
    """
    An AWS account's id: 12 digits.

    As a pydantic field it takes a number too, which is what YAML and the engine make of unquoted digits
    (`platform.md` section 1, rule 7).
    """

    __slots__ = ()
    pattern = re.compile(r"[0-9]{12}")
    noun = "an account id"
    remedy = "give its 12 digits, in quotes"

    @staticmethod
    def _digits(value: object) -> object:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return f"{value:012d}" if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else value


class RegionName(Identifier):
    """A Region, such as `eu-west-1`; it decides the partition and the DNS suffix of everything in it."""

    __slots__ = ()
    pattern = re.compile(r"(?:us-gov|us|eu|ap|sa|ca|me|af|il|mx|cn)-[a-z]+-[1-9]")
    noun = "a Region"
    remedy = "give its code, such as `eu-west-1`"

    @property
    def aws_partition(self) -> str:
        """`aws`, `aws-cn` or `aws-us-gov`."""
        if self.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.startswith("us-gov-") else "aws"

    @property
    def dns_suffix(self) -> str:
        """`amazonaws.com`, or China's own."""
        return "amazonaws.com.cn" if self.aws_partition == "aws-cn" else "amazonaws.com"


class Arn(Identifier):
    """
    An Amazon Resource Name: `arn:partition:service:region:account:resource`.

    >>> Arn("arn:aws:iam::111111111111:role/reader").resource
    'role/reader'
    """

    __slots__ = ()
    pattern = re.compile(r"arn:aws(?:-cn|-us-gov)?:[a-z0-9-]+:[a-z0-9-]*:(?:[0-9]{12}|aws|):[\x21-\x7e]+")
    noun = "an ARN"
    remedy = "give `arn:partition:service:region:account:resource`"

    @classmethod
    def of(cls, region: RegionName, service: str, account: str, resource: str, *, regional: bool = True) -> Self:
        """Put an ARN together in the Region's partition; global services leave the Region out."""
        return cls(f"arn:{region.aws_partition}:{service}:{region if regional else ''}:{account}:{resource}")

    @property
    def aws_partition(self) -> str:
        """`aws`, `aws-cn` or `aws-us-gov`."""
        return self.split(":", 5)[1]

    @property
    def service(self) -> str:
        """The service's prefix, such as `iam`."""
        return self.split(":", 5)[2]

    @property
    def region(self) -> str:
        """The Region; empty for global services."""
        return self.split(":", 5)[3]

    @property
    def account(self) -> str:
        """The account's 12 digits; empty where the service has none (S3), `aws` for AWS's own resources."""
        return self.split(":", 5)[4]

    @property
    def resource(self) -> str:
        """Everything after the account."""
        return self.split(":", 5)[5]


class RoleArn(Arn):
    """The ARN of an IAM role; never that of one of its sessions, or of an account's root."""

    __slots__ = ()
    pattern = re.compile(
        r"arn:aws(?:-cn|-us-gov)?:iam::[0-9]{12}:role/(?:[\x21-\x29\x2b-\x2e\x30-\x3e\x40-\x7e]+/)*[\w+=,.@-]{1,64}",
        re.ASCII,
    )
    noun = "the ARN of an IAM role"
    remedy = "give `arn:aws:iam::<account>:role/<name>`"

    @classmethod
    def check(cls, text: str) -> None:
        if re.fullmatch(r"arn:aws[a-z-]*:iam::[0-9]*:root|[0-9]{12}", text):
            raise InvalidIdentifierError(
                f"{quote(text)} is a whole account, so everyone whom that account's administrators allow",
                f"name one role: {cls.remedy}",
            )
        if session := re.fullmatch(r"(arn:aws[a-z-]*):sts::([0-9]{12}):assumed-role/([^/]+)/.*", text):
            partition, account, name = session.groups()
            raise InvalidIdentifierError(
                f"{quote(text)} is a session of a role, gone within hours",
                f"give the role's own: {quote(f'{partition}:iam::{account}:role/{name}')}, with its path if it has one",
            )
        super().check(text)

    @property
    def name(self) -> str:
        """The role's name, without its path."""
        return self.rsplit("/", 1)[1]

    @property
    def path(self) -> str:
        """The role's path, with slashes at both ends; `/` for most."""
        return self.resource[len("role") : -len(self.name)]


class SamlProviderArn(Arn):
    """The ARN of a SAML provider of IAM."""

    __slots__ = ()
    pattern = re.compile(r"arn:aws(?:-cn|-us-gov)?:iam::[0-9]{12}:saml-provider/[\w._-]{1,128}", re.ASCII)
    noun = "the ARN of a SAML provider"
    remedy = "give `arn:aws:iam::<account>:saml-provider/<name>`"


class OidcProviderArn(Arn):
    """The ARN of an OpenID Connect provider of IAM."""

    __slots__ = ()
    pattern = re.compile(
        r"arn:aws(?:-cn|-us-gov)?:iam::[0-9]{12}:oidc-provider/[a-z0-9.-]+(?::[0-9]+)?(?:/[\w.~/-]*)?", re.ASCII
    )
    noun = "the ARN of an OpenID Connect provider"
    remedy = "give `arn:aws:iam::<account>:oidc-provider/<issuer without https://>`"

    @property
    def issuer(self) -> str:
        """The issuer without its scheme, as the condition keys `<issuer>:aud` and `<issuer>:sub` spell it."""
        return self.resource.removeprefix("oidc-provider/")


class OrganizationId(Identifier):
    """An organization's id."""

    __slots__ = ()
    pattern = re.compile(r"o-[a-z0-9]{10,32}")
    noun = "an organization's id"
    remedy = "give `o-` and 10 to 32 lower-case letters and digits"


class OrgPath(Identifier):
    """
    Where an account or OU stands in its organization: `o-…/r-…/ou-…/`, with the slash at the end.

    It is a value of `aws:PrincipalOrgPaths` (`semantics.md` A7); without the trailing slash a pattern over
    `ou-ab12-1111` would reach `ou-ab12-11112222` too, so it is required (`systems.md` K5).
    """

    __slots__ = ()
    pattern = re.compile(
        r"o-[a-z0-9]{10,32}/r-[a-z0-9]{4,32}/(?:ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}/){0,5}",
    )
    noun = "an organization path"
    remedy = "give `o-…/r-…/ou-…/`, with a slash at the end"

    @property
    def organization(self) -> OrganizationId:
        """The organization it belongs to."""
        return OrganizationId(self.split("/", 1)[0])

    def children(self) -> OrgPathPattern:
        """Return the pattern of the accounts directly in this OU, and of none further down."""
        return OrgPathPattern(self)

    def subtree(self) -> OrgPathPattern:
        """Return the pattern of the accounts in this OU and in all OUs below it."""
        return OrgPathPattern(f"{self}*")


class OrgPathPattern(Identifier):
    """
    Which paths are meant: one path, or it and all below it: `o-…/r-…/ou-…/*`.

    The wildcard stands only behind a slash, so that no sibling whose id begins alike matches (`systems.md` K5).
    """

    __slots__ = ()
    pattern = re.compile(rf"(?:{OrgPath.pattern.pattern})\*?")
    noun = "a pattern of organization paths"
    remedy = "give `o-…/r-…/ou-…/`, or the same with `*` behind the last slash"

    @property
    def organization(self) -> OrganizationId:
        """The organization it belongs to."""
        return OrganizationId(self.split("/", 1)[0])


class RolePath(Identifier):
    """The path of IAM roles, of at least one part; who may make roles below it is for the organization to say."""

    __slots__ = ()
    pattern = re.compile(r"/(?:[A-Za-z0-9+=,.@_-]{1,64}/)+")
    noun = "the path of roles"
    remedy = "give `/<part>/`, with slashes at both ends and at least one part"


class RoleNamePattern(Identifier):
    """
    How roles are named: a name, or the fixed end or beginning of one, with `*` for the rest.

    At least six characters are fixed, and one wildcard is all: `*-codepipeline-rl`.
    """

    __slots__ = ()
    pattern = re.compile(r"\*[\w+=,.@-]{6,63}|[\w+=,.@-]{6,63}\*|[\w+=,.@-]{1,64}", re.ASCII)
    noun = "a pattern of role names"
    remedy = "give a role's name, or at least 6 characters of it with one `*` first or last"


class Recipient(Identifier):
    """
    With whom another account's data are shared: a role, an account, or an OU by its ARN.

    Never the whole organization: an account that joins it tomorrow would read from its first day on (`SHR005`).
    """

    __slots__ = ()
    _OU = re.compile(
        r"arn:aws(?:-cn|-us-gov)?:organizations::[0-9]{12}:ou/(o-[a-z0-9]{10,32})/(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})"
    )
    pattern = re.compile(rf"[0-9]{{12}}|{_OU.pattern}|{RoleArn.pattern.pattern}", re.ASCII)
    noun = "whom to share with"
    remedy = (
        "give the ARN of a role, an account's 12 digits in quotes, or `arn:aws:organizations::<management>:ou/o-…/ou-…`"
    )

    @classmethod
    def check(cls, text: str) -> None:
        if re.fullmatch(r"arn:[\w-]+:organizations::[0-9]{12}:organization/\S+", text):
            raise InvalidIdentifierError(
                f"{quote(text)} is every account there is and will be", "name a role, an account or an OU"
            )
        super().check(text)

    @property
    def role(self) -> RoleArn | None:
        """The role, where it is one."""
        return RoleArn(self) if ":iam:" in self else None

    @property
    def account(self) -> AccountId | None:
        """The account, where it is one or a role of one."""
        if self.role is not None:
            return AccountId(self.role.account)
        return AccountId(self) if self.isdigit() else None

    @property
    def unit(self) -> tuple[OrganizationId, str] | None:
        """The organization and the id of the OU, where it is one."""
        found = self._OU.fullmatch(self)
        return (OrganizationId(found[1]), found[2]) if found else None


class PolicyTarget(Identifier):
    """What an organization's policy is attached to: its root, an OU, or an account."""

    __slots__ = ()
    pattern = re.compile(r"r-[a-z0-9]{4,32}|ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|[0-9]{12}")
    noun = "a target of an organization's policies"
    remedy = "give `r-…`, `ou-…`, or an account's 12 digits in quotes"


class NamePrefix(Identifier):
    """The first part of every physical name of a stack, at most 12 characters (`contracts.md` section 6)."""

    __slots__ = ()
    pattern = re.compile(r"[a-z](?:[a-z0-9-]{0,10}[a-z0-9])?")
    noun = "a name prefix"
    remedy = "give 1 to 12 lower-case letters, digits and hyphens, a letter first and no hyphen last"

    @classmethod
    def check(cls, text: str) -> None:
        super().check(text)
        if reserved := next((p for p in ("xn--", "sthree", "amzn-s3-demo") if text.startswith(p)), None):
            raise InvalidIdentifierError(
                f"{quote(text)} begins with {quote(reserved)}, which S3 keeps for itself", "choose another prefix"
            )


class StackName(Identifier):
    """A stack's name: part of physical names, so narrower than what Pulumi would take."""

    __slots__ = ()
    pattern = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,21}[a-z0-9])?")
    noun = "a stack name"
    remedy = "give 1 to 23 lower-case letters, digits and hyphens, no hyphen first or last"


class TenantId(Identifier):
    """
    A tenant's id, from which everything that keeps the tenant apart is derived.

    Only what every plane spells alike is taken: lower-case ASCII letters, digits and hyphens, so nothing is folded,
    escaped or cut on its way into a prefix, a tag, a role's name or a database login.
    """

    __slots__ = ()
    pattern = re.compile(r"[a-z][a-z0-9-]{0,28}[a-z0-9]")
    noun = "a tenant's id"
    remedy = "give 2 to 30 lower-case letters, digits and hyphens, a letter first and no hyphen last"


class HttpsUrl(Identifier):
    """An https address without credentials, query or fragment."""

    __slots__ = ()
    pattern = re.compile(r"https://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%-]*)*")
    noun = "an https address"
    remedy = "give `https://`, a host in lower case and a path; no user, query or fragment"


class BucketName(Identifier):
    """The name of an S3 bucket: 3 to 63 characters, no dots (they break TLS host names)."""

    __slots__ = ()
    pattern = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
    noun = "a bucket name"
    remedy = "bucket names have 3 to 63 lower-case letters, digits and hyphens"


class SharedBucketName(Identifier):
    """What a shared bucket is called: a part of its physical name."""

    __slots__ = ()
    pattern = re.compile(r"[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?")
    noun = "a shared bucket's name"
    remedy = "give 1 to 20 lower-case letters, digits and hyphens, a letter first and no hyphen last"


class ObjectPrefix(Identifier):
    """A prefix of object keys, without slash at either end; no wildcard, since it stands in policies."""

    __slots__ = ()
    pattern = re.compile(r"[A-Za-z0-9!_.'()+=,@-]+(?:/[A-Za-z0-9!_.'()+=,@-]+)*")
    noun = "a prefix"
    remedy = "give at most 512 letters, digits and `!_.'()+=,@-`, parts divided by `/`, no slash at the ends"

    @classmethod
    def check(cls, text: str) -> None:
        super().check(text)
        if len(text) > 512 or any(part in {".", ".."} for part in text.split("/")):  # noqa: PLR2004  # half of S3's 1024
            raise InvalidIdentifierError(f"{quote(text)} isn't {cls.noun}", cls.remedy)


class KeyAlias(Identifier):
    """An alias of a KMS key, with its `alias/`."""

    __slots__ = ()
    pattern = re.compile(r"alias/(?!aws/)[A-Za-z0-9/_-]{1,250}")
    noun = "a key alias"
    remedy = "give `alias/` and letters, digits, `/`, `_` and hyphens"


class RoleName(Identifier):
    """The name of an IAM role."""

    __slots__ = ()
    pattern = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
    noun = "a role name"
    remedy = "role names have 1 to 64 letters, digits and `_+=,.@-`"


class PolicyName(Identifier):
    """The name of a managed policy of IAM."""

    __slots__ = ()
    pattern = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)
    noun = "a policy name"
    remedy = "policy names have 1 to 128 letters, digits and `_+=,.@-`"


class WorkgroupName(Identifier):
    """The name of an Athena workgroup."""

    __slots__ = ()
    pattern = re.compile(r"[A-Za-z0-9._-]{1,128}")
    noun = "a workgroup name"
    remedy = "workgroup names have 1 to 128 letters, digits and `._-`"


class FunctionName(Identifier):
    """The name of a Lambda function."""

    __slots__ = ()
    pattern = re.compile(r"[A-Za-z0-9_-]{1,64}")
    noun = "a function name"
    remedy = "function names have 1 to 64 letters, digits, `_` and hyphens"


class SecurityGroupName(Identifier):
    """The name of a security group of EC2; `sg-` is kept for ids."""

    __slots__ = ()
    pattern = re.compile(r"(?!sg-)[A-Za-z0-9 ._:/()#,@+=&;{}!$*\[\]-]{1,255}")
    noun = "a security group name"
    remedy = "give 1 to 255 letters, digits and hyphens, and don't begin with `sg-`"


class TrailName(Identifier):
    """The name of a CloudTrail trail."""

    __slots__ = ()
    pattern = re.compile(r"[A-Za-z0-9](?:[._-]?[A-Za-z0-9]){2,127}")
    noun = "a trail name"
    remedy = "trail names have 3 to 128 letters, digits and single `._-` between them"

    @classmethod
    def check(cls, text: str) -> None:
        super().check(text)
        if len(text) > 128:  # noqa: PLR2004  # CloudTrail's limit
            raise InvalidIdentifierError(f"{quote(text)} isn't {cls.noun}", cls.remedy)


class CatalogName(Identifier):
    """
    The name of a database, table, column or data cells filter.

    The catalog stores names in lower case, so two that differ in case are one: upper case is refused rather than
    silently folded. Narrower than Glue's own form: what Athena, Hive and a policy can all spell.
    """

    __slots__ = ()
    pattern = re.compile(r"[a-z0-9_][a-z0-9_-]{0,254}")
    noun = "a catalog name"
    remedy = "give 1 to 255 lower-case letters, digits, `_` and hyphens, no hyphen first"

    @classmethod
    def check(cls, text: str) -> None:
        if text != text.lower() and cls.pattern.fullmatch(text.lower()):
            raise InvalidIdentifierError(
                f"{quote(text)} has upper-case letters, which the catalog folds", f"write {quote(text.lower())}"
            )
        super().check(text)


class AttributeName(Identifier):
    """
    The key of a tag by which grants choose principals.

    Keys that mean something to AWS, to this project or to tenancy aren't free to be set.
    """

    __slots__ = ()
    pattern = re.compile(r"[A-Za-z][A-Za-z0-9_.:+@-]{0,127}")
    noun = "an attribute's name"
    remedy = "give a letter, then letters, digits and `_.:+@-`, at most 128 in all"
    reserved: ClassVar[re.Pattern[str]] = re.compile(
        r"(?:aws:|lakeward:|lakeformation|amazondatazone).*|tenant_id", re.IGNORECASE
    )

    @classmethod
    def check(cls, text: str) -> None:
        super().check(text)
        if cls.reserved.fullmatch(text):
            raise InvalidIdentifierError(f"{quote(text)} has a meaning of its own", "choose another name")


class AttributeValue(Identifier):
    """The value of a tag by which grants choose principals: never empty, compared letter by letter."""

    __slots__ = ()
    pattern = re.compile(r"[A-Za-z0-9_.:+@-](?:[A-Za-z0-9 _.:+@-]{0,254}[A-Za-z0-9_.:+@-])?")
    noun = "an attribute's value"
    remedy = "give 1 to 256 letters, digits, inner spaces and `_.:+@-`"


class TagText(Identifier):
    """The value of a tag."""

    __slots__ = ()
    pattern = re.compile(r"[A-Za-z0-9 _.:/=+@-]{1,256}")
    noun = "a tag value"
    remedy = "tag values have 1 to 256 letters, digits, spaces and `_.:/=+-@`"

    @classmethod
    def check(cls, text: str) -> None:
        super().check(text)
        if text != text.strip():
            raise InvalidIdentifierError(f"{quote(text)} begins or ends with a space", "remove it")


class ClaimValue(Identifier):
    """
    A value that a claim of an identity provider must have, literally.

    Wildcards and policy variables are refused: a trust policy would compare them letter by letter at best.
    """

    __slots__ = ()
    pattern = re.compile(r"""[A-Za-z0-9_.:/=+@,;#&%~!()\[\]|-]{1,256}""")
    noun = "a literal claim value"
    remedy = "give the exact value, at most 256 characters, without `*`, `?`, `$`, quotes or spaces"


class Description(Identifier):
    """A line of prose about a resource, in the characters that Glue, IAM and KMS all take."""

    __slots__ = ()
    pattern = re.compile(r"[\x20-\x7e\xa1-\xff]{1,1000}")
    noun = "a description"
    remedy = "give 1 to 1000 characters of Latin script, on one line"


class RuleId(Identifier):
    """A rule of the policy pack: its area and three digits."""

    __slots__ = ()
    pattern = re.compile(r"(?:LF|TEN|NET|ENC|SHR|IAM|AUD|COST|GEN)[0-9]{3}")
    noun = "a rule's id"
    remedy = "give an id of `policies/RULES.md`, such as `LF003`"


class DeclaredName(Identifier):
    """One declared resource: its type and logical name, as findings print them. No wildcard, so never two."""

    __slots__ = ()
    pattern = re.compile(r"[\w./-]+(?::[\w./-]+){2}::[^\s:*?](?:[^*?\x00-\x1f\x7f]{0,500}[^\s*?])?")
    noun = "a declared resource"
    remedy = "give type and name as a finding prints them, such as `aws:s3/bucket:Bucket::bucket-raw`"


class CalendarDate(Identifier):
    """A day, as `2026-12-31`."""

    __slots__ = ()
    pattern = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
    noun = "a date"
    remedy = 'give year, month and day in quotes, such as "2026-12-31"'

    @classmethod
    def check(cls, text: str) -> None:
        super().check(text)
        try:
            date.fromisoformat(text)
        except ValueError as error:
            raise InvalidIdentifierError(f"{quote(text)} is no day of the calendar", cls.remedy) from error

    @property
    def day(self) -> date:
        """The day itself."""
        return date.fromisoformat(self)


class Comment(Description):
    """A line of prose about a column."""

    __slots__ = ()
    pattern = re.compile(r"[\x20-\x7e\xa1-\xff]{1,255}")
    noun = "a comment"
    remedy = "give 1 to 255 characters of Latin script, on one line"


class ColumnType(Identifier):
    """The type of a column in Hive's words, such as `bigint`, `decimal(10,2)` or `array<struct<a:int>>`."""

    __slots__ = ()
    noun = "a column type"
    remedy = "give a Hive type such as `string`, `bigint`, `decimal(10,2)`, `date` or `array<string>`"

    _SIMPLE = re.compile(
        r"string|boolean|tinyint|smallint|int|bigint|float|double|date|timestamp|binary"
        r"|(?:var)?char\(([1-9][0-9]{0,4})\)|decimal\(([1-9][0-9]?),([0-9]{1,2})\)"
    )
    _FIELD = re.compile(r"[a-z0-9_]+:")

    @classmethod
    def check(cls, text: str) -> None:
        if cls._end(text, 0) == len(text):
            return
        tidy = re.sub(r"\s", "", text).lower().replace("integer", "int")
        tidy = re.sub(r"decimal(?!\()", "decimal(10,0)", tidy)
        right = f"write {quote(tidy)}" if tidy != text and cls._end(tidy, 0) == len(tidy) else cls.remedy
        raise InvalidIdentifierError(f"{quote(text)} isn't {cls.noun}", right)

    @classmethod
    def _end(cls, text: str, start: int, depth: int = 0) -> int:
        """Return where the type that begins at `start` ends; -1 where none does."""
        if depth > 16:  # noqa: PLR2004  # no catalog nests deeper
            return -1
        for opening, parts in (("array<", 1), ("map<", 2), ("struct<", 0)):
            if text.startswith(opening, start):
                return cls._end_of_parts(text, start + len(opening), parts, depth)
        simple = cls._SIMPLE.match(text, start)
        if simple is None:
            return -1
        length, precision, scale = (int(group) if group else None for group in simple.groups())
        if precision is not None and scale is not None and not (precision <= 38 and scale <= precision):  # noqa: PLR2004
            return -1
        if length is not None and length > (65535 if "var" in simple[0] else 255):
            return -1
        return simple.end()

    @classmethod
    def _end_of_parts(cls, text: str, start: int, parts: int, depth: int) -> int:
        """Return where the list of types ends, behind its `>`; `parts` 0 means named fields, any number."""
        seen, at = 0, start
        while True:
            if parts == 0:
                field = cls._FIELD.match(text, at)
                if field is None:
                    return -1
                at = field.end()
            at = cls._end(text, at, depth + 1)
            seen += 1
            if at < 0 or at >= len(text):
                return -1
            if text[at] == ">":
                return at + 1 if parts in {0, seen} else -1
            if text[at] != ",":
                return -1
            at += 1


class LogicalName(Identifier):
    """A resource's name within its stack, as previews tell it."""

    __slots__ = ()
    pattern = re.compile(r"[A-Za-z0-9](?:[^*?\x00-\x1f\x7f]{0,500}[^\s*?])?")
    noun = "the name of a resource"
    remedy = "give the name that the preview tells, such as `bucket-curated`"


class VpcId(Identifier):
    """The id of a VPC."""

    __slots__ = ()
    pattern = re.compile(r"vpc-(?:[0-9a-f]{8}|[0-9a-f]{17})")
    noun = "the id of a VPC"
    remedy = "give `vpc-` and 8 or 17 hexadecimal digits"


class SubnetId(Identifier):
    """The id of a subnet."""

    __slots__ = ()
    pattern = re.compile(r"subnet-(?:[0-9a-f]{8}|[0-9a-f]{17})")
    noun = "the id of a subnet"
    remedy = "give `subnet-` and 8 or 17 hexadecimal digits"


class SecurityGroupId(Identifier):
    """The id of a security group; never a network, which others may be in too."""

    __slots__ = ()
    pattern = re.compile(r"sg-(?:[0-9a-f]{8}|[0-9a-f]{17})")
    noun = "the id of a security group"
    remedy = "give `sg-` and 8 or 17 hexadecimal digits"


class DbClusterName(Identifier):
    """The identifier of an Aurora cluster, and of what belongs to it."""

    __slots__ = ()
    pattern = re.compile(r"[a-z](?:-?[a-z0-9]){0,62}")
    noun = "a cluster's identifier"
    remedy = "give 1 to 63 lower-case letters, digits and single hyphens, a letter first and no hyphen last"

    @classmethod
    def check(cls, text: str) -> None:
        super().check(text)
        if len(text) > 63:  # noqa: PLR2004  # the service's limit
            raise InvalidIdentifierError(f"{quote(text)} isn't {cls.noun}", cls.remedy)


class DbInstanceClass(Identifier):
    """The class of a database instance, such as `db.r6g.large`; `db.serverless` grows and shrinks by itself."""

    __slots__ = ()
    pattern = re.compile(r"db\.(?:serverless|[a-z0-9]+\.[a-z0-9]+)")
    noun = "an instance class"
    remedy = "give `db.serverless`, or one such as `db.r6g.large`"


class PostgresqlVersion(Identifier):
    """A version of Aurora PostgreSQL, major and minor; 15 is the first whose views can read as whoever asks."""

    __slots__ = ()
    pattern = re.compile(r"(?:1[5-9]|[2-9][0-9])\.[0-9]{1,2}")
    noun = "a version of Aurora PostgreSQL from 15 on"
    remedy = 'give major and minor version in quotes, such as `"16.6"`'

    @property
    def major(self) -> str:
        """The major version, such as `16`."""
        return self.split(".", 1)[0]


class SqlName(Identifier):
    """
    The name of a table or column of a PostgreSQL database.

    PostgreSQL cuts longer names off at 63 bytes, and names of keys are put together from these: the limit leaves room.
    """

    __slots__ = ()
    pattern = re.compile(r"[a-z][a-z0-9_]{0,39}")
    noun = "a name of a table or column"
    remedy = "give 1 to 40 lower-case letters, digits and `_`, a letter first"


class SqlWord(Identifier):
    """A word that a text column may hold, one of a closed set."""

    __slots__ = ()
    pattern = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 _.:/-]{0,62}[A-Za-z0-9])?")
    noun = "a word of a closed set"
    remedy = "give 1 to 64 letters, digits, spaces and `_.:/-`, a letter or digit at both ends"


class SqlType(Identifier):
    """
    The type of a PostgreSQL column, in one spelling each.

    Types that count (`serial`, identity) are none of them: all tenants would draw from one sequence, and each could
    tell from the gaps how much the others write.
    """

    __slots__ = ()
    pattern = re.compile(
        r"text|boolean|smallint|integer|bigint|real|double precision|date|timestamp|timestamptz|uuid|jsonb|bytea"
        r"|varchar\([1-9][0-9]{0,6}\)|numeric\([1-9][0-9]{0,2},[0-9]{1,3}\)"
    )
    noun = "a column type"
    remedy = (
        "give `text`, `varchar(n)`, `boolean`, `smallint`, `integer`, `bigint`, `numeric(p,s)`, `real`, "
        "`double precision`, `date`, `timestamp`, `timestamptz`, `uuid`, `jsonb` or `bytea`"
    )

    _CATALOG: ClassVar[dict[str, str]] = {
        "timestamp": "timestamp without time zone",
        "timestamptz": "timestamp with time zone",
    }

    @classmethod
    def check(cls, text: str) -> None:
        if re.fullmatch(r"(?:small|big)?serial\d?", text):
            raise InvalidIdentifierError(
                f"{quote(text)} draws from a sequence that all tenants share", "give `uuid`, with `generated: true`"
            )
        super().check(text)
        digits = [int(group) for group in re.findall(r"[0-9]+", text)]
        if text.startswith("numeric") and not digits[1] <= digits[0] <= 1000:  # noqa: PLR2004  # PostgreSQL's limit
            raise InvalidIdentifierError(f"{quote(text)} isn't {cls.noun}", "give 1 to 1000 digits, the scale within")

    @property
    def in_catalog(self) -> str:
        """The type as PostgreSQL's own catalog spells it."""
        return self._CATALOG.get(self, self.replace("varchar", "character varying"))


class RouteTableId(Identifier):
    """The id of a route table."""

    __slots__ = ()
    pattern = re.compile(r"rtb-(?:[0-9a-f]{8}|[0-9a-f]{17})")
    noun = "the id of a route table"
    remedy = "give `rtb-` and 8 or 17 hexadecimal digits"


class AvailabilityZone(Identifier):
    """An Availability Zone by its name, such as `eu-west-1a`."""

    __slots__ = ()
    pattern = re.compile(r"[a-z]+(?:-[a-z]+)+-[1-9][a-z]")
    noun = "an Availability Zone"
    remedy = "give its name, such as `eu-west-1a`"

    @property
    def region(self) -> RegionName:
        """The Region it is in."""
        return RegionName(self[:-1])


class Cidr(Identifier):
    """A network of IPv4 addresses, never so wide that it is everybody's: at least 8 bits are fixed."""

    __slots__ = ()
    pattern = re.compile(r"[0-9.]{7,15}/[0-9]{1,2}")
    noun = "a network"
    remedy = "give an IPv4 network such as `10.0.0.0/16`"

    _SHORTEST = 8

    @classmethod
    def check(cls, text: str) -> None:
        super().check(text)
        try:
            loose = IPv4Network(text, strict=False)
        except ValueError:
            raise InvalidIdentifierError(f"{quote(text)} isn't {cls.noun}", cls.remedy) from None
        if loose.prefixlen < cls._SHORTEST:
            raise InvalidIdentifierError(
                f"{quote(text)} is open to {loose.num_addresses} addresses", "name the networks that clients are in"
            )
        if str(loose) != text:
            raise InvalidIdentifierError(f"{quote(text)} has bits behind its prefix", f"write {quote(str(loose))}")


class AwsBucketName(Identifier):
    """
    The name of a bucket of AWS's own, in which `{region}` stands for the stack's Region.

    No wildcard: a pattern would let data through to whoever makes a bucket of that name.
    """

    __slots__ = ()
    pattern = re.compile(r"(?=.{3,63})(?:[a-z0-9]|\{region\})(?:[a-z0-9.-]|\{region\})*")
    noun = "the name of a bucket of AWS's"
    remedy = "give it whole, with `{region}` where it holds the Region"

    def in_region(self, region: RegionName) -> str:
        """Return the bucket's name in a Region."""
        return self.replace("{region}", region)


class CurrencyCode(Identifier):
    """A currency's code of three letters."""

    __slots__ = ()
    pattern = re.compile(r"[A-Z]{3}")
    noun = "a currency"
    remedy = "give its three letters, such as `USD`"


class UnitPrice(Digits):
    """A price of one unit, kept as it is written; YAML's and the engine's numbers are taken too."""

    __slots__ = ()
    pattern = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,8})?")
    noun = "a price"
    remedy = "give digits with a point, such as `0.01`"

    @staticmethod
    def _digits(value: object) -> object:
        return f"{value}" if isinstance(value, int | float) and not isinstance(value, bool) else value

    @property
    def amount(self) -> Decimal:
        """The price as an exact number."""
        return Decimal(self)
