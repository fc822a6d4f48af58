"""
Bucket policies.

They hold Denies, which no identity policy can outvote, and the few Allows that AWS's log services need. Whom a Deny
spares is said by `aws:PrincipalArn`, one condition per statement: a role's sessions carry its ARN, and a principal
without one (an AWS service) is denied (`semantics.md` C2, A5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lakeward.documents import actions
from lakeward.documents.conditions import (
    CANNED_ACL,
    ENCRYPTION_ALGORITHM,
    ENCRYPTION_CUSTOMER_ALGORITHM,
    ENCRYPTION_KEY,
    LISTED_PREFIX,
    PRINCIPAL_ACCOUNT,
    PRINCIPAL_ARN,
    PRINCIPAL_IS_AWS_SERVICE,
    PRINCIPAL_ORG_PATHS,
    PRINCIPAL_ORGANIZATION,
    SECURE_TRANSPORT,
    SOURCE_ACCOUNT,
    SOURCE_ARN,
    Condition,
)
from lakeward.documents.document import Document, DocumentKind
from lakeward.documents.members import Members
from lakeward.documents.statement import Roles, Service, Statement, allow, deny_elsewhere, deny_everyone, in_sid
from lakeward.identifiers import AccountId, Arn, RoleArn

_EVERY_OBJECT_ACTION = ("s3:*",)
"""On object ARNs only, in a Deny: whatever S3 can do with an object, now and later."""
_WRITES = ("s3:PutObject",)


def zone_policy(bucket: Arn, readers: Sequence[RoleArn]) -> Document:
    """
    Return the policy of a zone's bucket.

    Args:
        bucket: the bucket.
        readers: the only roles that reach objects: the zone's registration role, where it has one, and the
            break-glass role. Empty: nobody does.

    """
    objects = f"{bucket}/*"
    return Document(
        DocumentKind.BUCKET_POLICY,
        bucket.resource,
        (
            _deny_plain_http(bucket),
            *_hold_to_the_default_key(objects),
            _deny_customer_keys(bucket),
            deny_everyone("DenyDataOutsideLakeFormation", _EVERY_OBJECT_ACTION, (objects,), *_unless(readers)),
        ),
    )


QUERY_RESULTS = "query-results"
"""Prefix of a tenant's query results below its own."""


def tenants_policy(
    bucket: Arn, tenants: str, tenant: str, tables: tuple[RoleArn, str] | None, others: Sequence[RoleArn]
) -> Document:
    """
    Return the policy of a bucket of tenants' files and query results, where each reaches its own prefix only.

    It names no tenant but, in a bucket that is one tenant's own, that one: who comes later changes nothing here. A
    tenant without the tag, or with an empty one, reaches nothing: what can't be resolved spares nothing
    (`semantics.md` A1-4, A3-3).

    Args:
        bucket: the bucket.
        tenants: the roles of tenants that may come here, as a pattern of ARNs.
        tenant: the tenant: `TENANT`, or the id of the one whose own bucket it is.
        tables: the registration role of the tables beside the files, and their prefix; `None` without tables.
        others: who else reaches objects: writers, the break-glass role.

    """
    objects = f"{bucket}/*"
    own = f"{bucket}/{tenant}/*"
    # Athena sends encryption headers with results, and only there.
    results = f"{bucket}/*/{QUERY_RESULTS}/*"
    are_tenants = PRINCIPAL_ARN.like(tenants)
    return Document(
        DocumentKind.BUCKET_POLICY,
        bucket.resource,
        (
            _deny_plain_http(bucket),
            deny_elsewhere("DenyPutsThatChooseAnAlgorithm", _WRITES, (results,), ENCRYPTION_ALGORITHM.present()),
            deny_elsewhere("DenyPutsThatChooseAKey", _WRITES, (results,), ENCRYPTION_KEY.present()),
            _deny_puts_without_kms(results),
            _deny_customer_keys(bucket),
            deny_elsewhere("DenyTenantsOutsideTheirPrefix", _EVERY_OBJECT_ACTION, (bucket, own), are_tenants),
            deny_everyone(
                "DenyTenantsListingOutsideTheirPrefix",
                actions.PREFIX_LISTING,
                (bucket,),
                are_tenants,
                LISTED_PREFIX.not_like(f"{tenant}/*"),
            ),
            deny_everyone(
                "DenyObjectsToAllButTenants",
                _EVERY_OBJECT_ACTION,
                (objects,),
                PRINCIPAL_ARN.not_like(tenants, *others, *(tables[:1] if tables else ())),
            ),
            *((_deny_outside_tables(bucket, *tables),) if tables else ()),
        ),
    )


def results_policy(bucket: Arn, owners: Mapping[str, tuple[RoleArn, Arn]], break_glass: Sequence[RoleArn]) -> Document:
    """
    Return the policy of the bucket of query results, where each persona reaches its own prefix only.

    Athena sends encryption headers here, so the key is held in place by `kms:ResourceAliases` on the persona's side
    and by this policy refusing anything but KMS.

    Args:
        bucket: the bucket.
        owners: for each persona that queries its role and all objects below its prefix.
        break_glass: the break-glass role, or nothing.

    """
    objects = f"{bucket}/*"
    reachers = (*(role for role, _ in owners.values()), *break_glass)
    return Document(
        DocumentKind.BUCKET_POLICY,
        bucket.resource,
        (
            _deny_plain_http(bucket),
            _deny_puts_without_kms(objects),
            _deny_customer_keys(bucket),
            deny_everyone(
                "DenyResultsToEveryoneWhoOwnsNone",
                _EVERY_OBJECT_ACTION,
                (objects,),
                *_unless(reachers),
            ),
            *(
                deny_everyone(
                    f"DenyResultsOf{in_sid(persona)}ToOthers",
                    _EVERY_OBJECT_ACTION,
                    (own_objects,),
                    PRINCIPAL_ARN.not_like(role, *break_glass),
                )
                for persona, (role, own_objects) in owners.items()
            ),
        ),
    )


def logs_policy(  # noqa: PLR0913  # one argument for each service that writes
    bucket: Arn,
    account: AccountId,
    *,
    access_logs: Arn,
    logged: Sequence[Arn],
    trail: tuple[Arn, Arn] | None,
    flow_logs: tuple[Arn, Arn] | None = None,
) -> Document:
    """
    Return the policy of the log bucket: services write, nobody else does, and nobody deletes.

    The services are bound to what they log for, so that nobody else's logs land here (no confused deputy). Nobody
    is allowed to read; who may is left to identity policies, and no persona has one.

    Args:
        bucket: the log bucket.
        account: the account of the lake.
        access_logs: all objects below the prefix of S3's server access logs.
        logged: the buckets whose access is logged, as ARNs or patterns of them.
        trail: the audit trail and all objects below its prefix; `None` without a trail.
        flow_logs: log deliveries of the account and Region, and all objects below the prefix of flow logs; `None`
            without a network.

    """
    objects = f"{bucket}/*"
    return Document(
        DocumentKind.BUCKET_POLICY,
        bucket.resource,
        (
            _deny_plain_http(bucket),
            *(_access_log_writes(access_logs, account, logged) if logged else ()),
            *(_trail_writes(bucket, *trail) if trail else ()),
            *(_flow_log_writes(bucket, account, *flow_logs) if flow_logs else ()),
            deny_everyone("DenyLogsNotWrittenByAService", _WRITES, (objects,), PRINCIPAL_IS_AWS_SERVICE.is_not_true()),
            deny_everyone("DenyDeletionOfLogs", ("s3:DeleteObject*",), (objects,)),
        ),
    )


def shared_policy(
    bucket: Arn,
    account: AccountId,
    readers: Mapping[str, Members],
    *,
    writers: Sequence[RoleArn],
    break_glass: Sequence[RoleArn],
) -> Document:
    """
    Return the policy of a bucket that members of an organization read.

    Every Allow names a fixed organization, so S3 doesn't take the policy for a public one (A18-5). No AWS service acts
    for itself here, so none is spared: a service that fetches an artifact for a caller carries the caller's
    identity, and access logs go elsewhere. Nor is the bucket held to a network: readers are in other accounts' VPCs, or
    pipelines that call from AWS's own; who they are is what counts.

    Args:
        bucket: the bucket.
        account: its account, which alone sees and changes its settings.
        readers: members by what tells them apart in a Sid; at least one.
        writers: roles that exist.
        break_glass: the break-glass role, or nothing.

    """
    objects = f"{bucket}/*"
    organizations = sorted({members.organization for members in readers.values()})
    paths = sorted({path for members in readers.values() for path in members.paths})
    roles = [role for members in readers.values() for role in members.roles]
    by_name = (*writers, *break_glass)
    return Document(
        DocumentKind.BUCKET_POLICY,
        bucket.resource,
        (
            _deny_plain_http(bucket),
            *_hold_to_the_default_key(objects),
            _deny_customer_keys(bucket),
            *(_member_reads(bucket, who, members) for who, members in readers.items()),
            *(_member_listing(bucket, who, members) for who, members in readers.items()),
            *_writes(objects, writers),
            deny_everyone(
                "DenyObjectsOutsideTheOrganization",
                _EVERY_OBJECT_ACTION,
                (objects,),
                PRINCIPAL_ORGANIZATION.not_equals(*organizations),
            ),
            deny_everyone(
                "DenyObjectsOutsideTheOrgPaths",
                _EVERY_OBJECT_ACTION,
                (objects,),
                PRINCIPAL_ORG_PATHS.outside(*paths),
                *_unless(by_name),
            ),
            deny_everyone(
                "DenyObjectsToRolesThatNobodyNamed",
                _EVERY_OBJECT_ACTION,
                (objects,),
                PRINCIPAL_ARN.not_like(*roles, *by_name),
            ),
            deny_everyone("DenyChangesToAllButWriters", actions.OBJECT_CHANGES, (objects,), *_unless(writers)),
            deny_everyone(
                "DenySettingsToOtherAccounts",
                actions.BUCKET_CONFIGURATION,
                (bucket,),
                PRINCIPAL_ACCOUNT.not_equals(account),
            ),
        ),
    )


def _unless(roles: Sequence[RoleArn]) -> tuple[Condition, ...]:
    return (PRINCIPAL_ARN.not_like(*roles),) if roles else ()


def _member_reads(bucket: Arn, who: str, members: Members) -> Statement:
    sid = f"AllowReadersInOrgPath{who}"
    return allow(sid, actions.ARTIFACT_READS, (f"{bucket}/*",), principal=members)


def _member_listing(bucket: Arn, who: str, members: Members) -> Statement:
    sid = f"AllowListingToReadersInOrgPath{who}"
    return allow(sid, actions.BUCKET_LISTING, (bucket,), principal=members)


def _writes(objects: str, writers: Sequence[RoleArn]) -> tuple[Statement, ...]:
    if not writers:
        return ()
    return (allow("AllowWriters", actions.ARTIFACT_WRITES, (objects,), principal=Roles(tuple(writers))),)


def _access_log_writes(objects: Arn, account: AccountId, logged: Sequence[Arn]) -> tuple[Statement, ...]:
    return (
        allow(
            "AllowServerAccessLogsOfThisLake",
            _WRITES,
            (objects,),
            SOURCE_ACCOUNT.equals(account),
            SOURCE_ARN.like(*logged),
            principal=Service("logging.s3.amazonaws.com"),
        ),
    )


def _trail_writes(bucket: Arn, trail: Arn, objects: Arn) -> tuple[Statement, ...]:
    service = Service("cloudtrail.amazonaws.com")
    return (
        allow(
            "AllowTheAuditTrailToCheckTheBucket",
            ("s3:GetBucketAcl",),
            (bucket,),
            SOURCE_ARN.like(trail),
            principal=service,
        ),
        allow(
            "AllowTheAuditTrailToWrite",
            _WRITES,
            (objects,),
            SOURCE_ARN.like(trail),
            CANNED_ACL.equals("bucket-owner-full-control"),
            principal=service,
        ),
    )


def _flow_log_writes(bucket: Arn, account: AccountId, deliveries: Arn, objects: Arn) -> tuple[Statement, ...]:
    service = Service("delivery.logs.amazonaws.com")
    bound = (SOURCE_ACCOUNT.equals(account), SOURCE_ARN.like(deliveries))
    return (
        allow("AllowFlowLogsToCheckTheBucket", ("s3:GetBucketAcl",), (bucket,), *bound, principal=service),
        allow(
            "AllowFlowLogsToWrite",
            _WRITES,
            (objects,),
            *bound,
            CANNED_ACL.equals("bucket-owner-full-control"),
            principal=service,
        ),
    )


def _deny_plain_http(bucket: Arn) -> Statement:
    return deny_everyone("DenyPlainHttp", ("s3:*",), (bucket, f"{bucket}/*"), SECURE_TRANSPORT.is_false())


def _hold_to_the_default_key(objects: str) -> tuple[Statement, ...]:
    """Deny headers on a put: without them the bucket's default key applies, with them another (C4)."""
    return (
        deny_everyone("DenyPutsThatChooseAnAlgorithm", _WRITES, (objects,), ENCRYPTION_ALGORITHM.present()),
        deny_everyone("DenyPutsThatChooseAKey", _WRITES, (objects,), ENCRYPTION_KEY.present()),
    )


def _deny_outside_tables(bucket: Arn, registration_role: RoleArn, prefix: str) -> Statement:
    """Keep Lake Formation out of files that no table holds, whoever makes a table over them (`semantics.md` B14)."""
    return deny_elsewhere(
        "DenyLakeFormationOutsideTables",
        _EVERY_OBJECT_ACTION,
        (bucket, f"{bucket}/{prefix}/*"),
        PRINCIPAL_ARN.like(registration_role),
    )


def _deny_puts_without_kms(objects: str) -> Statement:
    """Refuse headers that ask for another encryption than by a key of KMS; a put without headers takes the default."""
    return deny_everyone(
        "DenyPutsEncryptedWithoutKms",
        _WRITES,
        (objects,),
        ENCRYPTION_ALGORITHM.present(),
        ENCRYPTION_ALGORITHM.not_equals("aws:kms"),
    )


def _deny_customer_keys(bucket: Arn) -> Statement:
    """Refuse keys that the writer brings along (SSE-C): AWS couldn't read such an object, nor could an audit."""
    return deny_everyone(
        "DenyPutsWithACustomersKey", _WRITES, (f"{bucket}/*",), ENCRYPTION_CUSTOMER_ALGORITHM.present()
    )
