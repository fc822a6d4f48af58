"""Registered data lake locations."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.reading import entry
from lakeward.estate.sources.resources.identities import identity_arn
from lakeward.estate.sources.sections import DATA_LAKE_LOCATIONS


def _location(location: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    inputs = location.inputs
    role = identity_arn(location, "roleArn", declarations)
    if role is None:
        # Without a role of its own a location is read by the service-linked one.
        role = declarations.arn(
            "iam", "role/aws-service-role/lakeformation.amazonaws.com/AWSServiceRoleForLakeFormationDataAccess"
        )
    yield entry(
        DATA_LAKE_LOCATIONS,
        location,
        declarations,
        {
            "ResourceArn": inputs.get("arn"),
            "RoleArn": role,
            "HybridAccessEnabled": inputs.get("hybridAccessEnabled") or False,
            "WithFederation": inputs.get("withFederation") or None,
            "WithPrivilegedAccess": inputs.get("withPrivilegedAccess") or None,
        },
    )


READERS = {"aws:lakeformation/resource:Resource": _location}
