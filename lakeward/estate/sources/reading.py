"""How a reader of one resource type looks: from one resource and all declarations to entries of the estate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.sections import Section
from lakeward.estate.sources.values import Json

Reader: TypeAlias = Callable[[DeclaredResource, Declarations], Iterable[Entry]]
"""INVARIANT: a reader looks at the declarations and changes nothing; the order of reading doesn't matter."""


def entry(  # noqa: PLR0913  # an entry has this many sides
    section: Section,
    resource: DeclaredResource,
    declarations: Declarations,
    members: Mapping[str, Json],
    *,
    defines: bool = True,
    defaults: Mapping[str, Json] | None = None,
) -> Entry:
    """Return an entry in the account and Region of the resource; members without a value are left out."""
    return Entry(
        section=section,
        members={name: value for name, value in members.items() if value is not None},
        account=declarations.account,
        region=declarations.region_of(resource),
        defines=defines,
        defaults=defaults,
    )
