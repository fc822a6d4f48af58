"""
The permissions boundaries: what no persona and no tenant can ever do, whatever policy someone attaches to its role.

One document for all personas, one for all tenants, which names none. Their Allows are a ceiling: the union of what
duties take. Their Denies hold even against resource policies that name a role (`semantics.md` A13-3, A10).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lakeward.documents import actions
from lakeward.documents.conditions import KEY_ALIASES, LISTED_PREFIX, PRINCIPAL_ARN, VIA_SERVICE, Condition
from lakeward.documents.document import Document, DocumentKind
from lakeward.documents.statement import EVERYTHING, TENANT, Statement, allow, deny
from lakeward.identifiers import Arn, KeyAlias, RoleArn


@dataclass(frozen=True, kw_only=True)
class Ceiling:
    """What the boundary's statements name."""

    keys: Arn
    """Every key of the account and Region."""
    results_bucket: Arn | None
    results_key: KeyAlias | None
    column_key: KeyAlias | None
    protected_buckets: tuple[Arn, ...]
    """Buckets whose objects no persona touches: every zone but the query results and the tenants' files."""
    files_bucket: Arn | None
    """Bucket of the tenants' files, which no persona but their writers touches."""
    files_key: KeyAlias | None
    writers: tuple[RoleArn, ...]
    """Personas that write tenants' files."""
    administrators: tuple[RoleArn, ...]
    """Personas that are data lake administrators: the only ones that grant."""


def persona_boundary(name: str, ceiling: Ceiling) -> Document:
    """Return the boundary of all persona roles."""
    return Document(
        DocumentKind.MANAGED_POLICY,
        name,
        (
            allow(
                "AllowAtMostTheDutiesOfPersonas",
                (
                    *actions.CATALOG_READS,
                    *actions.CATALOG_WRITES,
                    *actions.DATA_ACCESS,
                    *actions.LAKE_VIEWS,
                    *actions.GRANTING,
                    *actions.QUERY_ACTIONS,
                    *actions.DATA_CATALOG_READS,
                    *actions.JOB_LOGGING,
                    *actions.BUCKET_CONFIGURATION_VIEWS,
                    *actions.TRAIL_VIEWS,
                ),
                EVERYTHING,
            ),
            *_results(ceiling),
            *_files(ceiling),
            *_keys(ceiling),
            deny("DenyChangingIdentities", ("iam:*", "organizations:*"), EVERYTHING),
            deny("DenyChangingTheLake", actions.LAKE_CHANGES, EVERYTHING),
            deny(
                "DenyGrantingToAllButDataLakeAdministrators",
                actions.GRANTING,
                EVERYTHING,
                *_but(ceiling.administrators),
            ),
            *_protected(ceiling),
        ),
    )


def _protected(ceiling: Ceiling) -> tuple[Statement, ...]:
    objects = tuple(f"{bucket}/*" for bucket in ceiling.protected_buckets)
    return (deny("DenyObjectsOutsideQueryResults", ("s3:*",), objects),) if objects else ()


def _results(ceiling: Ceiling) -> tuple[Statement, ...]:
    if ceiling.results_bucket is None:
        return ()
    bucket = ceiling.results_bucket
    return (
        allow(
            "AllowAtMostQueryResults",
            (*actions.RESULT_OBJECTS, *actions.RESULTS_BUCKET, *actions.BUCKET_LISTING),
            (bucket, f"{bucket}/*"),
        ),
    )


def _files(ceiling: Ceiling) -> tuple[Statement, ...]:
    if ceiling.files_bucket is None:
        return ()
    objects = (f"{ceiling.files_bucket}/*",)
    others = deny("DenyTenantsFilesToAllButTheirWriters", ("s3:*",), objects, *_but(ceiling.writers))
    if not ceiling.writers:
        return (others,)
    return (others, allow("AllowAtMostWritingTenantsFiles", actions.FILE_WRITING, objects))


def _but(roles: Sequence[RoleArn]) -> tuple[Condition, ...]:
    return (PRINCIPAL_ARN.not_like(*roles),) if roles else ()


def _keys(ceiling: Ceiling) -> tuple[Statement, ...]:
    files_key = ceiling.files_key if ceiling.writers else None
    usable: Sequence[KeyAlias] = [alias for alias in (ceiling.results_key, ceiling.column_key, files_key) if alias]
    # AWS's own key `aws/s3` admits everyone who may use S3: without this Deny results could be put under it.
    others = deny(
        "DenyEveryOtherKey",
        (*actions.DECRYPTION, "kms:Encrypt", "kms:GenerateDataKey*"),
        EVERYTHING,
        *((KEY_ALIASES.none_equals(*usable),) if usable else ()),
    )
    statements = [others]
    if usable:
        statements.append(
            allow(
                "AllowAtMostTheKeysOfResultsFilesAndColumns",
                (*actions.DATA_KEY_USE, *actions.COLUMN_KEY_USE),
                (ceiling.keys,),
                KEY_ALIASES.any_equals(*usable),
            )
        )
    if ceiling.column_key:
        statements.append(
            deny(
                "DenyDecryptingColumns",
                actions.DECRYPTION,
                (ceiling.keys,),
                KEY_ALIASES.any_equals(ceiling.column_key),
            )
        )
    return tuple(statements)


@dataclass(frozen=True, kw_only=True)
class TenantCeiling:
    """What the boundary of tenants names; the caller's tenant stands in it as `TENANT`."""

    files: tuple[Arn, ...]
    """Buckets in which tenants have files: the shared one, the caller's own, or both."""
    keys: Arn
    """Every key of the account and Region."""
    aliases: tuple[str, ...]
    """Aliases of the keys of those buckets."""
    via: str
    """S3's host in the Region, as `kms:ViaService` spells it."""
    login: Arn
    """The caller's login in every cluster of the account."""


def tenant_boundary(name: str, ceiling: TenantCeiling) -> Document:
    """
    Return the boundary of all tenant roles: the caller's own prefix and login, and what Lake Formation answers.

    A tenant without the tag has no prefix and no login here; a policy that somebody attaches gives it none.
    """
    return Document(
        DocumentKind.MANAGED_POLICY,
        name,
        (
            allow(
                "AllowAtMostReadingThroughLakeFormation",
                (*actions.CATALOG_READS, *actions.DATA_ACCESS, *actions.QUERY_ACTIONS, *actions.DATA_CATALOG_READS),
                EVERYTHING,
            ),
            allow(
                "AllowAtMostItsOwnFiles",
                actions.RESULT_OBJECTS,
                tuple(f"{bucket}/{TENANT}/*" for bucket in ceiling.files),
            ),
            allow(
                "AllowAtMostListingItsOwnFiles",
                actions.BUCKET_LISTING,
                ceiling.files,
                LISTED_PREFIX.like(f"{TENANT}/*"),
            ),
            allow("AllowAtMostFindingItsBuckets", actions.RESULTS_BUCKET, ceiling.files),
            allow(
                "AllowAtMostTheKeysOfItsFilesThroughS3",
                actions.DATA_KEY_USE,
                (ceiling.keys,),
                KEY_ALIASES.any_equals(*ceiling.aliases),
                VIA_SERVICE.equals(ceiling.via),
            ),
            allow("AllowAtMostItsOwnLogin", actions.DATABASE_LOGIN, (ceiling.login,)),
            deny("DenyChangingIdentities", ("iam:*", "organizations:*"), EVERYTHING),
            deny("DenyTakingOtherRoles", ("sts:AssumeRole*", "sts:TagSession"), EVERYTHING),
            deny("DenyChangingTheLake", (*actions.LAKE_CHANGES, *actions.GRANTING), EVERYTHING),
        ),
    )
