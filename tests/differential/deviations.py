"""
Where the simulator is known to differ from AWS, each named by the rule of `semantics.md` that decides it.

A deviation looks at a case only and says whether its rule could decide it; the test holds all of them together to one
case in a hundred. `deviations/<rule>.json` proves our side by hand: the smallest case in which the two differ, what
the rule says, what the simulator says, and a twin without the rule's feature in which both agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

Json = dict[str, Any]

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_SIGN = re.compile(r"\$\{[*?$]\}")
_DEFAULT = re.compile(r"(.*?), '(.*)'")
_OPERATOR = re.compile(r"(?:(foranyvalue|forallvalues):)?(\w+?)(ifexists)?")
_LISTS = ("identityPolicies", "permissionBoundaries", "endpointPolicies")
_ONE = ("resourcePolicy", "sessionPolicy")
_LEVELS = ("serviceControlPolicies", "resourceControlPolicies")
_UNDER_RESOURCE_CONTROL = frozenset({"dynamodb", "kms", "logs", "s3", "secretsmanager", "sqs", "sts"})
# Keys whose fixed values limit who is meant, and those of which the simulator thinks otherwise than AWS's page.
_LIMITING = ("aws:principal", "aws:source", "aws:vpce", "s3:x-amz-server-side-encryption")
_LIMITING_FOR_ONE = frozenset({"aws:principalisawsservice", "aws:principalorgpaths", "aws:userid"})


@dataclass(frozen=True)
class Deviation:
    """A rule by which AWS decides otherwise than the simulator."""

    rule: str
    """The rule's id in `semantics.md`."""
    applies: Callable[[Json], bool]
    """Whether the rule may decide a case."""
    has_two_readings: bool = False
    """Whether the documents leave it open: the simulator must take one of our two readings."""


@dataclass(frozen=True)
class _Test:
    """One key of a condition; operators in lower case."""

    written: str
    set_operator: str
    operator: str
    if_exists: bool
    key: str
    values: list[str]

    @property
    def negated(self) -> bool:
        return "not" in self.operator

    @property
    def takes_variables(self) -> bool:
        return self.operator.startswith(("string", "arn"))


def _policies(case: Json) -> Iterator[Json]:
    for member in _LISTS:
        yield from case.get(member) or ()
    for member in _ONE:
        if case.get(member):
            yield case[member]
    for member in _LEVELS:
        for level in case.get(member) or ():
            yield from level.get("policies") or ()


def _statements(policy: Json | None) -> list[Json]:
    found = (policy or {}).get("Statement") or []
    return found if isinstance(found, list) else [found]


def _all_statements(case: Json) -> Iterator[Json]:
    for policy in _policies(case):
        yield from _statements(policy)


def _texts(value: Any) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value])]


def _tests(statement: Json) -> Iterator[_Test]:
    for written, keys in (statement.get("Condition") or {}).items():
        found = _OPERATOR.fullmatch(written.lower())
        if found is None:
            continue
        for key, values in keys.items():
            yield _Test(written, found[1] or "", found[2], bool(found[3]), key.lower(), _texts(values))


def _all_tests(case: Json) -> Iterator[_Test]:
    for statement in _all_statements(case):
        yield from _tests(statement)


def _held(case: Json, key: str) -> Any:
    """Return what the request holds for a key in lower case."""
    return next((value for name, value in (case.get("context") or {}).items() if name.lower() == key), None)


def _principal_texts(element: Any) -> list[str]:
    if isinstance(element, str):
        return [element]
    return [text for values in (element or {}).values() for text in _texts(values)]


def _account(arn: str) -> str:
    return arn.split(":")[4] if arn.startswith("arn:") else ""


def _is_same_account(case: Json) -> bool:
    return _account(case["principal"]) == case.get("resourceAccount")


def _is_federated_user(case: Json) -> bool:
    return ":federated-user/" in case["principal"]


# --- Variables -----------------------------------------------------------------------------------------------------


def _value_of(variable: str, case: Json) -> str | None:
    """Return what a variable stands for; `None` where it has no value."""
    if variable in {"*", "?", "$"}:
        return variable
    found = _DEFAULT.fullmatch(variable)
    held = _held(case, (found[1] if found else variable).strip().lower())
    if isinstance(held, str):
        return held
    return found[2] if found and held is None else None


def _variables(text: str, case: Json) -> list[str | None]:
    return [_value_of(name, case) for name in _VARIABLE.findall(text)]


def _misses_a_variable(case: Json) -> bool:
    """A variable without a value stands where its not matching makes the element match (A3-3, A19-6)."""
    for statement in _all_statements(case):
        texts = _texts(statement.get("NotResource", []))
        for test in _tests(statement):
            if test.negated and test.takes_variables and _held(case, test.key) is not None:
                texts.extend(test.values)
        if any(None in _variables(text, case) for text in texts):
            return True
    return False


def _holds_an_empty_variable(case: Json) -> bool:
    """A variable, or its default, is an empty text: a value like any other (A3-6, A19-6)."""
    for statement in _all_statements(case):
        texts = [*_texts(statement.get("Resource", [])), *_texts(statement.get("NotResource", []))]
        for test in _tests(statement):
            texts.extend(test.values if test.takes_variables else [])
        if any("" in _variables(text, case) for text in texts):
            return True
    return False


def _has_a_variable_in_a_plain_resource(case: Json) -> bool:
    """A variable that has a value stands before any slash or colon of an ARN's resource (A19-6)."""
    for statement in _all_statements(case):
        for text in (*_texts(statement.get("Resource", [])), *_texts(statement.get("NotResource", []))):
            parts = text.split(":", 5)
            if len(parts) < 6 or parts[2:5] == ["s3", "", ""]:
                continue
            before = parts[5].partition("${")[0]
            if before != parts[5] and not {"/", ":"} & set(before) and None not in _variables(parts[5], case):
                return True
    return False


def _compares_a_literal_sign(case: Json) -> bool:
    """`${*}`, `${?}` or `${$}` under an operator without wildcards stands for the sign alone (A3-5)."""
    return any(
        test.operator.startswith("string") and "like" not in test.operator and _SIGN.search(repr(test.values))
        for test in _all_tests(case)
    )


def _has_text_like_a_variable(case: Json) -> bool:
    """A document of the old version holds `${…}`: text, no variable (A1-5)."""
    return any("${" in repr(policy) for policy in _policies(case) if policy.get("Version") != "2012-10-17")


# --- Conditions ----------------------------------------------------------------------------------------------------


def _asks_whether_an_empty_key_is_null(case: Json) -> bool:
    return any(test.operator == "null" and _held(case, test.key) in ("", []) for test in _all_tests(case))


def _asks_all_of_nothing(case: Json) -> bool:
    """`ForAllValues` on a null data set: an empty text, or a list of nothing else (A6-2)."""
    return any(test.set_operator == "forallvalues" and _held(case, test.key) in ("", [""]) for test in _all_tests(case))


def _asks_any_of_nothing_if_it_exists(case: Json) -> bool:
    return any(
        test.set_operator == "foranyvalue" and test.if_exists and _held(case, test.key) is None
        for test in _all_tests(case)
    )


def _compares_an_address_the_simulator_mistakes(case: Json) -> bool:
    """
    A single address meets one of the other family, or the range is that of every IPv4 address (A4-3).

    The one matters under `NotIpAddress` only; the simulator finds no address in the other.
    """
    for test in _all_tests(case):
        held = _held(case, test.key)
        if "ipaddress" not in test.operator or not isinstance(held, str):
            continue
        family = ip_address(held).version
        if "0.0.0.0/0" in test.values:
            return True
        if test.negated and any("/" not in value and ip_address(value).version != family for value in test.values):
            return True
    return False


def _compares_a_date_in_seconds(case: Json) -> bool:
    """A date is given in seconds since 1970 (A4-3); the simulator takes milliseconds."""
    return any(test.operator.startswith("date") and any(v.isdigit() for v in test.values) for test in _all_tests(case))


# --- Principals and policies ---------------------------------------------------------------------------------------


def _names_a_session_of_the_role(case: Json) -> bool:
    """The caller is a role, one of its sessions whose name isn't told, and a statement names one of them (A8-4)."""
    if ":role/" not in case["principal"]:
        return False
    account, role = _account(case["principal"]), case["principal"].rpartition("/")[2]
    return any(
        text.startswith(f"arn:aws:sts::{account}:assumed-role/{role}/")
        for statement in _statements(case.get("resourcePolicy"))
        for element in ("Principal", "NotPrincipal")
        for text in _principal_texts(statement.get(element))
    )


def _excludes_some_principals(case: Json) -> bool:
    return any("NotPrincipal" in statement for statement in _statements(case.get("resourcePolicy")))


def _is_root(case: Json) -> bool:
    return str(case["principal"]).endswith(":root")


def _names_a_session_that_a_session_policy_limits(case: Json) -> bool:
    """The resource's policy names a session, or everyone, and there is a session policy (A10)."""
    return case.get("sessionPolicy") is not None and _is_same_account(case) and not _is_federated_user(case)


def _names_a_federated_user_that_a_session_policy_limits(case: Json) -> bool:
    """The resource's policy names a federated user's session, and its session policy may not allow (A10)."""
    if not (_is_federated_user(case) and _is_same_account(case)):
        return False
    if any(_allows_everything(statement) for statement in _statements(case.get("sessionPolicy"))):
        return False
    named = {case["principal"], "*"}
    return any(
        statement["Effect"] == "Allow" and named.intersection(_principal_texts(statement.get("Principal")))
        for statement in _statements(case.get("resourcePolicy"))
    )


def _allows_everything(statement: Json) -> bool:
    return {**statement, "Sid": ""} == {"Sid": "", "Effect": "Allow", "Action": "*", "Resource": "*"}


def _is_beyond_service_control(case: Json) -> bool:
    """Service control policies meet a service-linked role or a service (A12-2)."""
    if "/AWSServiceRoleFor" in case["principal"]:
        return any(case.get(member) for member in _LEVELS)
    principal: str = case["principal"]
    return principal.endswith(".amazonaws.com") and bool(case.get("serviceControlPolicies"))


def _is_beyond_resource_control(case: Json) -> bool:
    """Resource control policies meet a service that they don't apply to (A12-3)."""
    return bool(case.get("resourceControlPolicies")) and case["action"].split(":")[0] not in _UNDER_RESOURCE_CONTROL


def _assumes_a_role_without_trust(case: Json) -> bool:
    """The role's trust policy is missing; without it nobody is trusted (A14-1)."""
    return case["action"].startswith("sts:") and ":role/" in case["resource"] and not case.get("resourcePolicy")


def _may_be_blocked(case: Json) -> bool:
    block: Json = ((case.get("settings") or {}).get("s3") or {}).get("blockPublicAccess") or {}
    return bool(block.get("RestrictPublicBuckets")) and not _is_same_account(case)


def _hangs_on_publicness(case: Json) -> bool:
    """Whether the bucket policy is public hangs on conditions of a statement for everyone (A18-2)."""
    return _may_be_blocked(case) and any(
        statement["Effect"] == "Allow"
        and "*" in _principal_texts(statement.get("Principal"))
        and any(map(_may_limit_for_one, _tests(statement)))
        for statement in _statements(case.get("resourcePolicy"))
    )


def _is_about_nobody(case: Json) -> bool:
    """The bucket policy has an Allow that names nobody, which makes it no more public (A19-4)."""
    return _may_be_blocked(case) and any(
        statement["Effect"] == "Allow" and not {"Principal", "NotPrincipal"} & set(statement)
        for statement in _statements(case.get("resourcePolicy"))
    )


def _may_limit_for_one(test: _Test) -> bool:
    """Both take plain equality to a fixed value for a limit; other ways to write it only one may."""
    if test.key in _LIMITING_FOR_ONE:
        return True
    if not test.key.startswith(_LIMITING) or test.negated:
        return False
    if test.set_operator or test.if_exists or test.written.islower() or "${" in repr(test.values):
        return True
    if test.key.endswith("arn"):
        return test.operator != "arnequals" or bool(set("*?") & set(repr(test.values)))
    # One address without a length is as fixed as with one; the simulator takes only ranges for a limit.
    return test.key == "aws:sourceip" and not all("/" in value for value in test.values)


DEVIATIONS = (
    Deviation("A1-5", _has_text_like_a_variable),
    Deviation("A3-3", _misses_a_variable),
    Deviation("A3-5", _compares_a_literal_sign),
    Deviation("A3-6", _holds_an_empty_variable),
    Deviation("A4-3", _compares_an_address_the_simulator_mistakes),
    Deviation("A4-3", _compares_a_date_in_seconds),
    Deviation("A4-4", _asks_whether_an_empty_key_is_null, has_two_readings=True),
    Deviation("A5", _asks_any_of_nothing_if_it_exists, has_two_readings=True),
    Deviation("A6-2", _asks_all_of_nothing),
    Deviation("A8-4", _names_a_session_of_the_role, has_two_readings=True),
    Deviation("A8-6", _excludes_some_principals, has_two_readings=True),
    Deviation("A9", _is_root),
    Deviation("A10", _names_a_session_that_a_session_policy_limits, has_two_readings=True),
    Deviation("A10", _names_a_federated_user_that_a_session_policy_limits),
    Deviation("A12-2", _is_beyond_service_control),
    Deviation("A12-3", _is_beyond_resource_control),
    Deviation("A14-1", _assumes_a_role_without_trust),
    Deviation("A18-2", _hangs_on_publicness),
    Deviation("A19-4", _is_about_nobody),
    Deviation("A19-6", _has_a_variable_in_a_plain_resource),
)
