"""
One organization from what several sources say of it.

Its id and management account must be said alike. Its accounts unite, since a live account tells its own place only.
So do its control policies: a stack lists those it declares, and one that declares none says nothing of those of
others, which bind the accounts below their target whoever declared them (`semantics.md` A11-2, A12-1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lakeward.errors import Problem
from lakeward.estate.sources.contradiction import Said, contradiction
from lakeward.estate.sources.values import Json, canonical, is_unknown, items, mapping, text

_POLICIES = ("resourceControlPolicies", "serviceControlPolicies")
_FULL_ACCESS = "FullAWSAccess"


class Organizations:
    """Takes what each source says, and tells the one organization."""

    def __init__(self) -> None:
        self._described: Said | None = None
        self._accounts: dict[str, Said] = {}
        self._policies: dict[str, dict[str, Said]] = {}
        self._open: dict[str, Said] = {}
        """Whether each target has `FullAWSAccess`."""

    def hear(self, organization: Json, source: str) -> Iterator[Problem]:
        """Take a source's organization, if it has one; yield what contradicts the sources before."""
        if organization is None:
            return
        # Where they aren't known, that is part of the description.
        accounts = mapping(mapping(organization).get("accounts"))
        apart = {*_POLICIES, *(("accounts",) if accounts else ())}
        described: Json = organization
        if isinstance(organization, dict):
            described = {name: value for name, value in organization.items() if name not in apart}
        said = Said(described, source)
        self._described = self._described or said
        yield from contradiction("organization", self._described, said)
        for account, place in accounts.items():
            said = Said(place, source)
            yield from contradiction(f"organization.accounts.{account}", self._accounts.setdefault(account, said), said)
        for member in _POLICIES:
            listed = mapping(organization).get(member)
            if listed is not None:
                yield from self._hear_policies(member, listed, source)

    def _hear_policies(self, member: str, listed: Json, source: str) -> Iterator[Problem]:
        path = f"organization.{member}"
        policies = self._policies.setdefault(member, {})
        for entry in items(listed):
            key = canonical(entry) if is_unknown(entry) else _key(mapping(entry))
            said = Said(entry, source)
            yield from contradiction(f"{path}[{key}]", policies.setdefault(key, said), said)
        if member == "serviceControlPolicies":
            for target, full in _full_access(listed).items():
                said = Said(full, source)
                before = self._open.setdefault(target, said)
                # Who leaves it out says that it is detached, which closes the level: no union of two readings.
                yield from contradiction(f"{path}[{target}/{_FULL_ACCESS}]", before, said)

    def told(self) -> dict[str, Json]:
        """Return the estate's `organization` member, sorted; none where no source has one."""
        if self._described is None:
            return {}
        described = self._described.value
        if not isinstance(described, dict) or is_unknown(described):
            return {"organization": described}
        accounts: dict[str, Json] = {account: said.value for account, said in sorted(self._accounts.items())}
        policies = {member: _listed(said) for member, said in sorted(self._policies.items())}
        return {"organization": {**described, **({"accounts": accounts} if accounts else {}), **policies}}


def _key(entry: Mapping[str, Json]) -> str:
    """Return what tells an attached policy apart: its target and its name, or all of it where it has none."""
    target, name = text(entry.get("target")), text(entry.get("name"))
    return f"{target}/{name}" if target and name else canonical(entry)


def _full_access(listed: Json) -> dict[str, bool]:
    """Return for each target whether `FullAWSAccess` is among its policies."""
    found: dict[str, bool] = {}
    for entry in map(mapping, items(listed)):
        if target := text(entry.get("target")):
            found[target] = found.get(target, False) or entry.get("name") == _FULL_ACCESS
    return found


def _listed(policies: Mapping[str, Said]) -> Json:
    entries = [said.value for _, said in sorted(policies.items())]
    return entries[0] if len(entries) == 1 and is_unknown(entries[0]) else entries
