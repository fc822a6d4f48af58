"""
Identity policies: what the roles of the lake may do of themselves.

Each builder returns one inline policy for one duty. None reaches data: tables are read through Lake Formation alone,
with the registration role's rights, so no persona has an S3 right on a zone (`semantics.md` B2-4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lakeward.documents import actions
from lakeward.documents.conditions import KEY_ALIASES, LISTED_PREFIX, VIA_SERVICE
from lakeward.documents.document import Document, DocumentKind
from lakeward.documents.statement import EVERYTHING, Statement, allow
from lakeward.identifiers import Arn, KeyAlias, ObjectPrefix


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """Part of the Glue catalog. An operation needs the table, its database and the catalog (`semantics.md` A16-1)."""

    catalog: Arn
    databases: tuple[Arn, ...]
    tables: tuple[Arn, ...]

    def arns(self) -> tuple[Arn, ...]:
        """Return all of it."""
        return (self.catalog, *self.databases, *self.tables)


@dataclass(frozen=True, kw_only=True)
class KeyByAlias:
    """A key whose id isn't known yet: any key of the account that has the alias (P2)."""

    keys: Arn
    alias: KeyAlias


@dataclass(frozen=True, kw_only=True)
class ResultsPrefix:
    """Where a persona's query results go."""

    workgroup: Arn
    data_catalog: Arn
    bucket: Arn
    prefix: ObjectPrefix
    objects: Arn
    """All objects below the prefix."""
    key: KeyByAlias
    via: str
    """S3's host in the Region, as `kms:ViaService` spells it."""


def table_reading(role: str, catalog: Catalog, default_database: Catalog) -> Document:
    """
    Return what reading tables takes on the side of IAM; which columns and rows is Lake Formation's to say.

    Args:
        role: name of the role.
        catalog: databases and tables that the persona has a grant on.
        default_database: the database `default`, which Athena asks for whatever the query names (B20).

    """
    return _inline(
        role,
        _data_access(),
        allow("AllowSeeingTablesItHasGrantsOn", actions.CATALOG_READS, catalog.arns()),
        allow("AllowSeeingTheDefaultDatabase", ("glue:GetDatabase",), default_database.arns()),
    )


def shared_table_reading(role: str, catalogs: Sequence[Catalog]) -> Document:
    """
    Return what finding other accounts' tables takes, on the owners' own ARNs; a link to them isn't enough (B12-3).

    Args:
        role: name of the role.
        catalogs: what the role's links point to.

    """
    arns = [arn for catalog in catalogs for arn in catalog.arns()]
    return _inline(role, allow("AllowSeeingTablesSharedWithIt", actions.CATALOG_READS, arns))


def querying(role: str, results: ResultsPrefix) -> Document:
    """Return what running queries takes: the persona's own workgroup, its own prefix, the key of the results."""
    return _inline(
        role,
        allow("AllowQueriesInItsWorkgroup", actions.QUERY_ACTIONS, (results.workgroup,)),
        allow("AllowFindingTheDataCatalog", actions.DATA_CATALOG_READS, (results.data_catalog,)),
        allow("AllowItsOwnQueryResults", actions.RESULT_OBJECTS, (results.objects,)),
        allow(
            "AllowListingItsOwnQueryResults",
            actions.BUCKET_LISTING,
            (results.bucket,),
            LISTED_PREFIX.like(f"{results.prefix}/*"),
        ),
        allow("AllowFindingTheResultsBucket", actions.RESULTS_BUCKET, (results.bucket,)),
        allow(
            "AllowTheKeyOfQueryResultsThroughS3",
            actions.DATA_KEY_USE,
            (results.key.keys,),
            KEY_ALIASES.any_equals(results.key.alias),
            VIA_SERVICE.equals(results.via),
        ),
    )


@dataclass(frozen=True, kw_only=True)
class TenantFiles:
    """A tenant's files: all objects below its prefix, in a bucket under a key."""

    bucket: Arn
    prefix: ObjectPrefix
    objects: Arn
    key: KeyByAlias
    via: str
    """S3's host in the Region, as `kms:ViaService` spells it."""


def file_reading(role: str, files: TenantFiles) -> Document:
    """Return what a tenant does with its own files: list and read them."""
    return _inline(
        role,
        allow("AllowItsOwnFiles", actions.FILE_READING, (files.objects,)),
        allow(
            "AllowListingItsOwnFiles", actions.BUCKET_LISTING, (files.bucket,), LISTED_PREFIX.like(f"{files.prefix}/*")
        ),
        allow(
            "AllowTheKeyOfItsFilesThroughS3",
            actions.DATA_KEY_READ,
            (files.key.keys,),
            KEY_ALIASES.any_equals(files.key.alias),
            VIA_SERVICE.equals(files.via),
        ),
    )


def file_writing(role: str, bucket: Arn, key: KeyByAlias, via: str) -> Document:
    """Return what a writer of tenants' files does: put them under any prefix, read none."""
    return _inline(
        role,
        allow("AllowPuttingTenantsFiles", actions.FILE_WRITING, (f"{bucket}/*",)),
        allow(
            "AllowTheKeyOfTenantsFilesThroughS3",
            actions.DATA_KEY_WRITE,
            (key.keys,),
            KEY_ALIASES.any_equals(key.alias),
            VIA_SERVICE.equals(via),
        ),
    )


@dataclass(frozen=True, kw_only=True)
class CatalogWrite:
    """One kind of write to the catalog: what it is, as part of a Sid, its actions, and where."""

    what: str
    actions: tuple[str, ...]
    where: Catalog


def catalog_writing(role: str, writes: Sequence[CatalogWrite]) -> Document:
    """Return the catalog writes that go with the role's grants; Lake Formation asks for the grant as well."""
    return _inline(role, *(allow(f"Allow{write.what}", write.actions, write.where.arns()) for write in writes))


def job_running(role: str, logs: Arn, column_key: KeyByAlias | None) -> Document:
    """
    Return what a job needs beside its tables: to write its logs, and to encrypt columns if that is its job.

    Args:
        role: name of the role.
        logs: log groups of jobs.
        column_key: the key it encrypts columns with.

    """
    logging = allow("AllowWritingJobLogs", actions.JOB_LOGGING, (logs,))
    if column_key is None:
        return _inline(role, logging)
    named = KEY_ALIASES.any_equals(column_key.alias)
    return _inline(role, logging, allow("AllowEncryptingColumns", actions.COLUMN_KEY_USE, (column_key.keys,), named))


def lake_viewing(role: str, catalog: Catalog) -> Document:
    """Return the right to see who may do what in the lake, and its whole catalog; no data."""
    return _inline(role, *_views(catalog))


def lake_granting(role: str, catalog: Catalog) -> Document:
    """
    Return the rights of a data lake administrator: see, grant and revoke.

    Not the settings, locations and tags of the lake, which this program owns; and no data, though an administrator
    can grant itself any (B5): reports show that as reach.
    """
    return _inline(role, *_views(catalog), allow("AllowGrantingAndRevoking", actions.GRANTING, EVERYTHING))


def infrastructure_viewing(role: str, buckets: Sequence[Arn], trail: Arn | None) -> Document:
    """Return the right to see how buckets and the audit trail are configured, and nothing that is in them."""
    return _inline(
        role,
        allow("AllowSeeingHowBucketsAreConfigured", actions.BUCKET_CONFIGURATION_VIEWS, buckets),
        *((allow("AllowSeeingHowTheAuditIsSetUp", actions.TRAIL_VIEWS, (trail,)),) if trail else ()),
    )


@dataclass(frozen=True, kw_only=True)
class Location:
    """A data lake location: a bucket or a prefix in it, and the key its objects are under."""

    bucket: Arn
    prefix: str
    """Without slashes at the ends; empty: the whole bucket."""
    key: KeyByAlias
    via: str
    """S3's host in the Region, as `kms:ViaService` spells it."""


def location_reading(role: str, location: Location) -> Document:
    """Return what a registration role does where nobody writes: read the objects of one bucket."""
    return _location(role, location, ("s3:GetObject",), actions.DATA_KEY_READ)


def location_writing(role: str, location: Location) -> Document:
    """Return what a registration role does where somebody writes: read, write and delete objects of one bucket."""
    return _location(role, location, ("s3:DeleteObject", "s3:GetObject", "s3:PutObject"), actions.DATA_KEY_USE)


def _location(role: str, location: Location, objects: Sequence[str], key_use: Sequence[str]) -> Document:
    keys = (location.key.keys,)
    named = KEY_ALIASES.any_equals(location.key.alias)
    below = f"{location.prefix}/*" if location.prefix else "*"
    listed = (LISTED_PREFIX.like(below),) if location.prefix else ()
    return _inline(
        role,
        allow("AllowObjectsOfTheLocation", objects, (f"{location.bucket}/{below}",)),
        allow("AllowListingTheLocation", actions.BUCKET_LISTING, (location.bucket,), *listed),
        allow("AllowTheKeyOfTheLocationThroughS3", key_use, keys, named, VIA_SERVICE.equals(location.via)),
        allow("AllowDescribingTheKeyOfTheLocation", actions.KEY_DESCRIPTION, keys, named),
    )


def database_login(policy: str, login: Arn) -> Document:
    """
    Return the right of every tenant to log in to the database as itself: one document for all of them.

    Args:
        policy: the managed policy's name.
        login: the caller's login, by the cluster's resource id (`semantics.md` D1-1), with `TENANT` in the user.

    """
    statement = allow("AllowLoggingInAsItself", actions.DATABASE_LOGIN, (login,))
    return Document(DocumentKind.MANAGED_POLICY, policy, (statement,))


def _views(catalog: Catalog) -> tuple[Statement, ...]:
    return (
        allow("AllowSeeingWhoMayDoWhat", actions.LAKE_VIEWS, EVERYTHING),
        allow("AllowSeeingTheCatalog", actions.CATALOG_READS, catalog.arns()),
    )


def _data_access() -> Statement:
    return allow("AllowAskingLakeFormationForData", actions.DATA_ACCESS, EVERYTHING)


def _inline(role: str, *statements: Statement) -> Document:
    return Document(DocumentKind.INLINE_POLICY, role, statements)
