"""Every physical name of the stack, made once: a name that its service would refuse is found here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lakeward.config.draft import Draft
from lakeward.config.findings import Finding, Loc
from lakeward.errors import InvalidIdentifierError
from lakeward.model import PersonaKind
from lakeward.names import Names


def check(draft: Draft) -> Iterator[Finding]:
    if (names := draft.names) is None:
        return
    for loc, make, subject in _makings(draft, names):
        yield from _refused(loc, make, subject)
    yield from _taken(draft, names)


def _refused(loc: Loc, make: Callable[[str], str], subject: str) -> Iterator[Finding]:
    try:
        make(subject)
    except InvalidIdentifierError as error:
        yield Finding(loc, f"a name made of it is refused: {error.problem}", error.remedy)


def _makings(draft: Draft, names: Names) -> Iterator[tuple[Loc, Callable[[str], str], str]]:
    """Return each name that is made of something configured: where that stands, how it is made, of what."""
    for index, zone in enumerate(draft.config.zones):
        for make in (names.bucket, names.key_alias, names.registration_role_arn):
            yield ("zones", index, "name"), make, zone.name
    for index, persona in enumerate(draft.config.personas):
        if persona.kind is not PersonaKind.EXTERNAL:
            yield ("personas", index, "name"), names.persona_role_arn, persona.name
        if persona.queries:
            yield ("personas", index, "name"), names.workgroup_arn, persona.name


def _taken(draft: Draft, names: Names) -> Iterator[Finding]:
    """Find personas whose role would take the name of another role: IAM's names are one space, letter case aside."""
    taken = {names.registration_role(zone.name).casefold(): "a registration role" for zone in draft.config.zones}
    if draft.knows("deployer"):
        taken[draft.config.deployer.name.casefold()] = "the deployer"
    for index, persona in enumerate(draft.config.personas):
        if persona.kind is not PersonaKind.EXTERNAL and (whose := taken.get(persona.name.casefold())):
            yield Finding(
                ("personas", index, "name"), f"its role would have the name of {whose}", "name the persona differently"
            )
