"""Who holds grants in a configuration: personas, and whoever of other accounts something is shared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lakeward.config.draft import Draft
from lakeward.config.findings import Loc
from lakeward.errors import quote
from lakeward.model import Grant, PersonaKind


@dataclass(frozen=True)
class Holder:
    """Someone with grants, and where they stand."""

    loc: Loc
    """Of the list of grants."""
    name: str
    grants: tuple[Grant, ...]
    reads_only: bool
    """Whether it must not write, create or change: all but pipelines and roles that exist already."""
    why: str
    """What it is, where it reads only: `x` is a persona for people."""
    reads_itself: bool
    """Whether its grants are its own to read with: an account gets them to grant on."""


def holders(draft: Draft) -> Iterator[Holder]:
    """Return everyone who holds grants."""
    for index, persona in enumerate(draft.config.personas):
        why = f"{quote(persona.name)} is a persona for people"
        people = persona.kind is PersonaKind.MANAGED
        yield Holder(("personas", index, "grants"), persona.name, persona.grants, people, why, reads_itself=True)
    for index, share in enumerate(draft.config.sharing.shares if draft.config.sharing else ()):
        why = f"{quote(share.principal)} is of another account"
        loc: Loc = ("sharing", "shares", index, "grants")
        itself = share.principal.role is not None
        yield Holder(loc, share.principal, share.grants, reads_only=True, why=why, reads_itself=itself)
