"""
Key policies.

None names the account's root, so IAM administrators of the account have no say (`systems.md` K40) and an identity
policy alone never opens a key (`semantics.md` A15-1). Administrators manage a key and can't use it; users use it and
can't manage it. `Resource` is `*`, which in a key policy means this key (A15-5).

KMS refuses a policy whose writer couldn't change it again: the deployer is always among the administrators.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lakeward.documents import actions
from lakeward.documents.conditions import (
    CONTEXT_S3_ARN,
    CONTEXT_TRAIL_ARN,
    GRANT_FOR_AWS,
    PRINCIPAL_ARN,
    SOURCE_ARN,
    VIA_SERVICE,
)
from lakeward.documents.document import Document, DocumentKind
from lakeward.documents.members import Members
from lakeward.documents.statement import EVERYTHING, Principal, Roles, Service, Statement, allow, deny_everyone, in_sid
from lakeward.identifiers import Arn, RoleArn


def key_policy(alias: str, administrators: Sequence[RoleArn], *uses: Statement) -> Document:
    """
    Return the policy of a key: its administration, and the uses that the other builders here return.

    Args:
        alias: the key's alias, for error messages.
        administrators: roles that exist; the role that writes the policy is one of them.
        uses: statements on use.

    """
    administration = allow(
        "AllowAdministratorsToManageTheKeyWithoutUsingIt",
        actions.KEY_ADMINISTRATION,
        EVERYTHING,
        principal=Roles(tuple(administrators)),
    )
    return Document(DocumentKind.KEY_POLICY, alias, (administration, *uses))


def location_use(
    registration_role: RoleArn, bucket: Arn, prefix: str, via: str, *, use: Sequence[str]
) -> tuple[Statement, ...]:
    """
    Return what the registration role of a location does with its key: only through S3, only for that location.

    With a bucket key the encryption context is the bucket's ARN; an object written without it has its own (A15-6),
    hence both where the location is the whole bucket. A location below a prefix stands in a bucket without one.

    Args:
        registration_role: its role.
        bucket: the location's bucket.
        prefix: the location's prefix in it, without slashes at the ends; empty: the whole bucket.
        via: S3's host in the Region, as `kms:ViaService` spells it.
        use: `DATA_KEY_READ`, or `DATA_KEY_USE` where somebody writes.

    """
    role = Roles((registration_role,))
    contexts = (f"{bucket}/{prefix}/*",) if prefix else (bucket, f"{bucket}/*")
    return (
        allow(
            "AllowLakeFormationToUseTheKeyThroughS3",
            use,
            EVERYTHING,
            VIA_SERVICE.equals(via),
            CONTEXT_S3_ARN.like(*contexts),
            principal=role,
        ),
        allow("AllowLakeFormationToDescribeTheKey", actions.KEY_DESCRIPTION, EVERYTHING, principal=role),
    )


def results_use(persona: str, role: RoleArn, objects: Arn, via: str) -> Statement:
    """
    Return what a persona does with the key of query results: only through S3, only below its own prefix.

    Args:
        persona: its name.
        role: its role.
        objects: all objects below its prefix. The bucket has no bucket key, so the context is the object (A15-6).
        via: S3's host in the Region, as `kms:ViaService` spells it.

    """
    return allow(
        f"Allow{in_sid(persona)}ToUseTheKeyForItsOwnResults",
        actions.DATA_KEY_USE,
        EVERYTHING,
        VIA_SERVICE.equals(via),
        CONTEXT_S3_ARN.like(objects),
        principal=Roles((role,)),
    )


def shared_use(
    readers: Mapping[str, Members], writers: Sequence[RoleArn], bucket: Arn, via: str
) -> tuple[Statement, ...]:
    """
    Return the use of a shared bucket's key: the bucket's readers decrypt and its writers encrypt, only through S3.

    Args:
        readers: the very members that the bucket's policy allows, by what tells them apart in a Sid.
        writers: roles that exist.
        bucket: the bucket, which has a bucket key.
        via: S3's host in the Region, as `kms:ViaService` spells it.

    """
    through_s3 = (VIA_SERVICE.equals(via), CONTEXT_S3_ARN.like(bucket, f"{bucket}/*"))
    reading = (
        allow(f"AllowReadersInOrgPath{who}", actions.DATA_KEY_READ, EVERYTHING, *through_s3, principal=members)
        for who, members in readers.items()
    )
    if not writers:
        return tuple(reading)
    writing = allow(
        "AllowWritersThroughS3", actions.DATA_KEY_USE, EVERYTHING, *through_s3, principal=Roles(tuple(writers))
    )
    return (*reading, writing)


def tenants_use(roles: Principal, tenants: str, files: str, via: str) -> Statement:
    """
    Return what tenants do with the key of their files: only through S3, each only below its own prefix.

    The bucket has no bucket key: with one the encryption context would be the bucket, the same for everybody (A15-6).

    Args:
        roles: the tenant's role, or the account's roles where every tenant's is meant.
        tenants: the roles of tenants, as a pattern of ARNs.
        files: all objects below the caller's prefix.
        via: S3's host in the Region, as `kms:ViaService` spells it.

    """
    return allow(
        "AllowTenantsToUseTheKeyBelowTheirPrefix",
        actions.DATA_KEY_USE,
        EVERYTHING,
        PRINCIPAL_ARN.like(tenants),
        VIA_SERVICE.equals(via),
        CONTEXT_S3_ARN.like(files),
        principal=roles,
    )


def writers_use(writers: Sequence[RoleArn], bucket: Arn, via: str) -> Statement:
    """Return what those who write tenants' files do with the key: only through S3, only for that bucket."""
    return allow(
        "AllowWritersToUseTheKeyThroughS3",
        actions.DATA_KEY_WRITE,
        EVERYTHING,
        VIA_SERVICE.equals(via),
        CONTEXT_S3_ARN.like(f"{bucket}/*"),
        principal=Roles(tuple(writers)),
    )


def break_glass_use(role: RoleArn, bucket: Arn, via: str) -> Statement:
    """Return that the break-glass role may decrypt a bucket's objects, through S3."""
    return allow(
        "AllowBreakGlassToDecryptThroughS3",
        actions.DATA_KEY_READ,
        EVERYTHING,
        VIA_SERVICE.equals(via),
        CONTEXT_S3_ARN.like(bucket, f"{bucket}/*"),
        principal=Roles((role,)),
    )


def break_glass_log_use(role: RoleArn, trail: Arn, via: str) -> Statement:
    """Return that the break-glass role may decrypt log files of the trail, through S3."""
    return allow(
        "AllowBreakGlassToDecryptLogsThroughS3",
        actions.DATA_KEY_READ,
        EVERYTHING,
        VIA_SERVICE.equals(via),
        CONTEXT_TRAIL_ARN.equals(trail),
        principal=Roles((role,)),
    )


def trail_use(trail: Arn) -> tuple[Statement, ...]:
    """Return that CloudTrail may encrypt log files, for this trail only (source ARN and encryption context)."""
    service = Service("cloudtrail.amazonaws.com")
    return (
        allow(
            "AllowTheAuditTrailToEncryptItsLogs",
            ("kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"),
            EVERYTHING,
            SOURCE_ARN.like(trail),
            CONTEXT_TRAIL_ARN.equals(trail),
            principal=service,
        ),
        allow(
            "AllowTheAuditTrailToDescribeTheKey",
            actions.KEY_DESCRIPTION,
            EVERYTHING,
            SOURCE_ARN.like(trail),
            principal=service,
        ),
    )


def database_use(role: RoleArn, via: str) -> Statement:
    """
    Return that a role may let Aurora use the key for a cluster, and use it for nothing itself.

    Aurora works with a grant that it makes with the rights of whoever creates the cluster.

    Args:
        role: the role that creates the cluster.
        via: Aurora's host in the Region, as `kms:ViaService` spells it.

    """
    return allow(
        "AllowTheDeployerToLetAuroraUseTheKey",
        actions.KEY_LENDING,
        EVERYTHING,
        VIA_SERVICE.equals(via),
        GRANT_FOR_AWS.is_true(),
        principal=Roles((role,)),
    )


def column_use(encrypters: Sequence[RoleArn]) -> tuple[Statement, ...]:
    """
    Return the use of the column key: some encrypt, nobody decrypts.

    Nobody is allowed to decrypt anyway. The Deny keeps it so: it outranks grants, which policies don't show (A15-3),
    and any Allow that is added later, so opening the key takes removing a statement that says what it is for. It
    has no exception, deliberately: an exception is a reader.
    """
    return (
        allow("AllowPipelinesToEncryptColumns", actions.COLUMN_KEY_USE, EVERYTHING, principal=Roles(tuple(encrypters))),
        deny_everyone("DenyDecryptionToEveryone", actions.DECRYPTION, EVERYTHING),
    )
