"""
Policy documents as they are written: elements, no meaning.

Reads the JSON policy language (grammar: IAM User Guide, `reference_policies_grammar`) into frozen values; what the
elements mean is `lakeward.access`. Refused with their path: unknown elements, wrong types, an effect that is
neither `Allow` nor `Deny`, an element beside its negation.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

from lakeward.errors import Problem, quote
from lakeward.estate.unknown import Unknown, has_token, token_for

_POLICY_MEMBERS = frozenset({"Version", "Id", "Statement"})
_STATEMENT_MEMBERS = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
_VERSIONS = ("2012-10-17", "2008-10-17")
PRINCIPAL_KINDS = ("AWS", "CanonicalUser", "Federated", "Service")

_Texts: TypeAlias = str | tuple[str, ...]
_Principals: TypeAlias = Literal["*"] | dict[Literal["AWS", "CanonicalUser", "Federated", "Service"], _Texts]


class ConditionEntry(msgspec.Struct, frozen=True):
    """One key under one operator: `operator` as written, with its set prefix and `IfExists`."""

    operator: str
    key: str
    values: tuple[str, ...]


class PolicyStatement(msgspec.Struct, frozen=True):
    """One statement. Texts that aren't known are tokens."""

    name: str
    """The `Sid`, or the index in the document, as `[0]`."""
    effect: Literal["Allow", "Deny"] | None
    """`None`: the statement isn't known, and may be either."""
    principals: tuple[tuple[str, str], ...] | None
    """(kind, value) pairs; `("*", "*")` for everyone; `None`: the element is absent."""
    excludes_principals: bool
    actions: tuple[str, ...]
    excludes_actions: bool
    resources: tuple[str, ...] | None
    excludes_resources: bool
    conditions: tuple[ConditionEntry, ...]
    unknown_conditions: Unknown | None = None


class Policy(msgspec.Struct, frozen=True):
    """A policy document; `unknown` says why it can't be read yet."""

    path: str
    """Where it stands in its source."""
    has_variables: bool
    """Whether `${…}` is a variable: only with `Version` 2012-10-17 (`semantics.md` A1-5)."""
    statements: tuple[PolicyStatement, ...]
    unknown: Unknown | None = None


class _SoundStatement(msgspec.Struct, forbid_unknown_fields=True, rename="pascal"):
    """A statement as nearly all are written. What doesn't fit is read element by element, which tells why."""

    effect: Literal["Allow", "Deny"]
    sid: str = ""
    principal: _Principals | msgspec.UnsetType = msgspec.UNSET
    not_principal: _Principals | msgspec.UnsetType = msgspec.UNSET
    action: _Texts | msgspec.UnsetType = msgspec.UNSET
    not_action: _Texts | msgspec.UnsetType = msgspec.UNSET
    resource: _Texts | msgspec.UnsetType = msgspec.UNSET
    not_resource: _Texts | msgspec.UnsetType = msgspec.UNSET
    condition: dict[str, dict[str, _Texts]] | msgspec.UnsetType = msgspec.UNSET

    def statement(self, index: int) -> PolicyStatement | None:
        """Return the statement; `None` where it says nothing about actions, or something beside its negation."""
        actions, resources, principals = self.action, self.resource, self.principal
        if (excludes_actions := self.not_action is not msgspec.UNSET) is (actions is not msgspec.UNSET):
            return None
        if (excludes_resources := self.not_resource is not msgspec.UNSET) and resources is not msgspec.UNSET:
            return None
        if (excludes_principals := self.not_principal is not msgspec.UNSET) and principals is not msgspec.UNSET:
            return None
        return PolicyStatement(
            self.sid or f"[{index}]",
            self.effect,
            _principals_in(self.not_principal if excludes_principals else principals),
            excludes_principals,
            _texts_in(self.not_action if excludes_actions else actions) or (),
            excludes_actions,
            _texts_in(self.not_resource if excludes_resources else resources),
            excludes_resources,
            () if self.condition is msgspec.UNSET else _conditions_in(self.condition),
        )


class _SoundPolicy(msgspec.Struct, forbid_unknown_fields=True, rename="pascal"):
    """A policy document as nearly all are written."""

    statement: list[_SoundStatement] | _SoundStatement
    version: Literal["2012-10-17", "2008-10-17"] = "2008-10-17"
    id: Any = None

    def policy(self, path: str) -> Policy | None:
        """Return the policy; `None` where one of its statements doesn't fit."""
        listed = self.statement if isinstance(self.statement, list) else [self.statement]
        statements = []
        for index, sound in enumerate(listed):
            statement = sound.statement(index)
            if statement is None:
                return None
            statements.append(statement)
        return Policy(path, has_variables=self.version == _VERSIONS[0], statements=tuple(statements))


def _texts_in(given: _Texts | msgspec.UnsetType) -> tuple[str, ...] | None:
    if isinstance(given, str):
        return (given,)
    return None if given is msgspec.UNSET else given


def _principals_in(given: _Principals | msgspec.UnsetType) -> tuple[tuple[str, str], ...] | None:
    if given is msgspec.UNSET:
        return None
    if type(given) is not dict:
        return (("*", "*"),)
    return tuple(
        [
            _principal(kind, text)
            for kind, texts in given.items()
            for text in ((texts,) if type(texts) is str else texts)
        ]
    )


def _principal(kind: str, text: str) -> tuple[str, str]:
    # `"*"` and {"AWS": "*"} are the same (`semantics.md` A8-1).
    return ("*", "*") if kind == "AWS" and text == "*" else (kind, text)


def _conditions_in(given: dict[str, dict[str, _Texts]]) -> tuple[ConditionEntry, ...]:
    return tuple(
        [
            ConditionEntry(operator, key, (values,) if isinstance(values, str) else values)
            for operator, keys in given.items()
            for key, values in keys.items()
        ]
    )


def read_policy(value: Any, path: str, problems: list[Problem]) -> Policy | None:  # noqa: ANN401 - JSON as it comes
    """
    Read a policy document: an object, or the text of one as some of AWS's APIs return it.

    `{}` is no policy and gives `None`; so does what can't be read, with the reasons added to `problems`.
    """
    if type(value) is str:
        if has_token(value) and not value.lstrip().startswith("{"):
            return Policy(path, has_variables=True, statements=(), unknown=Unknown(value))
        value = _decode(value, path, problems)
    elif type(value) is not dict:
        remedy = "give an object with `Version` and `Statement`"
        problems.append(Problem(path, "this isn't a policy document", remedy))
    if type(value) is not dict or not value:
        return None
    try:
        sound = msgspec.convert(value, _SoundPolicy).policy(path)
    except msgspec.ValidationError:
        sound = None
    if sound is not None:
        return sound
    if (unknown := _unknown_in(value)) is not None:
        return Policy(path, has_variables=True, statements=(), unknown=unknown)
    problems.extend(_unknown_element(name, path, _POLICY_MEMBERS) for name in value if name not in _POLICY_MEMBERS)
    version = value.get("Version", "2008-10-17")
    if version not in _VERSIONS:
        problems.append(Problem(f"{path}.Version", f"{quote(version)} is no version", "use `2012-10-17`"))
    statements = _read_statements(value.get("Statement"), f"{path}.Statement", problems)
    return None if statements is None else Policy(path, has_variables=version == _VERSIONS[0], statements=statements)


def _read_statements(given: object, path: str, problems: list[Problem]) -> tuple[PolicyStatement, ...] | None:
    if given is None:
        problems.append(Problem(path, "this element is missing", "add a list of statements"))
        return None
    if type(given) is list:
        found = [_read_statement(entry, index, f"{path}[{index}]", problems) for index, entry in enumerate(given)]
    else:
        found = [_read_statement(given, 0, path, problems)]
    return tuple(statement for statement in found if statement is not None)


def _decode(text: str, path: str, problems: list[Problem]) -> object:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        problems.append(Problem(path, f"this text isn't a policy document: {error}", "give it as an object"))
        return None


def _unknown_element(name: object, path: str, valid: frozenset[str]) -> Problem:
    return Problem(f"{path}.{name}", "this element is unknown", f"use one of: {', '.join(sorted(valid))}")


def _unknown_in(value: object) -> Unknown | None:
    if type(value) is dict and len(value) == 1 and "unknown" in value:
        return Unknown(str(value["unknown"]))
    return None


def _read_statement(
    value: Any,  # noqa: ANN401
    index: int,
    path: str,
    problems: list[Problem],
) -> PolicyStatement | None:
    if type(value) is not dict:
        problems.append(Problem(path, "this isn't a statement", "give an object with `Effect` and `Action`"))
        return None
    if _unknown_in(value) is not None:
        return PolicyStatement(
            name=f"[{index}]",
            effect=None,
            principals=None,
            excludes_principals=False,
            actions=(),
            excludes_actions=True,
            resources=None,
            excludes_resources=False,
            conditions=(),
        )
    before = len(problems)
    if not _STATEMENT_MEMBERS.issuperset(value):
        problems.extend(
            _unknown_element(name, path, _STATEMENT_MEMBERS) for name in value if name not in _STATEMENT_MEMBERS
        )
    effect = value.get("Effect")
    if effect not in ("Allow", "Deny"):
        problems.append(Problem(f"{path}.Effect", f"{quote(effect)} is no effect", "use `Allow` or `Deny`"))
    name = value.get("Sid") or f"[{index}]"
    if type(name) is not str:
        problems.append(Problem(f"{path}.Sid", "this isn't a text", "give a text"))
    actions, excludes_actions = _read_pair(value, "Action", path, problems)
    if actions is None:
        problems.append(Problem(f"{path}.Action", "this element is missing", "add `Action` or `NotAction`"))
    resources, excludes_resources = _read_pair(value, "Resource", path, problems)
    excludes_principals = "NotPrincipal" in value
    principals = None
    if excludes_principals and "Principal" in value:
        problems.append(Problem(f"{path}.NotPrincipal", "it stands beside `Principal`", "keep one of them"))
    elif excludes_principals or "Principal" in value:
        element = "NotPrincipal" if excludes_principals else "Principal"
        principals = _read_principals(value[element], f"{path}.{element}", problems)
    given = value.get("Condition")
    unknown_conditions = _unknown_in(given)
    conditions = () if given is None or unknown_conditions else _read_conditions(given, f"{path}.Condition", problems)
    if len(problems) > before:
        return None
    return PolicyStatement(
        name=name,
        effect=effect,
        principals=principals,
        excludes_principals=excludes_principals,
        actions=actions or (),
        excludes_actions=excludes_actions,
        resources=resources,
        excludes_resources=excludes_resources,
        conditions=conditions,
        unknown_conditions=unknown_conditions,
    )


def _read_pair(
    statement: dict[str, Any], element: str, path: str, problems: list[Problem]
) -> tuple[tuple[str, ...] | None, bool]:
    negated = f"Not{element}"
    if negated in statement:
        if element in statement:
            problems.append(Problem(f"{path}.{negated}", f"it stands beside `{element}`", "keep one of them"))
        return _read_texts(statement[negated], f"{path}.{negated}", problems), True
    if element in statement:
        return _read_texts(statement[element], f"{path}.{element}", problems), False
    return None, False


def _read_texts(value: Any, path: str, problems: list[Problem]) -> tuple[str, ...]:  # noqa: ANN401
    if type(value) is str:
        return (value,)
    if type(value) is list:
        return tuple(_read_text(item, f"{path}[{index}]", problems) for index, item in enumerate(value))
    return (_read_text(value, path, problems),)


def _read_text(value: Any, path: str, problems: list[Problem]) -> str:  # noqa: ANN401
    if type(value) is str:
        return value
    if _unknown_in(value) is not None:
        return token_for(path)
    problems.append(Problem(path, "this isn't a text", "give a text or a list of texts"))
    return ""


def _read_principals(value: Any, path: str, problems: list[Problem]) -> tuple[tuple[str, str], ...]:  # noqa: ANN401
    if value == "*":
        return (("*", "*"),)
    if _unknown_in(value) is not None:
        return (("AWS", token_for(path)),)
    if type(value) is not dict:
        problems.append(Problem(path, "this names no principal", 'use `"*"` or an object such as {"AWS": "…"}'))
        return ()
    principals: list[tuple[str, str]] = []
    for kind, given in value.items():
        if kind not in PRINCIPAL_KINDS:
            problems.append(_unknown_element(kind, path, frozenset(PRINCIPAL_KINDS)))
            continue
        texts = _read_texts(given, f"{path}.{kind}", problems)
        principals += [_principal(kind, text) for text in texts]
    return tuple(principals)


def _read_conditions(value: Any, path: str, problems: list[Problem]) -> tuple[ConditionEntry, ...]:  # noqa: ANN401
    if type(value) is not dict:
        problems.append(Problem(path, "this isn't a condition", "give an object of operators"))
        return ()
    entries = []
    for operator, keys in value.items():
        if type(keys) is not dict:
            problems.append(Problem(f"{path}.{operator}", "this isn't an object of condition keys", "give one"))
            continue
        for key, given in keys.items():
            where = f"{path}.{operator}.{key}"
            listed = given if type(given) is list else [given]
            values = tuple(_read_scalar(item, where, problems) for item in listed)
            entries.append(ConditionEntry(operator, key, values))
    return tuple(entries)


def _read_scalar(value: Any, path: str, problems: list[Problem]) -> str:  # noqa: ANN401
    """Read a condition value: JSON lets numbers and booleans stand unquoted."""
    if type(value) is str:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) in (int, float):
        return str(value)
    return _read_text(value, path, problems)


def read_boundary(value: Any, path: str, problems: list[Problem]) -> Policy | None:  # noqa: ANN401
    """Read a permissions boundary: its document, or AWS's reference to one, which alone leaves it unknown."""
    if type(value) is dict and "Statement" not in value:
        if "PolicyDocument" in value:
            return read_policy(value["PolicyDocument"], f"{path}.PolicyDocument", problems)
        if "PermissionsBoundaryArn" in value:
            return Policy(
                path,
                has_variables=True,
                statements=(),
                unknown=Unknown(f"the document of {value['PermissionsBoundaryArn']} isn't given"),
            )
    return read_policy(value, path, problems)
