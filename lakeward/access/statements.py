"""
Policies compiled for matching: patterns once, statements indexed by action.

A statement applies where its action, resource and conditions all match (`semantics.md` A1-1); whom it is about is
matched apart, since only resource-based policies say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import UNSET

from lakeward.access.conditions import Condition, compiled_condition, no_operator, parse_operator
from lakeward.access.context import Context
from lakeward.access.patterns import ArnGlob, Glob, completed, glob, pieces_of, resource_glob
from lakeward.access.remembering import remembered
from lakeward.access.truth import AMBIGUOUS, NEGATION, NO, UNKNOWN, YES, Truth
from lakeward.access.variables import Template, template
from lakeward.estate.policies import Policy, PolicyStatement, condition_values
from lakeward.estate.unknown import Unknown, has_token

_ARN_PARTS: Final = 6
_INDEXED_ACTIONS = 4096
_INDEXED_RESOURCES = 256


class ActionPattern:
    """
    One entry of `Action`: case doesn't count, wildcards anywhere in the name (`semantics.md` A1-2).

    The entry is one pattern: nothing is trimmed, and a comma separates nothing (A19-5).
    """

    __slots__ = ("_certain", "_pattern", "_service")

    def __init__(self, text: str) -> None:
        lowered = text.lower()
        service, colon, name = lowered.partition(":")
        self._certain = True
        self._service = ""  # with its colon; empty where the pattern is for all of the action's name
        self._pattern: Glob | None = glob(lowered)
        if lowered in ("*", "*:*") or has_token(lowered):
            return
        if not colon:
            self._pattern = None  # no service: names nothing
        elif "*" in service or "?" in service:
            # IAM takes no wildcard in the service's name: what such a policy would do isn't documented.
            self._certain = service == "*"
        else:
            self._service = f"{service}:"
            self._pattern = glob(name)

    def match(self, action: str) -> Truth:
        """Return whether an action matches, given in lower case."""
        if self._pattern is None or not action.startswith(self._service):
            return NO
        truth = self._pattern.match(action[len(self._service) :])
        return truth if self._certain else truth & AMBIGUOUS


@remembered(1 << 12)
def action_pattern(text: str) -> ActionPattern:
    """Compile an entry of `Action`; each is compiled once."""
    return ActionPattern(text)


@remembered(1 << 15)
def _matches_action(text: str, action: str) -> Truth:
    return action_pattern(text).match(action)


class ResourcePattern:
    """One entry of `Resource` in which variables stand, after the fifth colon (`semantics.md` A3-1)."""

    __slots__ = ("_heads", "_tail", "text")

    def __init__(self, heads: Sequence[str], tail: Template, text: str) -> None:
        self._heads = [pieces_of(head) for head in heads]
        self._tail = tail
        self.text = text

    def match(self, resource: str, context: Context) -> Truth:
        """Return whether a resource matches; a variable without a value matches nothing (A3-3)."""
        pieces = self._tail.pieces(context)
        return NO if pieces is None else ArnGlob([*self._heads, pieces], self.text, runs_on=True).match(resource)


@remembered(1 << 14)
def _resource_with_variables(text: str) -> ResourcePattern | None:
    parts = text.split(":", _ARN_PARTS - 1)
    tail = template(parts[-1]) if len(parts) == _ARN_PARTS else None
    return None if tail is None else ResourcePattern(parts[:-1], tail, text)


class ResourceList:
    """The entries of a `Resource` element: plain ones, and those in which variables stand."""

    __slots__ = ("_covered", "_plain", "_variable")

    def __init__(self, texts: tuple[str, ...], *, has_variables: bool, is_identity_based: bool) -> None:
        plain: list[ArnGlob] = []
        variable: list[ResourcePattern] = []
        for text in texts:
            found = _resource_with_variables(text) if has_variables and "${" in text else None
            if found is not None:
                variable.append(found)
                continue
            plain.append(resource_glob(text))
            if is_identity_based and (whole := completed(text)) is not text:
                plain.append(resource_glob(whole))
        self._plain = plain
        self._variable = variable
        self._covered: dict[str, Truth] = {}

    def covers(self, resource: str, context: Context) -> Truth:
        """Return whether an entry matches a resource."""
        truth = self._covered.get(resource)
        if truth is None:
            truth = NO
            for pattern in self._plain:
                truth |= pattern.match(resource)
                if truth == YES:
                    break
            if len(self._covered) < _INDEXED_RESOURCES:
                self._covered[resource] = truth
        for entry in self._variable if truth != YES else ():
            truth |= entry.match(resource, context)
        return truth


@remembered(1 << 14)
def _resource_list(texts: str | tuple[str, ...], has_variables: bool, is_identity_based: bool) -> ResourceList:  # noqa: FBT001
    """Compile the entries of a `Resource`; each list once."""
    listed = (texts,) if isinstance(texts, str) else texts
    return ResourceList(listed, has_variables=has_variables, is_identity_based=is_identity_based)


class Statement(msgspec.Struct, eq=False):
    """One statement, compiled: its resources and conditions when a request first asks for them."""

    source: PolicyStatement
    allows: bool
    """Whether it may allow; a statement that isn't known may be either."""
    denies: bool
    _index: int
    _has_variables: bool
    _conditions: tuple[Condition, ...] | None = None
    _resources: ResourceList | None = None
    _principals: tuple[tuple[str, str], ...] | None = None

    @property
    def name(self) -> str:
        """The `Sid`, or the index in the document, as `[0]`."""
        return self.source.sid or f"[{self._index}]"

    @property
    def principals(self) -> tuple[tuple[str, str], ...]:
        """Whom it names or excludes, as (kind, value) pairs; nobody where it doesn't say."""
        if self._principals is None:
            self._principals = self.source.principals or ()
        return self._principals

    def covers_action(self, action: str) -> Truth:
        """Return whether the statement is about an action, given in lower case."""
        if self.source.effect is None:
            return UNKNOWN
        source = self.source
        written = source.action if source.not_action is UNSET else source.not_action
        truth = NO
        for text in (written,) if isinstance(written, str) else () if written is UNSET else written:
            truth |= _matches_action(text, action)
            if truth == YES:
                break
        return truth if source.not_action is UNSET else NEGATION[truth]

    def covers_resource(self, resource: str, context: Context) -> Truth:
        """Return whether the statement is about a resource. A statement without `Resource` is about all (A1-1)."""
        truth = (self._resources or self._compile_resources()).covers(resource, context)
        return truth if self.source.not_resource is UNSET else NEGATION[truth]

    def conditions_hold(self, context: Context) -> Truth:
        """Return whether all conditions hold."""
        truth = UNKNOWN if isinstance(self.source.condition, Unknown) else YES
        for condition in self.conditions if self._conditions is None else self._conditions:
            truth &= condition.evaluate(context)
            if truth == NO:
                break
        return truth

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions, compiled."""
        if self._conditions is None:
            written = self.source.condition
            self._conditions = tuple(
                [
                    compiled_condition(operator, key, condition_values(values), self._has_variables)
                    for operator, keys in (written.items() if isinstance(written, dict) else ())
                    for key, values in keys.items()
                ]
            )
        return self._conditions

    def _compile_resources(self) -> ResourceList:
        source = self.source
        written = source.resource if source.not_resource is UNSET else source.not_resource
        is_identity_based = source.principal is source.not_principal
        texts = "*" if written is UNSET else written
        self._resources = _resource_list(texts, self._has_variables, is_identity_based)
        return self._resources


class CompiledPolicy:
    """A policy document, compiled once; statements about an action are found once per action."""

    __slots__ = ("_by_action", "label", "source", "statements")

    def __init__(self, source: Policy, label: str) -> None:
        """
        Compile a document.

        Args:
            source: The document.
            label: Where it stands, for reasons.

        Raises:
            EstateError: A condition operator doesn't exist.

        """
        self.source = source
        self.label = label
        statements = source.statements if source.unknown is None else (_UNKNOWN_STATEMENT,)
        self.statements = tuple([_compiled(statement, index, source) for index, statement in enumerate(statements)])
        self._by_action: dict[str, tuple[tuple[Statement, Truth], ...]] = {}

    def about(self, action: str) -> tuple[tuple[Statement, Truth], ...]:
        """Return the statements about an action, in lower case, each with how certain that is."""
        found = self._by_action.get(action)
        if found is None:
            found = tuple(
                [
                    (statement, truth)
                    for statement in self.statements
                    if (truth := statement.covers_action(action)) != NO
                ]
            )
            if len(self._by_action) < _INDEXED_ACTIONS:
                self._by_action[action] = found
        return found


def _compiled(statement: PolicyStatement, index: int, policy: Policy) -> Statement:
    written, effect = statement.condition, statement.effect
    if written is UNSET:
        return Statement(statement, effect != "Deny", effect != "Allow", index, policy.has_variables, ())
    for operator in written if isinstance(written, dict) else ():
        if parse_operator(operator) is None:
            raise no_operator(operator, f"{policy.path}.Statement[{index}].Condition")
    return Statement(statement, effect != "Deny", effect != "Allow", index, policy.has_variables)


_UNKNOWN_STATEMENT = PolicyStatement(effect=None, not_action=())
