"""
Members: roles of an organization that are told by where their account stands and how they are named.

One value, rendered alike into every document it stands in (a bucket's, a key's, a trust policy), so that they can't
drift apart. Its conditions can't be left out: a principal that is everyone but for them is never written without.
"""

from __future__ import annotations

from dataclasses import dataclass

from lakeward.documents.conditions import PRINCIPAL_ARN, PRINCIPAL_ORG_PATHS, PRINCIPAL_ORGANIZATION, Condition
from lakeward.documents.errors import MalformedDocumentError
from lakeward.identifiers import OrganizationId, OrgPathPattern


@dataclass(frozen=True, kw_only=True)
class Members:
    """
    Roles in the accounts of some organization paths.

    The organization's id stands beside the paths: it is a fixed value, by which S3 tells that a policy isn't public
    (`semantics.md` A18-5), and it holds where a path is misread.

    Raises:
        MalformedDocumentError: a path is of another organization.

    """

    organization: OrganizationId
    paths: tuple[OrgPathPattern, ...]
    roles: tuple[str, ...]
    """Patterns of role ARNs, with their path; the account may be a wildcard."""

    def __post_init__(self) -> None:
        """Refuse paths that contradict the organization: such a condition never holds."""
        for path in self.paths:
            if path.organization != self.organization:
                raise MalformedDocumentError(f"`{path}` isn't in organization `{self.organization}`")

    def rendered(self) -> str:
        """Return the `Principal` element; the conditions say whom it leaves."""
        return "*"

    def conditions(self) -> tuple[Condition, ...]:
        """Return what makes a caller one of them; all three must hold, and none does for an anonymous caller."""
        return (
            PRINCIPAL_ORGANIZATION.equals(self.organization),
            PRINCIPAL_ORG_PATHS.within(*self.paths),
            PRINCIPAL_ARN.like(*self.roles),
        )
