"""A request to Lake Formation, once it is known to have the form that the service model asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from local.aws.lake_formation.errors import AccessDeniedError, InvalidInputError
from local.aws.lake_formation.state import Json, Lake, lake

_PAGE = 100
"""Entries per page where the client doesn't say; AWS's may be shorter too, so clients must follow tokens."""
_LONGEST_PAGE = 1000


@dataclass(frozen=True)
class Request:
    """One call: who makes it, where, and what it says."""

    account: str
    region: str
    caller: str
    """ARN of the role or user."""
    parameters: Json
    """Checked against the operation's input shape."""

    @property
    def lake(self) -> Lake:
        """Lake Formation of the caller's account."""
        return lake(self.account, self.region)

    @property
    def own_lake(self) -> Lake:
        """
        As `lake`, for operations that only an account itself may do.

        Raises:
            AccessDeniedError: `CatalogId` names another account.

        """
        catalog = self.parameters.get("CatalogId", self.account)
        if catalog != self.account:
            raise AccessDeniedError(f"Insufficient Lake Formation permission(s) on Catalog: {catalog}")
        return self.lake

    def page(self, name: str, entries: Sequence[Json]) -> Json:
        """
        Return one page of a listing, with a token where another follows.

        Args:
            name: The response's member that holds the entries.
            entries: All of them, in an order that doesn't depend on when they were made.

        """
        size = self.parameters.get("MaxResults", _PAGE)
        if not 1 <= size <= _LONGEST_PAGE:
            raise InvalidInputError(f"MaxResults must be between 1 and {_LONGEST_PAGE}")
        token = self.parameters.get("NextToken") or "0"
        if not token.isdecimal() or int(token) > len(entries):
            raise InvalidInputError("Invalid NextToken")
        begin = int(token)
        end = begin + size
        page: Json = {name: list(entries[begin:end])}
        if end < len(entries):
            page["NextToken"] = str(end)
        return page


Operation = Callable[[Request], Json]
"""Answers a request; raises `LakeFormationError`."""
