"""Entries: what a changed resource is called, and what became of it, in a line that people read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lakeward.estate.sources.changes import ORGANIZATION, ChangeKind, EntryChange
from lakeward.estate.sources.values import Json, canonical, items, mapping, text

_MOST_NAMES = 4
_NOUNS = {
    "Roles": "role",
    "Users": "user",
    "Buckets": "bucket",
    "Keys": "key",
    "VpcEndpoints": "VPC endpoint",
    "SecurityGroups": "security group",
    "WorkGroups": "workgroup",
    "Functions": "function",
    "DBClusters": "database cluster",
    "Resources": "data lake location",
    "LFTags": "LF-Tag",
    "LFTagExpressions": "LF-Tag expression",
    "Databases": "database",
    "DataLakeSettings": "data lake settings",
    "ResourcePolicy": "policy of the catalog",
    "DataCatalogEncryptionSettings": "encryption of the catalog",
    "RLSPolicies": "row-level security policy",
    "RLSPolicyAttachments": "attachment of a row-level security policy",
    "serviceControlPolicies": "service control policy",
    "resourceControlPolicies": "resource control policy",
    "partial": "what is known of account",
}
# Many of these may stand for one decision: they are told together, apart from what differs between them.
_TOLD_TOGETHER = frozenset({"Permissions", "OptIns", "ResourceLFTags", "Tables", "DataCellsFilters"})


def told(change: EntryChange) -> str:
    """Return what a resource is called, and what became of it."""
    return f"{named(change)} {change.kind.value}{_what(change)}"


def alike(change: EntryChange) -> str:
    """Return what is equal for changes that a reader takes for one: such as grants to one principal."""
    section = change.place.section
    if section not in _TOLD_TOGETHER:
        return str(change.place)
    entry = _entry(change)
    kept: Json = {"kind": change.kind.value}
    if section in ("Permissions", "OptIns"):
        kept = [entry.get("Principal"), entry.get("Permissions"), entry.get("PermissionsWithGrantOption")]
    elif section == "ResourceLFTags":
        kept = entry.get("LFTags")
    return f"{section} {change.kind.value} {canonical(kept)}"


def told_together(changes: Iterable[EntryChange]) -> list[str]:
    """Return the lines of some changes, with those that are alike as one with a count."""
    groups: dict[str, list[EntryChange]] = {}
    for change in changes:
        groups.setdefault(alike(change), []).append(change)
    return [
        told(group[0]) if len(group) == 1 else f"{told(group[0])}, and {len(group) - 1} more like it"
        for group in groups.values()
    ]


def named(change: EntryChange) -> str:  # noqa: PLR0911  # one answer per section
    """Return what a resource is called."""
    place, entry = change.place, _entry(change)
    if place.section == "Permissions":
        rights = _listed(text_items(entry.get("Permissions"))) or "nothing"
        option = text_items(entry.get("PermissionsWithGrantOption"))
        passing = f" with grant option for {_listed(option)}" if option else ""
        condition = " under a condition" if entry.get("Condition") else ""
        return f"grant of {rights}{passing} on {_resource(entry)} to {_principal(entry)}{condition}"
    if place.section == "OptIns":
        return f"opt-in of {_principal(entry)} on {_resource(entry)}"
    if place.section == "ResourceLFTags":
        return f"LF-Tags of {_resource(entry)}"
    if place.section == "DataCellsFilters":
        return f"filter {entry.get('Name')} of {entry.get('DatabaseName')}.{entry.get('TableName')}"
    if place.section == "Tables":
        return f"table {entry.get('DatabaseName')}.{entry.get('Name')}"
    noun = _NOUNS.get(place.section, place.section or "account")
    if place.account == ORGANIZATION and place.section not in _NOUNS:
        return f"organization: {place.section} {place.entry_name if place.key else ''}".rstrip()
    name = place.entry_name if place.key else "" if place.region else place.account
    if place.section in ("serviceControlPolicies", "resourceControlPolicies"):
        name = f"{entry.get('name') or ''} at {entry.get('target') or ''}"
    return f"{noun} {short(name)}".rstrip()


def short(name: str) -> str:
    """Return a role or user by its name; anything else as it is."""
    for kind in (":role/", ":user/"):
        if name.startswith("arn:") and kind in name:
            return name.partition(kind)[2].rpartition("/")[2]
    return name


def _entry(change: EntryChange) -> Mapping[str, Json]:
    return mapping(change.after if change.after is not None else change.before)


def text_items(value: Json) -> list[str]:
    """Return the texts of a list."""
    return [item for item in items(value) if isinstance(item, str)]


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _principal(entry: Mapping[str, Json]) -> str:
    return short(text(mapping(entry.get("Principal")).get("DataLakePrincipalIdentifier")) or "an unknown principal")


def _resource(entry: Mapping[str, Json]) -> str:  # noqa: PLR0911  # one answer per kind
    for member, value in sorted(mapping(entry.get("Resource")).items()):
        named_parts = mapping(value)
        if member == "Database":
            return f"database {named_parts.get('Name')}"
        if member in ("Table", "TableWithColumns"):
            columns = text_items(named_parts.get("ColumnNames"))
            of = f" ({_listed(columns)})" if columns else ""
            if named_parts.get("ColumnWildcard") and member == "TableWithColumns":
                left_out = text_items(mapping(named_parts.get("ColumnWildcard")).get("ExcludedColumnNames"))
                of = f" (all columns but {_listed(left_out)})" if left_out else ""
            return f"{named_parts.get('DatabaseName')}.{named_parts.get('Name') or '*'}{of}"
        if member == "DataCellsFilter":
            where = f"{named_parts.get('DatabaseName')}.{named_parts.get('TableName')}"
            return f"filter {named_parts.get('Name')} of {where}"
        if member == "LFTagPolicy":
            return f"{str(named_parts.get('ResourceType') or 'resource').lower()}s with {_expression(named_parts)}"
        if member == "DataLocation":
            return f"location {named_parts.get('ResourceArn')}"
        return member
    return "an unknown resource"


def _expression(policy: Mapping[str, Json]) -> str:
    tests = [
        f"{mapping(one).get('TagKey')}={'|'.join(text_items(mapping(one).get('TagValues')))}"
        for one in items(policy.get("Expression"))
    ]
    return " and ".join(tests) or f"expression {policy.get('ExpressionName')}"


def _what(change: EntryChange) -> str:
    """Return what differs inside a changed entry: statements by name where a document does, else members."""
    if change.kind is not ChangeKind.CHANGED:
        return ""
    before, after = mapping(change.before), mapping(change.after)
    found = list(_members(before, after)) if before and after else []
    return f": {_listed(found)}" if found else ""


def _members(before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[str]:
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        if canonical(one) == canonical(other):
            continue
        if name == "StorageDescriptor":
            yield from _names("column", mapping(one).get("Columns"), mapping(other).get("Columns"), "Name")
        elif name == "Policies":
            yield from _names("policy", one, other, "PolicyName")
        elif name == "Tags":
            yield from _names("tag", one, other, "Key")
        elif name == "LFTags":
            tags = [
                f"{mapping(tag).get('TagKey')}={'|'.join(text_items(mapping(tag).get('TagValues')))}"
                for tag in items(other)
            ]
            yield f"now {', '.join(tags)}" if tags else "none left"
        elif name == "RowFilter":
            yield f"rows now {mapping(other).get('FilterExpression') or 'all'}"
        elif "Statement" in mapping(one) or "Statement" in mapping(other):
            yield from _names(
                f"{name} statement", mapping(one).get("Statement"), mapping(other).get("Statement"), "Sid"
            )
        elif one is None or other is None:
            yield f"{name} {'added' if one is None else 'removed'}"
        else:
            yield name


def _names(noun: str, before: Json, after: Json, member: str) -> Iterator[str]:
    """Yield what was added, removed and changed in a list whose entries have names."""
    one = {text(mapping(item).get(member)) or f"[{index}]": item for index, item in enumerate(_as_list(before))}
    other = {text(mapping(item).get(member)) or f"[{index}]": item for index, item in enumerate(_as_list(after))}
    for name in sorted(one.keys() | other.keys()):
        if name not in one:
            yield f"{noun} {name} added"
        elif name not in other:
            yield f"{noun} {name} removed"
        elif canonical(one[name]) != canonical(other[name]):
            yield f"{noun} {name} changed"


def _as_list(value: Json) -> list[Json]:
    return [value] if isinstance(value, dict) else items(value)
