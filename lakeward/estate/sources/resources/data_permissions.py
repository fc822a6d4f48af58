"""Grants and opt-ins."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.estate.sources.catalog_resources import catalog_resource, texts
from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.permissions import grant, principal
from lakeward.estate.sources.reading import entry
from lakeward.estate.sources.resources.identities import identity_arn
from lakeward.estate.sources.sections import OPT_INS, PERMISSIONS
from lakeward.estate.sources.values import items, mapping


def _permissions(resource: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    inputs = resource.inputs
    yield entry(
        PERMISSIONS,
        resource,
        declarations,
        grant(
            identity_arn(resource, "principal", declarations),
            catalog_resource(inputs, declarations.account),
            texts(inputs.get("permissions") or []),
            texts(inputs.get("permissionsWithGrantOptions") or []),
        ),
    )


def _opt_in(resource: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    inputs = resource.inputs
    conditions = [mapping(condition).get("expression") for condition in items(inputs.get("conditions"))]
    resources = [mapping(block) for block in items(inputs.get("resourceDatas"))]
    for optee in items(inputs.get("principals")):
        for named in resources:
            yield entry(
                OPT_INS,
                resource,
                declarations,
                {
                    "Principal": principal(mapping(optee).get("dataLakePrincipalIdentifier")),
                    "Resource": catalog_resource(named, declarations.account),
                    "Condition": {"Expression": conditions[0]} if conditions else None,
                },
            )


READERS = {
    "aws:lakeformation/optIn:OptIn": _opt_in,
    "aws:lakeformation/permissions:Permissions": _permissions,
}
