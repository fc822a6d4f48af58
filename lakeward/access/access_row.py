"""Access rows: one access of one principal, as the matrix lists it (`contracts.md` section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from lakeward.access.context import Context
from lakeward.access.decision import Verdict
from lakeward.access.lake_formation.rows import Rows
from lakeward.access.reading import rows_to_json
from lakeward.access.truth import Truth, hangs_on_unknown, surely
from lakeward.estate.unknown import Unknown


class Path(str, Enum):
    """The way on which something can be done."""

    LAKE_FORMATION = "lake-formation"
    IAM = "iam"
    OBJECTS = "objects"
    KEY = "key"
    DATABASE = "database"
    METADATA = "metadata"
    ASSUME = "assume"
    ADMINISTRATION = "administration"
    DELEGABLE = "delegable"


@dataclass(frozen=True)
class AccessRow:
    """One access of one principal."""

    principal: str
    resource: str
    """`account/region/database.table`, or an ARN where no table is meant."""
    verb: str
    columns: tuple[str, ...]
    rows: Rows
    path: Path
    verdict: Verdict
    """ALLOW, or UNKNOWN where only the permissive reading allows."""
    rule: str = ""
    """The rule that leaves it open; empty for ALLOW."""

    @property
    def sort_key(self) -> tuple[str, ...]:
        """The order in which rows are listed."""
        return (
            self.principal,
            self.resource,
            self.path.value,
            self.verb,
            self.verdict.value,
            str(self.rows or ""),
            *self.columns,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form of `contracts.md` section 4."""
        row = {
            "principal": self.principal,
            "resource": self.resource,
            "verb": self.verb,
            "columns": list(self.columns),
            "rows": rows_to_json(self.rows),
            "path": self.path.value,
            "verdict": self.verdict.value,
        }
        return {**row, "rule": self.rule} if self.rule else row


def standing(truth: Truth) -> tuple[Verdict, str]:
    """Return the verdict of something possible, and the rule that leaves it open where one does (G-3)."""
    if surely(truth):
        return Verdict.ALLOW, ""
    return Verdict.UNKNOWN, "G-1" if hangs_on_unknown(truth) else "G-3"


# What a request may carry is the principal's own choice: where a verdict hangs on it, it is open.
FREE_KEYS = (
    *("aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip", "aws:vpceaccount", "aws:vpceorgid"),
    *("aws:vpceorgpaths", "aws:multifactorauthpresent", "aws:multifactorauthage", "aws:referer", "aws:useragent"),
    *("aws:requesttag/", "aws:tagkeys", "iam:associatedresourcearn", "iam:passedtoservice", "iam:permissionsboundary"),
    *("iam:policyarn", "s3:prefix", "kms:viaservice", "kms:encryptioncontext:", "kms:encryptioncontextkeys"),
    *("kms:grantisforawsresource", "kms:grantoperations", "kms:granteeprincipal", "sts:externalid"),
    *("sts:rolesessionname", "sts:sourceidentity", "sts:transitivetagkeys"),
)
FREE = Context().opened({key: Unknown("chosen by the request") for key in FREE_KEYS})
"""The context of a request of which nothing is told."""
