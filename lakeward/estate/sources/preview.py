"""Declarations from `pulumi preview --json --show-sames`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from lakeward.errors import EstateError, Problem
from lakeward.estate.sources.declared import DeclaredResource, name_of
from lakeward.estate.sources.shapes import shaped, without_secrets
from lakeward.estate.sources.values import Json, plain_mapping, replaced, unknown

UNKNOWN_SENTINEL = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine writes for every value that it doesn't know yet (`platform.md` section 6)."""

_REMEDY = "give what `pulumi preview --json --show-sames` prints"

_KEPT = frozenset({"same", "update", "refresh"})
"""Operations after which a resource has the id it had before."""

_GONE = frozenset(
    {"delete", "delete-replaced", "discard", "discard-replaced", "read-discard", "remove-pending-replace"}
)


class _State(msgspec.Struct, rename="camel"):
    urn: str
    type: str
    custom: bool = False
    parent: str | None = None
    inputs: dict[str, object] | None = None
    outputs: dict[str, object] | None = None
    dependencies: list[str] | None = None
    property_dependencies: dict[str, list[str] | None] | None = None


class _Step(msgspec.Struct, rename="camel"):
    op: str
    urn: str
    new_state: _State | None = None
    old_state: _State | None = None


class _Diagnostic(msgspec.Struct):
    severity: str = ""
    message: str = ""


class _Preview(msgspec.Struct, rename="camel"):
    steps: list[_Step]
    change_summary: dict[str, int] = {}
    diagnostics: list[_Diagnostic] = []


def recognises(document: Mapping[str, object]) -> bool:
    """Say whether a document is a preview."""
    return "steps" in document or "changeSummary" in document


def declared_resources(document: Mapping[str, object], source: str) -> list[DeclaredResource]:
    """
    Return what will be declared once the previewed update has run.

    Raises:
        EstateError: The document isn't a preview; or it broke off, or its steps don't hold the unchanged resources,
            so that much of the stack would look as if it weren't there.

    """
    preview = shaped(document, _Preview, source, _REMEDY)
    if broken_off := list(_broken_off(preview, source)):
        raise EstateError(broken_off)
    shown = sum(step.op == "same" for step in preview.steps)
    unchanged = preview.change_summary.get("same", 0)
    if shown < unchanged or not preview.steps:
        raise EstateError(
            [
                Problem(
                    f"{source}.steps",
                    f"{unchanged - shown} unchanged resources are left out" if unchanged else "there are none",
                    "add `--show-sames`: `pulumi preview --json --show-sames`",
                )
            ]
        )
    declared: dict[str, DeclaredResource] = {}
    for step in preview.steps:
        if step.new_state is not None and step.op not in _GONE:
            declared[step.urn] = _declared(step.new_state, step)
    return list(declared.values())


def _broken_off(preview: _Preview, source: str) -> Iterator[Problem]:
    for index, diagnostic in enumerate(preview.diagnostics):
        message = " ".join(diagnostic.message.split()).removeprefix("error: ")
        # Alone these words mean that the policy pack refused the stack, of which all steps are there all the same.
        if diagnostic.severity == "error" and message != "preview failed":
            yield Problem(
                f"{source}.diagnostics[{index}]", f"the preview broke off: {message}", "make it succeed first"
            )


def _declared(state: _State, step: _Step) -> DeclaredResource:
    before = step.old_state.outputs if step.old_state is not None and step.op in _KEPT else None
    return DeclaredResource(
        urn=state.urn,
        type=state.type,
        name=name_of(state.urn),
        parent=state.parent or None,
        custom=state.custom,
        inputs=_known(state.inputs),
        outputs=_known(before),
        dependencies=tuple(state.dependencies or ()),
        property_dependencies={name: tuple(urns) for name, urns in (state.property_dependencies or {}).items() if urns},
    )


def _known(properties: dict[str, object] | None) -> dict[str, Json]:
    known = {name: replaced(value, _stand_in) for name, value in plain_mapping(properties or {}).items()}
    return without_secrets(known)


def _stand_in(value: Json) -> Json | None:
    return unknown("known after the update") if value == UNKNOWN_SENTINEL else None
