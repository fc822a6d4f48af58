"""Grants by attributes: the project's own resource, since the provider's has no condition (`semantics.md` B11-5)."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.estate.sources.catalog_resources import texts
from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.permissions import at_home, grant
from lakeward.estate.sources.reading import entry
from lakeward.estate.sources.sections import PERMISSIONS


def _attribute_grant(resource: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    inputs = resource.inputs
    yield entry(
        PERMISSIONS,
        resource,
        declarations,
        grant(
            inputs.get("principal"),
            at_home(inputs.get("resource"), declarations.account),
            texts(inputs.get("permissions") or []),
            condition={"Expression": inputs.get("condition")},
        ),
    )


READERS = {"pulumi-python:dynamic/components.providers.attribute_grant:AttributeGrant": _attribute_grant}
