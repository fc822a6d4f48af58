"""
Witnesses: the case that asks for an access row, which `decide` replays (`contracts.md` section 4).

A row says what holds whatever a request carries, or what may hold for some of it. A witness of the first carries
nothing; one of the second leaves open the few keys that it takes, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lakeward.access.access_row import FREE_KEYS, AccessRow, Path
from lakeward.access.cases import answer
from lakeward.access.decision import Verdict
from lakeward.access.granting import GRANT
from lakeward.access.lake_formation.row_differences import Sample
from lakeward.access.prepared import PreparedEstate
from lakeward.access.principals import PrincipalKind, parse_principal
from lakeward.estate.sources.values import Json

_CHOSEN = "chosen by the request"
_THROUGH = {Path.OBJECTS: "objects", Path.METADATA: "metadata"}
_ON_EVERYTHING = ("lakeformation:", "sts:getcalleridentity")
_ANY = "%{any.one}"
_ANOTHER = "another"
# What the estate says of the caller, of the resource and of every signed request.
_TOLD = (
    *("aws:principal", "aws:resource", "aws:securetransport", "aws:viaawsservice", "aws:calledvia", "aws:userid"),
    *("aws:username", "aws:currenttime", "aws:epochtime", "aws:requestedregion", "iam:resourcetag", "kms:resource"),
    *("kms:calleraccount", "s3:resourceaccount"),
)

Case = dict[str, Any]
"""A case without `id` and `estate`."""


def case_of(row: AccessRow, columns: tuple[str, ...] | None = None, sample: Sample | None = None) -> Case:
    """
    Return the case that asks for a row, with nothing in its context.

    Args:
        row: A row of a principal's own.
        columns: Ask for these columns of it; default: all.
        sample: Ask for this row of the table.

    """
    principal = row.principal
    named = parse_principal(principal)
    if named is not None and named.kind is PrincipalKind.ROOT and row.path is Path.ASSUME:
        principal = principal.replace(":root", f":role/{_ANY}")
    if not row.resource.startswith("arn:") and row.resource.count("/") > 1 and row.verb in _TABLE_VERBS:
        account, region, name = row.resource.split("/", 2)
        database, _, table = name.partition(".")
        wanted = list(row.columns if columns is None else columns)
        place: Case = {"account": account, "region": region, "database": database, "table": table}
        if wanted:
            place["columns"] = wanted
        if row.path is Path.DELEGABLE:
            return {"principal": principal, "act": {"permission": GRANT, **place}}
        if sample is not None:
            place["row"] = dict(sample)
        return {"principal": principal, "read": place, "through": _THROUGH.get(row.path, "athena")}
    if row.verb == "lakeformation:GrantPermissions":
        account, region = row.resource.split("/", 1)
        return {"principal": principal, "act": {"permission": GRANT, "account": account, "region": region}}
    resource = row.resource if row.resource.startswith("arn:") else "*"
    if row.verb.lower().startswith(_ON_EVERYTHING):
        resource = "*"
    if len(resource) > 1:
        # A login that nobody names; elsewhere something, whatever it is called.
        resource = resource.replace("*", _ANOTHER if row.path is Path.DATABASE else _ANY)
    return {"principal": principal, "action": row.verb, "resource": resource}


_TABLE_VERBS = frozenset({"SELECT", "DESCRIBE", "GRANT SELECT", "s3:GetObject"})


class Replaying:
    """Replays cases on one estate, and finds what a possible one takes."""

    def __init__(self, prepared: PreparedEstate, document: Mapping[str, Json]) -> None:
        self._prepared = prepared
        self._keys = tuple(sorted(set(_condition_keys(document))))

    def answer(self, case: Case) -> dict[str, Any]:
        """Return what `decide` answers to a case on this estate."""
        return answer({**case, "estate": {}}, lambda _: self._prepared)

    def allows(self, case: Case) -> bool:
        """Say whether the strict reading allows it."""
        return bool(self.answer(case)["verdict"] == Verdict.ALLOW.value)

    def may_allow(self, case: Case) -> bool:
        """Say whether the permissive reading allows it."""
        return self.answer(case)["may"] in (Verdict.ALLOW.value, Verdict.UNKNOWN.value)

    def denies(self, case: Case) -> bool:
        """Say whether the strict reading denies it, explicitly or not."""
        return self.answer(case)["verdict"] in (Verdict.IMPLICIT_DENY.value, Verdict.EXPLICIT_DENY.value)

    def opened(self, case: Case) -> Case:
        """Return a case with as few open keys in its context as make it possible; as it is where none do."""
        if self.may_allow(case):
            return case
        given = dict(case.get("context") or {})
        lowered = {key.lower() for key in given}
        missing = [key for key in self._keys if key not in lowered]
        # What the model leaves open for every request stays longest.
        missing.sort(key=lambda key: key.startswith(FREE_KEYS))
        wide = {**case, "context": {**given, **{key: {"unknown": _CHOSEN} for key in missing}}}
        if not self.may_allow(wide):
            return case
        for key in missing:
            context = {name: value for name, value in wide["context"].items() if name != key}
            narrower = {**wide, "context": context}
            if self.may_allow(narrower):
                wide = narrower
        return wide


def _condition_keys(value: object) -> Iterator[str]:
    """Yield the condition keys, in lower case, that documents ask and a request chooses."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            if name == "Condition" and isinstance(member, Mapping):
                for asked in member.values():
                    for key in asked if isinstance(asked, Mapping) else ():
                        if not key.lower().startswith(_TOLD):
                            yield key.lower()
            else:
                yield from _condition_keys(member)
    elif isinstance(value, list):
        for item in value:
            yield from _condition_keys(item)
