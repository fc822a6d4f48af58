"""Cases: the four forms of question that `lakeward decide` answers (`contracts.md` section 3)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec

from lakeward.access.context import Context, read_context
from lakeward.access.engines import Engine
from lakeward.access.granting import GRANT, Granting, decide_granting
from lakeward.access.prepared import Caller, PreparedEstate
from lakeward.access.reader import Reader
from lakeward.access.requests import judge
from lakeward.access.self_contained import decide_self_contained, read_action, refuse_unknown_members
from lakeward.access.verbs import PERMISSIONS, Act, decide_act
from lakeward.errors import EstateError, Problem, quote
from lakeward.estate.document import read_estate
from lakeward.estate.policies import read_policy

_COMMON = frozenset({"id", "estate", "principal", "context"})
_REQUEST = _COMMON | {"action", "resource"}
_READ = _COMMON | {"read", "through"}
_ACT = _COMMON | {"act"}
_READ_MEMBERS = frozenset({"account", "region", "database", "table", "columns", "row"})
_ACT_MEMBERS = frozenset({"permission", "account", "region", "database", "table", "location", "columns"})
_SESSION_MEMBERS = frozenset({"role", "session", "tags", "transitive", "policy"})


def answer(case: object, prepare: Callable[[Any], PreparedEstate] | None = None) -> dict[str, Any]:
    """
    Answer one case, without its `id`.

    Args:
        case: The decoded case.
        prepare: Prepares the case's estate; default: each anew.

    Raises:
        EstateError: The case can't be read; every problem with its path in the case.

    """
    if type(case) is not dict:
        raise EstateError([Problem("", "this isn't a case", 'give an object with `"principal"`')])
    if "estate" not in case:
        for member in ("read", "act"):
            if member in case:
                raise EstateError([Problem("estate", f"`{member}` asks about an estate", "add it")])
        return decide_self_contained(case).to_json()
    prepared = (prepare or prepare_estate)(case["estate"])
    asked = [member for member in ("read", "act", "action") if member in case]
    if len(asked) != 1:
        raise EstateError([Problem("", "one question is wanted", "give `action` and `resource`, `read`, or `act`")])
    return _FORMS[asked[0]](case, prepared)


def prepare_estate(document: Any) -> PreparedEstate:  # noqa: ANN401 - JSON as it comes
    """Read and prepare the estate of a case."""
    return PreparedEstate(read_estate(document, "estate"))


@lru_cache(maxsize=8)
def prepare_raw(document: bytes) -> PreparedEstate:
    """Prepare an estate from its JSON text; the same text is prepared once."""
    return PreparedEstate(read_estate(msgspec.json.decode(document), "estate"))


def _answer_request(case: dict[str, Any], prepared: PreparedEstate) -> dict[str, Any]:
    problems: list[Problem] = []
    refuse_unknown_members(case, _REQUEST, "", problems)
    action = read_action(case, problems)
    resource = _text(case, "resource", "", problems)
    caller, context = _caller_and_context(case, prepared, problems)
    return judge(prepared, caller, action, resource, context).decision().to_json()


def _answer_read(case: dict[str, Any], prepared: PreparedEstate) -> dict[str, Any]:
    problems: list[Problem] = []
    refuse_unknown_members(case, _READ, "", problems)
    read = _object(case, "read", problems)
    refuse_unknown_members(read, _READ_MEMBERS, "read.", problems)
    place = (_text(read, "account", "read.", problems), _text(read, "region", "read.", problems))
    name = (_text(read, "database", "read.", problems), _text(read, "table", "read.", problems))
    columns = _columns(read, "read.", problems)
    row = read.get("row")
    if row is not None and type(row) is not dict:
        problems.append(Problem("read.row", "this isn't a row", "give an object of column and value"))
    through = case.get("through", "athena")
    if through not in [engine.value for engine in Engine]:
        remedy = f"use one of: {', '.join(sorted(engine.value for engine in Engine))}"
        problems.append(Problem("through", f"{quote(through)} is nothing to read through", remedy))
    caller, context = _caller_and_context(case, prepared, problems)
    reading = Reader(prepared, caller, Engine(through), context).read(place, name)
    return reading.to_json(columns, row)


def _answer_act(case: dict[str, Any], prepared: PreparedEstate) -> dict[str, Any]:
    problems: list[Problem] = []
    refuse_unknown_members(case, _ACT, "", problems)
    given = _object(case, "act", problems)
    refuse_unknown_members(given, _ACT_MEMBERS, "act.", problems)
    permission = _text(given, "permission", "act.", problems).upper()
    if permission and permission not in PERMISSIONS | {GRANT}:
        remedy = f"use one of: {', '.join(sorted(PERMISSIONS | {GRANT}))}"
        problems.append(Problem("act.permission", f"{quote(permission)} is no verb that can be asked", remedy))
    optional = {
        member: _text(given, member, "act.", problems) if member in given else None
        for member in ("database", "table", "location")
    }
    place = (_text(given, "account", "act.", problems), _text(given, "region", "act.", problems))
    columns = _columns(given, "act.", problems)
    caller, context = _caller_and_context(case, prepared, problems)
    if permission == GRANT:
        granting = Granting(*place, optional["database"], optional["table"], tuple(columns or ()))
        return decide_granting(prepared, caller, granting).to_json()
    act = Act(permission, *place, optional["database"], optional["table"], optional["location"])
    return decide_act(prepared, caller, act, context).to_json()


_FORMS: dict[str, Callable[[dict[str, Any], PreparedEstate], dict[str, Any]]] = {
    "action": _answer_request,
    "read": _answer_read,
    "act": _answer_act,
}


def _caller_and_context(
    case: dict[str, Any], prepared: PreparedEstate, problems: list[Problem]
) -> tuple[Caller, Context]:
    """Read who asks and what the request carries; raises with everything found wrong in the case."""
    context = read_context({} if case.get("context") is None else case["context"], "context", problems)
    caller = read_caller(case.get("principal"), prepared, "principal", problems)
    if problems or caller is None:
        raise EstateError(problems)
    return caller, context


def read_caller(given: object, prepared: PreparedEstate, path: str, problems: list[Problem]) -> Caller | None:
    """Read a principal: an ARN or name, or {"role", "session", "tags", "transitive", "policy"} for a session."""
    if type(given) is dict:
        return _read_session(given, prepared, path, problems)
    caller = prepared.caller(given) if type(given) is str else None
    if caller is None:
        remedy = "give an ARN, a service's name, `anonymous`, or an object with `role` and `session`"
        problems.append(Problem(path, f"{quote(given)} is no principal", remedy))
    return caller


def _read_session(given: dict[str, Any], prepared: PreparedEstate, path: str, problems: list[Problem]) -> Caller | None:
    refuse_unknown_members(given, _SESSION_MEMBERS, f"{path}.", problems)
    role = _text(given, "role", f"{path}.", problems)
    tags = given.get("tags") or {}
    if type(tags) is not dict or not all(type(value) is str for value in tags.values()):
        problems.append(Problem(f"{path}.tags", "this isn't an object of tags", "give key and value as texts"))
        tags = {}
    if len({key.lower() for key in tags}) < len(tags):
        problems.append(Problem(f"{path}.tags", "two keys differ in case only", "give each key once"))
    transitive = given.get("transitive") or []
    if type(transitive) is not list or not all(key in tags for key in transitive):
        problems.append(Problem(f"{path}.transitive", "these aren't keys of `tags`", "list only passed tags"))
    policy = read_policy(given["policy"], f"{path}.policy", problems) if given.get("policy") is not None else None
    session = given.get("session") or "session"
    if problems:
        return None
    caller = prepared.session(role, str(session), tags, policy)
    if caller is None:
        problems.append(Problem(f"{path}.role", f"{quote(role)} is no role", "give the ARN of a role"))
    return caller


def _object(case: dict[str, Any], member: str, problems: list[Problem]) -> dict[str, Any]:
    given = case[member]
    if type(given) is dict:
        return given
    problems.append(Problem(member, "this isn't an object", "give one"))
    return {}


def _columns(given: dict[str, Any], path: str, problems: list[Problem]) -> list[str] | None:
    columns = given.get("columns")
    if columns is None or (type(columns) is list and all(type(one) is str for one in columns)):
        return columns
    problems.append(Problem(f"{path}columns", "this isn't a list of columns", "give their names"))
    return None


def _text(given: dict[str, Any], member: str, path: str, problems: list[Problem]) -> str:
    value = given.get(member)
    if type(value) is str and value:
        return value
    problems.append(Problem(f"{path}{member}", "a text is missing here", "add it"))
    return ""
