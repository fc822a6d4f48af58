"""
Outsiders: whom resource policies, shares and endpoints may let in beside the principals of an estate.

A policy that names everyone, an account, an organization or a pattern of roles names nobody the estate lists. One
principal that satisfies what a statement asks stands for all of them; its own policies aren't known, so what it may
do is at most possible. Two estates are asked about the outsiders of both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lakeward.access.access_row import AccessRow, Path, standing
from lakeward.access.context import read_context
from lakeward.access.engines import Engine
from lakeward.access.granting import grantable_on
from lakeward.access.lake_formation.grants import tables_of
from lakeward.access.matrix import delegable_row
from lakeward.access.prepared import PreparedEstate
from lakeward.access.principals import ANONYMOUS, PrincipalKind, parse_principal
from lakeward.access.reader import Reader
from lakeward.access.requests import judge
from lakeward.access.truth import possibly
from lakeward.estate.entries import DataLakeSettings
from lakeward.estate.policies import ConditionEntry, Policy, PolicyStatement
from lakeward.estate.unknown import has_token

ELSEWHERE = "999999999999"
"""The account of whoever is meant by nothing but a pattern."""
_OTHER_ORGANIZATION = "o-zzzzzzzzzz"
_ORG_ID, _ORG_PATHS, _PRINCIPAL_ARN = "aws:principalorgid", "aws:principalorgpaths", "aws:principalarn"
_EQUAL = ("stringequals", "stringlike", "arnequals", "arnlike", "stringequalsignorecase", "ipaddress", "bool")
_ON_BUCKETS = ("s3:getobject", "s3:putobject", "s3:listbucket")
_SHOWN = {"s3:getobject": "s3:GetObject", "s3:putobject": "s3:PutObject", "s3:listbucket": "s3:ListBucket"}
_THROUGH_ENDPOINTS: Mapping[str, tuple[str, str, str]] = {
    "glue": ("glue:GetTable", "arn:aws:glue:{region}:{account}:catalog", ""),
    "lakeformation": ("lakeformation:GetDataAccess", "*", ""),
    "sts": ("sts:AssumeRole", "arn:aws:iam::{account}:role/%{{any.role}}", ""),
}
_ON_CATALOGS = ("glue:GetTable", "glue:UpdateTable")
_ANY_TABLE = "table/%{any.database}/%{any.table}"
_OTHER_BUCKET = "a-bucket-elsewhere"
"""A bucket that no estate describes: where data would be carried off to."""


@dataclass(frozen=True)
class Outsider:
    """Someone whom an estate doesn't list, standing for all who are alike."""

    name: str
    """What reports call them."""
    principal: str
    """An ARN of one of them, or `anonymous`."""
    context: Mapping[str, object] = field(default_factory=dict, hash=False)
    """What follows from where they are, as the `context` of a case."""


@dataclass(frozen=True)
class OutsideRow:
    """An access row of an outsider, or through an endpoint, with the case that asks for it."""

    row: AccessRow
    case: Mapping[str, object]


def outsiders(estates: Iterable[PreparedEstate]) -> tuple[Outsider, ...]:
    """Return whom the resource policies of some estates may mean beside those they list, sorted."""
    found: dict[str, Outsider] = {}
    listed = list(estates)
    for prepared in listed:
        for policy in _resource_policies(prepared):
            for statement in policy.statements:
                if statement.effect != "Deny":
                    for one in _meant_by(statement, policy, prepared):
                        found.setdefault(one.name, one)
    return tuple(found[name] for name in sorted(found))


def outside_rows(prepared: PreparedEstate, who: Iterable[Outsider]) -> Iterator[OutsideRow]:
    """Yield what outsiders may do with buckets, keys and catalogs, and the open roles that they may take."""
    buckets = [name for name, placed in prepared.buckets.items() if placed.entry.policy is not None]
    keys = [key.arn for key in prepared.keys.values() if key.entry.policy is not None]
    open_roles = [arn for arn, trust in _trusts(prepared) if any(_means_everyone(one) for one in trust.statements)]
    for outsider in who:
        for bucket in buckets:
            for action in _ON_BUCKETS:
                resource = f"arn:aws:s3:::{bucket}"
                asked = resource if action == "s3:listbucket" else f"{resource}/%{{any.object}}"
                shown = resource if action == "s3:listbucket" else f"{resource}/*"
                yield from _asked(prepared, outsider, _SHOWN[action], asked, shown, Path.OBJECTS)
        if outsider.principal == ANONYMOUS:
            continue  # calls to KMS and STS are signed
        for key in keys:
            yield from _asked(prepared, outsider, "kms:Decrypt", key, key, Path.KEY)
        for catalog, _ in _catalog_policies(prepared):
            for action in _ON_CATALOGS:
                yield from _asked(prepared, outsider, action, f"{catalog}:{_ANY_TABLE}", f"{catalog}:*", Path.OBJECTS)
        for role in open_roles:
            yield from _asked(prepared, outsider, "sts:AssumeRole", role, role, Path.ASSUME)


def endpoint_rows(prepared: PreparedEstate, endpoints: Iterable[str], who: Iterable[Outsider]) -> Iterator[OutsideRow]:
    """
    Yield what can be done through some VPC endpoints, by principals of the estate and by others.

    Args:
        prepared: The estate.
        endpoints: Ids of the endpoints.
        who: The outsiders; whoever is in the network of an endpoint may bring credentials from anywhere.

    """
    stranger = Outsider("anyone in the endpoint's network", f"arn:aws:iam::{ELSEWHERE}:role/anyone", _at_home({}))
    own = [Outsider(role.arn, role.arn) for _, account in prepared.accounts() for role in account.iam.roles]
    for endpoint in sorted(endpoints):
        found = prepared.endpoints.get(endpoint)
        if found is None:
            continue
        account, place, entry = found
        service = (entry.service_name or "").rpartition(".")[2].removesuffix("-fips")
        region = place.split(".regions.")[1].partition(".")[0]
        asked: list[tuple[str, str, str]] = []
        if service == "s3":
            for bucket in (*prepared.buckets, _OTHER_BUCKET):
                shown = f"arn:aws:s3:::{bucket}/*"
                where = f"arn:aws:s3:::{bucket}/%{{any.object}}"
                asked += [("s3:GetObject", where, shown), ("s3:PutObject", where, shown)]
        elif service == "kms":
            asked += [("kms:Decrypt", key.arn, key.arn) for key in prepared.keys.values()]
        elif service in _THROUGH_ENDPOINTS:
            action, resource, _ = _THROUGH_ENDPOINTS[service]
            resource = resource.format(region=region, account=account)
            asked.append((action, resource, resource.replace("%{any.role}", "*")))
        for outsider in (*own, *who, stranger):
            through = Outsider(outsider.name, outsider.principal, {**outsider.context, "aws:SourceVpce": endpoint})
            for action, resource, shown in asked:
                yield from _asked(prepared, through, action, resource, f"{shown} through {endpoint}", Path.OBJECTS)


def share_rows(prepared: PreparedEstate) -> Iterator[OutsideRow]:
    """Yield what grants share with accounts, organizational units and organizations: reads and grants on."""
    for (account, region), book in sorted(prepared.grant_books.items()):
        catalog = prepared.catalogs[account, region]
        readers: dict[str, Reader] = {}
        for grant in book.shares:
            one = _of_share(grant.principal, prepared)
            caller = prepared.caller(one.principal)
            if caller is None or caller.grantee is None:
                continue
            reader = readers.get(one.principal)
            if reader is None:
                context = read_context(dict(one.context), "", [])
                reader = readers[one.principal] = Reader(prepared, caller, Engine.ATHENA, context)
            for name in tables_of(grant, catalog):
                table = catalog.tables[name]
                resource = f"{account}/{region}/{table.shown_name}"
                read = {"account": account, "region": region, "database": table.shown_name.partition(".")[0]}
                read["table"] = table.shown_name.partition(".")[2]
                for reading in reader.readings(catalog, table):
                    columns = reading.columns(permissive=True)
                    if columns:
                        rows = reading.rows(permissive=True)
                        standing_of = standing(reading.truth)
                        path = Path(reading.path)
                        row = AccessRow(grant.principal, resource, "SELECT", columns, rows, path, *standing_of)
                        yield OutsideRow(row, {"principal": one.principal, "read": read, "context": dict(one.context)})
                for cells in grantable_on(prepared, catalog, table, caller.grantee):
                    if cells.grant is grant and possibly(cells.truth):
                        act = {"permission": "GRANT", **read}
                        row = delegable_row(grant.principal, catalog, table, cells)
                        yield OutsideRow(row, {"principal": one.principal, "act": act, "context": dict(one.context)})


def _asked(  # noqa: PLR0913, PLR0917  # the parts of one question
    prepared: PreparedEstate, outsider: Outsider, action: str, asked: str, shown: str, path: Path
) -> Iterator[OutsideRow]:
    caller = prepared.caller(outsider.principal)
    if caller is None:
        return
    context = read_context(dict(outsider.context), "", [])
    truth = judge(prepared, caller, action.lower(), asked, context).allowed
    if possibly(truth):
        row = AccessRow(outsider.name, shown, action, (), None, path, *standing(truth))
        case = {"principal": outsider.principal, "action": action, "resource": asked, "context": dict(outsider.context)}
        yield OutsideRow(row, case)


def _of_share(name: str, prepared: PreparedEstate) -> Outsider:
    """Return a role that a share's principal stands for: of the account, or of an account in the OU."""
    if name.isdigit():
        return Outsider(name, _administrator_of(name, prepared) or f"arn:aws:iam::{name}:role/%{{any.role}}")
    unit = name.rpartition("/")[2]
    organization = prepared.organization
    accounts = organization.accounts if organization is not None else {}
    if isinstance(accounts, Mapping):
        for account, entry in sorted(accounts.items()):
            if unit in str(entry.path).split("/"):
                return Outsider(name, f"arn:aws:iam::{account}:role/%{{any.role}}")
    return Outsider(name, f"arn:aws:iam::{ELSEWHERE}:role/%{{any.role}}")


def _administrator_of(account: str, prepared: PreparedEstate) -> str | None:
    """Return a data lake administrator of a described account, who may use what is shared with it."""
    for (one, _), catalog in sorted(prepared.catalogs.items()):
        settings = catalog.lake_formation.data_lake_settings
        if one == account and isinstance(settings, DataLakeSettings) and settings.data_lake_admins:
            return settings.data_lake_admins[0].data_lake_principal_identifier
    return None


def _resource_policies(prepared: PreparedEstate) -> Iterator[Policy]:
    for placed in prepared.buckets.values():
        if placed.entry.policy is not None:
            yield placed.entry.policy
    for key in prepared.keys.values():
        if key.entry.policy is not None:
            yield key.entry.policy
    for _, policy in _catalog_policies(prepared):
        yield policy
    for _, trust in _trusts(prepared):
        if any(_means_everyone(statement) for statement in trust.statements):
            yield trust


def _catalog_policies(prepared: PreparedEstate) -> Iterator[tuple[str, Policy]]:
    """Yield the policy of each catalog that has one, with what the ARNs of its resources begin with."""
    for account, name, region in prepared.regions():
        if region.glue.resource_policy is not None:
            yield f"arn:aws:glue:{name}:{account}", region.glue.resource_policy


def _trusts(prepared: PreparedEstate) -> Iterator[tuple[str, Policy]]:
    for _, account in prepared.accounts():
        for role in account.iam.roles:
            if role.assume_role_policy_document is not None:
                yield role.arn, role.assume_role_policy_document


def _means_everyone(statement: PolicyStatement) -> bool:
    if statement.effect == "Deny":
        return False
    return statement.excludes_principals or any("*" in (kind, value) for kind, value in statement.principals or ())


def _meant_by(statement: PolicyStatement, policy: Policy, prepared: PreparedEstate) -> Iterator[Outsider]:
    if statement.excludes_principals:
        yield _matching("anyone", f"arn:aws:iam::{ELSEWHERE}:role/anyone", statement, policy)
    for kind, value in () if statement.excludes_principals else statement.principals or ():
        if has_token(value):
            continue
        if kind == "*" or value == "*":
            wanted = _wanted(statement.conditions)
            if not any(key.startswith("aws:principal") for key in wanted):
                yield _matching("anyone, without credentials", ANONYMOUS, statement, policy)
            yield _matching(_named(wanted), _role_of(wanted), statement, policy)
            continue
        if kind != "AWS":
            continue
        named = parse_principal(value)
        account = value if value.isdigit() else named.account if named is not None else None
        if account is None or prepared.estate.account(account) is not None:
            continue
        if named is None or named.kind is PrincipalKind.ROOT:
            yield _matching(f"arn:aws:iam::{account}:root", f"arn:aws:iam::{account}:role/anyone", statement, policy)
        else:
            yield _matching(value, value, statement, policy)


def _matching(name: str, principal: str, statement: PolicyStatement, policy: Policy) -> Outsider:
    """Return an outsider whose requests carry what a statement asks, and what the policy's denials let through."""
    context = {} if principal == ANONYMOUS else _at_home(_wanted(statement.conditions))
    for key, value in _wanted(statement.conditions).items():
        if key not in (_PRINCIPAL_ARN, _ORG_ID, _ORG_PATHS):
            context[key] = value
    for other in policy.statements:
        for condition in other.conditions if other.effect == "Deny" else ():
            key = condition.key.lower()
            if "not" in condition.operator.lower() and condition.values and not key.startswith("aws:principal"):
                context.setdefault(key, _instance(condition.values[0]))
    return Outsider(name, principal, context)


def _at_home(wanted: Mapping[str, str]) -> dict[str, object]:
    """Return where in an organization an outsider is: where a statement asks it to be, else in a foreign one."""
    path = wanted.get(_ORG_PATHS)
    organization = wanted.get(_ORG_ID) or (path.partition("/")[0] if path else _OTHER_ORGANIZATION)
    path = path or f"{organization}/r-zzzz/ou-zzzz-zzzzzzzz/"
    return {"aws:PrincipalOrgID": organization, "aws:PrincipalOrgPaths": [path]}


def _wanted(conditions: Iterable[ConditionEntry]) -> dict[str, str]:
    """Return by key in lower case a value that satisfies each condition which asks for one."""
    found: dict[str, str] = {}
    for condition in conditions:
        operator = condition.operator.lower().rpartition(":")[2].removesuffix("ifexists")
        if operator in _EQUAL and condition.values and "${" not in condition.values[0]:
            found[condition.key.lower()] = _instance(condition.values[0])
    return found


def _instance(pattern: str) -> str:
    """Return a text that a pattern of a condition matches."""
    if re.fullmatch(r"[0-9.]+/[0-9]+", pattern):
        return pattern.partition("/")[0]
    if pattern.startswith("arn:"):
        parts = pattern.split(":", 5)
        parts[4] = ELSEWHERE if set(parts[4]) & set("*?") else parts[4]
        pattern = ":".join(parts)
    if pattern.startswith("o-") and "/" in pattern:
        return pattern.replace("*", "").rstrip("/") + "/"
    return pattern.replace("*", "any").replace("?", "x")


def _role_of(wanted: Mapping[str, str]) -> str:
    arn = wanted.get(_PRINCIPAL_ARN, "")
    named = parse_principal(arn)
    if named is not None and named.kind is PrincipalKind.ROLE:
        return arn
    account = wanted.get("aws:principalaccount", ELSEWHERE)
    return f"arn:aws:iam::{account}:role/anyone"


def _named(wanted: Mapping[str, str]) -> str:
    """Say in words whom a statement means that names everyone."""
    told = [
        f"{key.removeprefix('aws:')} {value}"
        for key, value in sorted(wanted.items())
        if key.startswith("aws:principal")
    ]
    return f"anyone with {', '.join(told)}" if told else "anyone with an AWS account"
