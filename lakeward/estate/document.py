"""
The estate: what exists, or would exist, in AWS, as one document (`contracts.md` section 2).

`read_estate` is the only way in. It refuses unknown keys and wrong types, all at once and each with its path, and
gives a frozen `Estate`. What isn't known yet stays visible: see `lakeward.estate.unknown`.
"""

# `member` is dataclasses' `field` with a name; sections are frozen values
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec

from lakeward.errors import EstateError, Problem, quote
from lakeward.estate.entries import S3, Athena, Ec2, Glue, Iam, Kms, LakeFormation, Lambda, Organization, Rds
from lakeward.estate.shapes import member, read_shape
from lakeward.estate.unknown import Unknown

VERSION = 1


@dataclass(frozen=True)
class Region:
    """What stands in one Region of an account; a section that the document leaves out holds nothing."""

    SECTION: ClassVar = True

    lake_formation: LakeFormation = member("lakeformation", default=LakeFormation())
    glue: Glue = member("glue", default=Glue())
    s3: S3 = member("s3", default=S3())
    kms: Kms = member("kms", default=Kms())
    ec2: Ec2 = member("ec2", default=Ec2())
    athena: Athena = member("athena", default=Athena())
    lambda_: Lambda = member("lambda", default=Lambda())
    rds: Rds = member("rds", default=Rds())


@dataclass(frozen=True)
class Account:
    """One account. `partial` says why it is whole only for the entries it lists; `None`: nothing else is there."""

    iam: Iam = member("iam", default=Iam())
    regions: Mapping[str, Region] | Unknown = member("regions", default_factory=dict)
    partial: str | None = member("partial", default=None)


@dataclass(frozen=True)
class Estate:
    """The whole estate. An account that isn't listed is not described: what hangs on it is open."""

    version: int = member("version")
    accounts: Mapping[str, Account | Unknown] = member("accounts", default_factory=dict)
    organization: Organization | Unknown | None = member("organization", default=None)

    def account(self, account_id: str) -> Account | None:
        """Return an account that the estate describes; `None` where it doesn't."""
        found = self.accounts.get(account_id)
        return found if isinstance(found, Account) else None

    def region(self, account_id: str, region: str) -> Region | None:
        """Return what stands in a Region of a described account; `None` where that isn't known."""
        account = self.account(account_id)
        if account is None or isinstance(account.regions, Unknown):
            return None
        return account.regions.get(region) or (Region() if account.partial is None else None)


def read_estate(source: bytes | str | Mapping[str, Any], origin: str = "") -> Estate:
    """
    Read an estate from its JSON text, or from JSON that is decoded already.

    Args:
        source: The document.
        origin: Name of the file or source; error paths begin with it.

    Raises:
        EstateError: The text isn't JSON, or the document doesn't fit; all problems, each with its path.

    """
    document = decode_json(source, origin) if isinstance(source, (bytes, str)) else source
    problems: list[Problem] = []
    if isinstance(document, dict) and document.get("version") != VERSION:
        where = f"{origin}.version" if origin else "version"
        problems.append(Problem(where, f"{quote(document.get('version'))} is no version of this format", "use `1`"))
    estate = read_shape(Estate, document, origin, problems)
    if not problems and not isinstance(estate, Estate):
        problems.append(Problem(origin, "this isn't an estate", 'give an object with `"version": 1`'))
    if problems:
        raise EstateError(sorted(set(problems), key=lambda problem: problem.path))
    if not isinstance(estate, Estate):
        raise TypeError(estate)
    return estate


def decode_json(text: bytes | str, origin: str) -> object:
    """
    Decode JSON.

    Raises:
        EstateError: The text isn't JSON, or is nested too deeply.

    """
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = str(error)
    except RecursionError:
        reason = "it is nested too deeply"
    raise EstateError([Problem(origin, f"this isn't JSON: {reason}", "give one JSON document")])
