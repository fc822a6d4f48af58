"""Personas: one role each, reached in a way that fits their kind, and results that nobody else reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lakeward.config.draft import Draft
from lakeward.config.findings import Finding, Loc, choose, repeated, twice
from lakeward.errors import quote
from lakeward.identifiers import RoleArn
from lakeward.model import Administration, OidcTrust, Persona, PersonaKind, RoleTrust, ServiceTrust


def check(draft: Draft) -> Iterator[Finding]:
    personas = draft.config.personas
    yield from repeated(((("personas", i, "name"), persona.name) for i, persona in enumerate(personas)), "persona")
    for index, persona in enumerate(personas):
        loc: Loc = ("personas", index)
        yield from _role(draft, loc, persona)
        yield from _trust(draft, loc, persona)
        yield from _ceiling(loc, persona)
        yield from _administration(loc, persona)
    yield from _one_role_each(draft)
    yield from _results(draft)


def _role(draft: Draft, loc: Loc, persona: Persona) -> Iterator[Finding]:
    if persona.kind is PersonaKind.EXTERNAL:
        if persona.role is None:
            yield Finding((*loc, "role"), "is missing", "give the ARN of the role that exists, or another `kind`")
        elif draft.knows("deployer") and persona.role == draft.config.deployer:
            yield Finding(
                (*loc, "role"), "is the deployer, who can grant itself anything", "let another role work in the lake"
            )
        if persona.trust is not None:
            yield Finding(
                (*loc, "trust"), "an external role has its own trust policy", "remove it, or set another `kind`"
            )
    else:
        if persona.role is not None:
            yield Finding(
                (*loc, "role"),
                f"the role of a {quote(persona.kind)} persona is created here, under its name",
                "remove it, or set `kind: external`",
            )
        if persona.trust is None:
            yield Finding(
                (*loc, "trust"), "is missing", "say who may assume the role: `saml`, `oidc`, `role`, or `service`"
            )


def _trust(draft: Draft, loc: Loc, persona: Persona) -> Iterator[Finding]:
    match persona.trust:
        case ServiceTrust() if persona.kind is PersonaKind.MANAGED:
            yield Finding(
                (*loc, "trust", "service"),
                "a managed persona is for people, not for a service",
                "set `kind: pipeline`, or trust a `saml` or `oidc` provider or a `role`",
            )
        case RoleTrust(role=role) if draft.names and role == draft.names.persona_role_arn(persona.name):
            yield Finding((*loc, "trust", "role"), f"{quote(role)} is the persona itself", "name another role")
        case RoleTrust(role=role) if whose := _bounded(draft, role):
            yield Finding(
                (*loc, "trust", "role"),
                f"{quote(role)} is the persona {quote(whose)}, whose boundary lets it take no other role",
                "trust a provider, or a role that isn't made here",
            )
        case OidcTrust(subjects=subjects):
            yield from twice((*loc, "trust", "subjects"), subjects)


def _bounded(draft: Draft, role: RoleArn) -> str | None:
    """Return the persona whose role, made here and so held by the boundary, this is."""
    created = (persona for persona in draft.config.personas if persona.kind is not PersonaKind.EXTERNAL)
    return next((persona.name for persona in created if draft.role_of(persona) == role), None)


_STATEMENT_KEYS = frozenset(
    {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"},
)


def _ceiling(loc: Loc, persona: Persona) -> Iterator[Finding]:
    """Judge a stated ceiling's shape: an identity policy, no more; what it means is the access model's business."""
    if persona.ceiling and persona.kind is not PersonaKind.EXTERNAL:
        yield Finding(
            (*loc, "ceiling"),
            f"the policies of a {quote(persona.kind)} persona are made here",
            "remove it, or set `kind: external`",
        )
    for index, document in enumerate(persona.ceiling):
        here: Loc = (*loc, "ceiling", index)
        for key in document:
            if key not in {"Version", "Id", "Statement"}:
                yield Finding((*here, key), f"unknown key {quote(key)}", choose(key, ("Version", "Id", "Statement")))
        if document.get("Version") != "2012-10-17":
            yield Finding((*here, "Version"), "isn't the policy language in use", 'write `Version: "2012-10-17"`')
        statements = document.get("Statement")
        if isinstance(statements, Mapping):
            yield from _statement((*here, "Statement"), statements)
        elif not isinstance(statements, tuple) or not statements:
            yield Finding((*here, "Statement"), "holds no statement", "list what the role's policies allow at most")
        else:
            for s, statement in enumerate(statements):
                yield from _statement((*here, "Statement", s), statement)


def _statement(loc: Loc, statement: object) -> Iterator[Finding]:
    if not isinstance(statement, Mapping):
        yield Finding(loc, "isn't a mapping", "write `Effect`, `Action` and `Resource`")
        return
    for key in statement:
        if key not in _STATEMENT_KEYS:
            yield Finding((*loc, key), f"unknown key {quote(key)}", choose(key, _STATEMENT_KEYS))
    if statement.get("Effect") not in {"Allow", "Deny"}:
        yield Finding((*loc, "Effect"), "isn't an effect", "write `Allow` or `Deny`")
    for key in ("Action", "Resource"):
        if len({key, f"Not{key}"} & statement.keys()) != 1:
            yield Finding((*loc, key), f"neither or both of `{key}` and `Not{key}` are there", "give one of them")
    yield from _elements(loc, statement)
    yield from _condition((*loc, "Condition"), statement.get("Condition", {}))


def _elements(loc: Loc, statement: Mapping[object, object]) -> Iterator[Finding]:
    for key in ("Action", "NotAction", "Resource", "NotResource"):
        if key in statement and not _is_texts(statement[key]):
            yield Finding((*loc, key), "isn't a text or a list of texts", "give what the policy itself says")
    for key in ("Action", "NotAction"):
        for action in _texts(statement.get(key)):
            if action != "*" and not re.fullmatch(_ACTION, action):
                yield Finding(
                    (*loc, key), f"{quote(action)} is no action", "write `service:Action`, with `*` as needed"
                )


_ACTION = r"[A-Za-z0-9-]+:[A-Za-z0-9*?]+"

CONDITION_OPERATORS = frozenset(
    f"{family}{comparison}"
    for family, comparisons in {
        "Arn": ("Equals", "Like", "NotEquals", "NotLike"),
        "Binary": ("Equals",),
        "Bool": ("",),
        "Date": ("Equals", "GreaterThan", "GreaterThanEquals", "LessThan", "LessThanEquals", "NotEquals"),
        "IpAddress": ("",),
        "NotIpAddress": ("",),
        "Null": ("",),
        "Numeric": ("Equals", "GreaterThan", "GreaterThanEquals", "LessThan", "LessThanEquals", "NotEquals"),
        "String": ("Equals", "EqualsIgnoreCase", "Like", "NotEquals", "NotEqualsIgnoreCase", "NotLike"),
    }.items()
    for comparison in comparisons
)
"""IAM's own, without set prefix and `IfExists`; a test holds them equal to those that `lakeward.access` evaluates."""


def _condition(loc: Loc, condition: object) -> Iterator[Finding]:
    if not isinstance(condition, Mapping):
        yield Finding(loc, "isn't a mapping", "write an operator, and below it keys with their values")
        return
    for operator, keys in condition.items():
        plain = re.sub(r"^(ForAllValues|ForAnyValue):|IfExists$", "", str(operator))
        if plain not in CONDITION_OPERATORS:
            problem = f"{quote(str(operator))} is no condition operator"
            yield Finding((*loc, str(operator)), problem, choose(plain, CONDITION_OPERATORS))
        elif not isinstance(keys, Mapping) or not all(_is_texts(values, str, int, bool) for values in keys.values()):
            yield Finding((*loc, str(operator)), "isn't a mapping of keys to values", "write keys with their values")


def _is_texts(value: object, *kinds: type) -> bool:
    listed = value if isinstance(value, tuple) else (value,)
    return bool(listed) and all(isinstance(part, kinds or (str,)) for part in listed)


def _texts(value: object) -> tuple[str, ...]:
    """Return the texts of what may be one, a list of them, or something else altogether."""
    listed = value if isinstance(value, tuple) else (value,)
    return tuple(part for part in listed if isinstance(part, str))


def _administration(loc: Loc, persona: Persona) -> Iterator[Finding]:
    if persona.administration is not Administration.NONE and persona.grants:
        yield Finding(
            (*loc, "grants"),
            f"a {quote(persona.administration)} administrator has no data grants of its own (K23)",
            "remove them, or give them to another persona",
        )
    if persona.administration is not Administration.NONE and persona.kind is PersonaKind.PIPELINE:
        yield Finding(
            (*loc, "administration"), "a pipeline administers nothing", "remove it, and let a person's role administer"
        )


def _one_role_each(draft: Draft) -> Iterator[Finding]:
    seen: dict[RoleArn, str] = {}
    for index, persona in enumerate(draft.config.personas):
        if (role := draft.role_of(persona)) is None:
            continue
        if role in seen and seen[role].casefold() != persona.name.casefold():
            yield Finding(
                ("personas", index, "role" if persona.kind is PersonaKind.EXTERNAL else "name"),
                f"{quote(role)} is the role of persona {quote(seen[role])} too",
                "give all its grants to one persona",
            )
        seen.setdefault(role, persona.name)


def _results(draft: Draft) -> Iterator[Finding]:
    """Find results prefixes that equal or hold another's: query results are clear copies (K26)."""
    taken: dict[str, str] = {}
    for index, persona in enumerate(draft.config.personas):
        loc: Loc = ("personas", index, "resultsPrefix")
        if not persona.queries:
            if persona.results_prefix is not None:
                yield Finding(loc, "without `queries: true` there are no results", "remove it, or add `queries: true`")
            continue
        prefix = persona.results_prefix or persona.name
        for other, owner in taken.items():
            if f"{prefix}/".startswith(f"{other}/") or f"{other}/".startswith(f"{prefix}/"):
                relation = "is" if prefix == other else f"overlaps {quote(other)},"
                yield Finding(
                    loc,
                    f"{quote(prefix)} {relation} the results prefix of persona {quote(owner)}",
                    "give each persona a prefix of its own",
                )
                break
        taken.setdefault(prefix, persona.name)
