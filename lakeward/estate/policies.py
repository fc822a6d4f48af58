"""
Policy documents as they are written: elements, no meaning.

Reads the JSON policy language (grammar: IAM User Guide, `reference_policies_grammar`) into frozen values; what the
elements mean is `lakeward.access`. Refused with their path: unknown elements, wrong types, an effect that is
neither `Allow` nor `Deny`, an element beside its negation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias, TypeVar

import msgspec

from lakeward.errors import Problem, quote
from lakeward.estate.unknown import Unknown, has_token, token_for

T = TypeVar("T")

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
_PrincipalKind: TypeAlias = Literal["AWS", "CanonicalUser", "Federated", "Service"]
_Principals: TypeAlias = Literal["*"] | dict[_PrincipalKind, _Texts]
# JSON lets numbers and booleans stand unquoted among the values of a condition key.
_Scalar: TypeAlias = str | bool | int | float
_Values: TypeAlias = _Scalar | tuple[_Scalar, ...]
_Conditions: TypeAlias = dict[str, dict[str, _Values]]
_Element: TypeAlias = _Texts | msgspec.UnsetType


class ConditionEntry(msgspec.Struct, frozen=True):
    """One key under one operator: `operator` as written, with its set prefix and `IfExists`."""

    operator: str
    key: str
    values: tuple[str, ...]


class PolicyStatement(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """One statement, its elements as they are written. Texts that aren't known are tokens."""

    effect: Literal["Allow", "Deny"] | None
    """`None`: the statement isn't known, and may be either."""
    sid: str = ""
    principal: _Principals | msgspec.UnsetType = msgspec.UNSET
    not_principal: _Principals | msgspec.UnsetType = msgspec.UNSET
    action: _Element = msgspec.UNSET
    not_action: _Element = msgspec.UNSET
    resource: _Element = msgspec.UNSET
    not_resource: _Element = msgspec.UNSET
    condition: _Conditions | Unknown | msgspec.UnsetType = msgspec.UNSET

    @property
    def principals(self) -> tuple[tuple[str, str], ...] | None:
        """(kind, value) pairs, named or excluded; `("*", "*")` for everyone; `None`: the element is absent."""
        given = self.principal if self.not_principal is msgspec.UNSET else self.not_principal
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

    @property
    def excludes_principals(self) -> bool:
        """Whether it is about all but its principals."""
        return self.not_principal is not msgspec.UNSET

    @property
    def actions(self) -> tuple[str, ...]:
        """Entries of `Action` or `NotAction`."""
        return _texts_in(self.action if self.not_action is msgspec.UNSET else self.not_action) or ()

    @property
    def resources(self) -> tuple[str, ...] | None:
        """Entries of `Resource` or `NotResource`; `None`: the element is absent."""
        return _texts_in(self.resource if self.not_resource is msgspec.UNSET else self.not_resource)

    @property
    def conditions(self) -> tuple[ConditionEntry, ...]:
        """Its conditions; empty where they aren't known."""
        if not isinstance(self.condition, dict):
            return ()
        return tuple(
            [
                ConditionEntry(operator, key, condition_values(values))
                for operator, keys in self.condition.items()
                for key, values in keys.items()
            ]
        )

    @property
    def unknown_conditions(self) -> Unknown | None:
        """Why its conditions aren't known."""
        return self.condition if isinstance(self.condition, Unknown) else None


class Policy(msgspec.Struct, frozen=True):
    """A policy document; `unknown` says why it can't be read yet."""

    path: str
    """Where it stands in its source."""
    has_variables: bool
    """Whether `${…}` is a variable: only with `Version` 2012-10-17 (`semantics.md` A1-5)."""
    statements: tuple[PolicyStatement, ...]
    unknown: Unknown | None = None


class _SoundStatement(PolicyStatement, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement as nearly all are written. What doesn't fit is read element by element, which tells why."""

    effect: Literal["Allow", "Deny"]
    condition: _Conditions | msgspec.UnsetType = msgspec.UNSET

    @property
    def is_sound(self) -> bool:
        """Whether it says something about actions, and no element stands beside its negation."""
        unset = msgspec.UNSET
        return (
            (self.action is unset) is not (self.not_action is unset)
            and (self.resource is unset or self.not_resource is unset)
            and (self.principal is unset or self.not_principal is unset)
        )


class SoundPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="pascal"):
    """A policy document as nearly all are written, as a decoder reads it; `policy` may still refuse it."""

    statement: tuple[_SoundStatement, ...] | _SoundStatement
    version: Literal["2012-10-17", "2008-10-17"] = "2008-10-17"
    id: Any = None

    def policy(self, path: str) -> Policy | None:
        """Return the policy; `None` where one of its statements doesn't fit."""
        statements = self.statement if isinstance(self.statement, tuple) else (self.statement,)
        for statement in statements:
            if not statement.is_sound:
                return None
        return Policy(path, self.version == _VERSIONS[0], statements)


def condition_values(written: _Values) -> tuple[str, ...]:
    """Return the values of a condition key as the texts that they are compared as."""
    if isinstance(written, str):
        return (written,)
    return tuple(map(_text_of, written)) if isinstance(written, tuple) else (_text_of(written),)


def _text_of(value: _Scalar) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _texts_in(given: _Element) -> tuple[str, ...] | None:
    if isinstance(given, str):
        return (given,)
    return None if given is msgspec.UNSET else given


def _principal(kind: str, text: str) -> tuple[str, str]:
    # `"*"` and {"AWS": "*"} are the same (`semantics.md` A8-1).
    return ("*", "*") if kind == "AWS" and text == "*" else (kind, text)


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
        sound = msgspec.convert(value, SoundPolicy).policy(path)
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
        found = [_read_statement(entry, f"{path}[{index}]", problems) for index, entry in enumerate(given)]
    else:
        found = [_read_statement(given, path, problems)]
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
    path: str,
    problems: list[Problem],
) -> PolicyStatement | None:
    if type(value) is not dict:
        problems.append(Problem(path, "this isn't a statement", "give an object with `Effect` and `Action`"))
        return None
    if _unknown_in(value) is not None:
        return PolicyStatement(effect=None, not_action=())
    before = len(problems)
    if not _STATEMENT_MEMBERS.issuperset(value):
        problems.extend(
            _unknown_element(name, path, _STATEMENT_MEMBERS) for name in value if name not in _STATEMENT_MEMBERS
        )
    effect = value.get("Effect")
    if effect not in ("Allow", "Deny"):
        problems.append(Problem(f"{path}.Effect", f"{quote(effect)} is no effect", "use `Allow` or `Deny`"))
    sid = value.get("Sid") or ""
    if type(sid) is not str:
        problems.append(Problem(f"{path}.Sid", "this isn't a text", "give a text"))
    action, not_action = _read_pair(value, "Action", path, problems, _read_texts)
    if action is msgspec.UNSET and not_action is msgspec.UNSET:
        problems.append(Problem(f"{path}.Action", "this element is missing", "add `Action` or `NotAction`"))
    resource, not_resource = _read_pair(value, "Resource", path, problems, _read_texts)
    principal, not_principal = _read_pair(value, "Principal", path, problems, _read_principals)
    condition = value.get("Condition")
    if condition is not None:
        condition = _unknown_in(condition) or _read_conditions(condition, f"{path}.Condition", problems)
    if len(problems) > before:
        return None
    return PolicyStatement(
        effect=effect,
        sid=sid,
        principal=principal,
        not_principal=not_principal,
        action=action,
        not_action=not_action,
        resource=resource,
        not_resource=not_resource,
        condition=msgspec.UNSET if condition is None else condition,
    )


def _read_pair(
    statement: dict[str, Any],
    element: str,
    path: str,
    problems: list[Problem],
    read: Callable[[Any, str, list[Problem]], T],
) -> tuple[T | msgspec.UnsetType, T | msgspec.UnsetType]:
    """Read an element or its negation, whichever is there."""
    negated = f"Not{element}"
    if negated in statement:
        if element in statement:
            problems.append(Problem(f"{path}.{negated}", f"it stands beside `{element}`", "keep one of them"))
        return msgspec.UNSET, read(statement[negated], f"{path}.{negated}", problems)
    if element in statement:
        return read(statement[element], f"{path}.{element}", problems), msgspec.UNSET
    return msgspec.UNSET, msgspec.UNSET


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


def _read_principals(value: Any, path: str, problems: list[Problem]) -> _Principals:  # noqa: ANN401
    if value == "*":
        return "*"
    if _unknown_in(value) is not None:
        return {"AWS": (token_for(path),)}
    if type(value) is not dict:
        problems.append(Problem(path, "this names no principal", 'use `"*"` or an object such as {"AWS": "…"}'))
        return {}
    principals: dict[_PrincipalKind, _Texts] = {}
    for kind, given in value.items():
        if kind not in PRINCIPAL_KINDS:
            problems.append(_unknown_element(kind, path, frozenset(PRINCIPAL_KINDS)))
            continue
        principals[kind] = _read_texts(given, f"{path}.{kind}", problems)
    return principals


def _read_conditions(value: Any, path: str, problems: list[Problem]) -> _Conditions:  # noqa: ANN401
    if type(value) is not dict:
        problems.append(Problem(path, "this isn't a condition", "give an object of operators"))
        return {}
    conditions: _Conditions = {}
    for operator, keys in value.items():
        if type(keys) is not dict:
            problems.append(Problem(f"{path}.{operator}", "this isn't an object of condition keys", "give one"))
            continue
        read = conditions[operator] = {}
        for key, given in keys.items():
            where = f"{path}.{operator}.{key}"
            listed = given if type(given) is list else [given]
            read[key] = tuple(_read_scalar(item, where, problems) for item in listed)
    return conditions


def _read_scalar(value: Any, path: str, problems: list[Problem]) -> _Scalar:  # noqa: ANN401
    return value if type(value) in (bool, int, float) else _read_text(value, path, problems)


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
