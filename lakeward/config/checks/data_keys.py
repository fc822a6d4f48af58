"""Who administers keys, who administers the lake, who uses them: never the same role (`systems.md` K23, K40)."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.config.draft import Draft
from lakeward.config.findings import Finding, Loc, choose, repeated
from lakeward.errors import quote
from lakeward.identifiers import RoleArn
from lakeward.model import Administration, PersonaKind

MOST_ADMINISTRATORS = 30
"""Lake Formation's limit for each of the two lists."""

_ANOTHER = "name another role: administrators of keys don't use them"


def check(draft: Draft) -> Iterator[Finding]:
    yield from _lake_administrators(draft)
    yield from _key_administrators(draft)
    yield from _artifact_writers(draft)
    yield from _encrypters(draft)
    yield from _break_glass(draft)


def _lake_administrators(draft: Draft) -> Iterator[Finding]:
    config = draft.config
    yield from repeated(((("administrators", i), arn) for i, arn in enumerate(config.administrators)), "role")
    among_personas = [persona for persona in config.personas if persona.administration is Administration.DATA_LAKE]
    full = len({config.deployer, *config.administrators}) + len(among_personas)
    if full > MOST_ADMINISTRATORS:
        yield Finding(
            ("administrators",),
            f"with the deployer and personas there are {full} data lake administrators",
            f"Lake Formation takes {MOST_ADMINISTRATORS}: let fewer roles grant",
        )
    read_only = [persona for persona in config.personas if persona.administration is Administration.READ_ONLY]
    if len(read_only) > MOST_ADMINISTRATORS:
        yield Finding(
            ("personas",),
            f"{len(read_only)} of them are read-only administrators",
            f"Lake Formation takes {MOST_ADMINISTRATORS}: let fewer roles review",
        )
    yield from _personas_among(
        draft, ("administrators",), config.administrators, "write `administration: data-lake` at the persona instead"
    )


def _key_administrators(draft: Draft) -> Iterator[Finding]:
    administrators = draft.config.data_keys.administrators
    loc: Loc = ("dataKeys", "administrators")
    yield from repeated((((*loc, i), arn) for i, arn in enumerate(administrators)), "role")
    yield from _personas_among(draft, loc, administrators, _ANOTHER)


def _artifact_writers(draft: Draft) -> Iterator[Finding]:
    """Find writers of shared buckets, who use their keys, among those who administer keys (`ENC003`)."""
    roles = dict.fromkeys(draft.config.data_keys.administrators, "an administrator of the keys")
    if draft.knows("deployer"):
        roles[draft.config.deployer] = "the deployer, who administers the keys"
    for index, shared in enumerate(draft.config.shared_buckets):
        for number, writer in enumerate(shared.writers):
            if (whose := roles.get(writer)) is not None:
                yield Finding(
                    ("sharedBuckets", index, "writers", number),
                    f"{quote(writer)} is {whose}",
                    _ANOTHER,
                )


def _personas_among(draft: Draft, loc: Loc, arns: tuple[RoleArn, ...], remedy: str) -> Iterator[Finding]:
    roles = {draft.role_of(persona): persona.name for persona in draft.config.personas}
    for index, arn in enumerate(arns):
        if (name := roles.get(arn)) is not None:
            yield Finding((*loc, index), f"{quote(arn)} is the persona {quote(name)}", remedy)


def _encrypters(draft: Draft) -> Iterator[Finding]:
    if (column := draft.config.data_keys.column) is None:
        return
    loc: Loc = ("dataKeys", "column", "encrypters")
    personas = {persona.name: persona for persona in draft.config.personas}
    pipelines = [name for name, persona in personas.items() if persona.kind is PersonaKind.PIPELINE]
    yield from repeated((((*loc, i), name) for i, name in enumerate(column.encrypters)), "persona")
    for index, name in enumerate(column.encrypters):
        if name in personas and personas[name].kind is not PersonaKind.PIPELINE:
            yield Finding(
                (*loc, index),
                f"{quote(name)} is a {quote(personas[name].kind)} persona, and only pipelines encrypt",
                choose(None, pipelines),
            )
        elif name not in personas and draft.lacks(("personas",), name):
            yield Finding((*loc, index), f"there is no persona {quote(name)}", choose(name, pipelines))


def _break_glass(draft: Draft) -> Iterator[Finding]:
    config = draft.config
    if config.break_glass is None:
        return
    role = config.break_glass.role
    daily = {draft.role_of(persona): f"the persona {quote(persona.name)}" for persona in config.personas}
    # Whoever used a key and wrote its policy would decide alone who reads the data.
    daily |= dict.fromkeys(config.data_keys.administrators, "an administrator of the keys")
    if draft.knows("deployer"):
        daily[config.deployer] = "the deployer"
    if (whose := daily.get(role)) is not None:
        yield Finding(("breakGlass", "role"), f"{quote(role)} is {whose}", "name a role that nobody works as every day")
