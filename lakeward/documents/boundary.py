"""
The permissions boundary: what no persona can ever do, whatever policy someone attaches to its role.

One document for all of them. Its Allows are a ceiling: the union of what duties take. Its Denies hold even against
resource policies that name a persona (`semantics.md` A13-3, A10).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lakeward.documents import actions
from lakeward.documents.conditions import KEY_ALIASES, PRINCIPAL_ARN
from lakeward.documents.document import Document, DocumentKind
from lakeward.documents.statement import EVERYTHING, Statement, allow, deny
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
    """Buckets whose objects no persona touches: every zone but the query results."""
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
            *_keys(ceiling),
            deny("DenyChangingIdentities", ("iam:*", "organizations:*"), EVERYTHING),
            deny("DenyChangingTheLake", actions.LAKE_CHANGES, EVERYTHING),
            deny(
                "DenyGrantingToAllButDataLakeAdministrators",
                actions.GRANTING,
                EVERYTHING,
                *((PRINCIPAL_ARN.not_like(*ceiling.administrators),) if ceiling.administrators else ()),
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


def _keys(ceiling: Ceiling) -> tuple[Statement, ...]:
    usable: Sequence[KeyAlias] = [alias for alias in (ceiling.results_key, ceiling.column_key) if alias]
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
                "AllowAtMostTheKeysOfResultsAndColumns",
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
