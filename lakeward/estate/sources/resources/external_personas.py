"""Roles that exist already: the stack only states what their own policies allow at most."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.sections import ROLES
from lakeward.estate.sources.values import Json, document, items, text, unknown
from lakeward.identifiers import RoleArn

_ELSEWHERE = "the role isn't declared in this stack"


def _external_persona(persona: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    ceiling = items(persona.inputs.get("ceiling"))
    policies: list[Json] = [
        {"PolicyName": f"stated ceiling {number}", "PolicyDocument": document(policy)}
        for number, policy in enumerate(ceiling, start=1)
    ]
    arn = RoleArn(text(persona.inputs.get("arn")) or "")
    yield Entry(
        section=ROLES,
        account=arn.account,
        region=declarations.region,
        members={
            "Arn": str(arn),
            "AssumeRolePolicyDocument": unknown(_ELSEWHERE),
            "Policies": policies or [unknown("no ceiling is stated for this role")],
            "Tags": unknown(_ELSEWHERE),
        },
    )


READERS = {"lake:identity:ExternalPersona": _external_persona}
