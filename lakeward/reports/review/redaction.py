"""
Redaction: reviews in which accounts, names and literals are pseudonyms.

What isn't AWS's own word is somebody's: every other word of the two estates is replaced, wherever it stands. The same
word always gets the same pseudonym; they are numbered by where words first stand, in the earlier estate before the
later one, so that they stay while the earlier one does. A number says nothing, where a hash could be guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from lakeward.access.access_row import AccessRow
from lakeward.access.difference import AccessChange, AccessDifference, Cells
from lakeward.access.lake_formation.rows import Rows
from lakeward.access.matrix import Matrix
from lakeward.estate.sources.changes import EntryChange
from lakeward.estate.sources.sections import SECTIONS
from lakeward.estate.unknown import Unknown
from lakeward.model import Exemption
from lakeward.reports.doors import DoorRow
from lakeward.reports.findings import Finding, Findings
from lakeward.reports.review.picture import DoorChange, Picture

_WORD = re.compile(r"[\w-]+")
_QUOTED = re.compile(r"`([^`]*)`")
_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-[0-9]")
# The members whose values are AWS's own words.
_OF_AWS = frozenset(
    {
        *("Action", "NotAction", "Effect", "Version", "Service", "Permissions", "PermissionsWithGrantOption"),
        *("ResourceType", "Type", "SSEAlgorithm", "ServiceName", "VpcEndpointType", "ObjectOwnership", "KeyManager"),
    }
)
_WORDS_OF_AWS = frozenset(
    {
        *("arn", "aws", "iam", "sts", "s3", "kms", "glue", "lakeformation", "athena", "rds", "rds-db", "lambda", "ec2"),
        *(
            "organizations",
            "amazonaws",
            "com",
            "cn",
            "role",
            "user",
            "root",
            "group",
            "policy",
            "key",
            "alias",
            "table",
        ),
        *("database", "catalog", "workgroup", "function", "cluster", "dbuser", "job", "assumed-role", "saml-provider"),
        *("oidc-provider", "organization", "ou", "account", "bucket", "object", "result", "principal", "resource"),
        *("any", "one", "anyone", "anonymous", "with", "an", "without", "credentials", "in", "the", "s", "network"),
        *("through", "endpoint", "IAM_ALLOWED_PRINCIPALS", "IAMPrincipals", "ALLIAMPrincipals", "unknown", "chosen"),
        *("by", "request", "objects", "metadata", "principalarn", "principalorgid", "principalorgpaths", "accounts"),
        *("regions", "partial", "true", "false", "null", "AND", "OR", "NOT", "IN", "IS", "LIKE", "BETWEEN", "NULL"),
        *("SELECT", "DESCRIBE", "GRANT", "ALL", "2012-10-17", "2008-10-17", "Principal", "PrincipalTag", "not"),
    }
)


class Redaction:
    """
    The pseudonyms of two estates.

    Args:
        documents: The estates, the earlier one first.

    """

    def __init__(self, documents: Iterable[Mapping[str, Any]]) -> None:
        listed = list(documents)
        self._kept = set(_WORDS_OF_AWS)
        for section in SECTIONS.values():
            self._kept |= {section.service, section.name}
        for document in listed:
            self._kept.update(_words(_leaves(document, of_aws=True)))
        self._pseudonyms: dict[str, str] = {}
        for document in listed:
            for word in _words(_leaves(document, of_aws=False)):
                self._learn(word)

    def _learn(self, word: str) -> None:
        if word in self._kept or word in self._pseudonyms or _REGION.fullmatch(word):
            return
        number = len(self._pseudonyms) + 1
        self._pseudonyms[word] = f"{number:012d}" if _ACCOUNT.fullmatch(word) else f"name{number}"
        if word.lower() != word:
            # Names of the catalog are shown in lower case.
            self._pseudonyms.setdefault(word.lower(), self._pseudonyms[word])

    def text(self, text: str) -> str:
        """Return a text without the names that stand in the estates."""
        return _WORD.sub(lambda found: self._pseudonyms.get(found[0], found[0]), text)

    def value(self, value: Any) -> Any:  # noqa: ANN401 - JSON as it comes
        """Return JSON without the names."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(name): self.value(member) for name, member in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.value(item) for item in value]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self.text(str(value))
        return value

    def findings(self, found: Findings) -> Findings:
        """
        Return findings without anybody's names.

        The stack's name, the lines of the program and what the pack says itself stay: they stand in the repository.
        """
        return replace(
            found,
            findings=tuple(
                sorted((self._finding(one) for one in found.findings), key=lambda finding: finding.sort_key)
            ),
            exemptions=tuple(self._exemption(one) for one in found.exemptions),
        )

    def _finding(self, finding: Finding) -> Finding:
        # What a program calls its resources needn't stand in an estate, nor what a rule quotes.
        name = finding.resource.partition("::")[2]
        for named in (name, *_QUOTED.findall(finding.problem), *_QUOTED.findall(finding.fix)):
            for word in _WORD.findall(named):
                self._learn(word)
        urn = finding.urn.split("::", 3)
        return replace(
            finding,
            resource=self._resource(finding.resource),
            urn="::".join([*urn[:3], self.text(urn[3])]) if name else finding.urn,
            problem=self.text(finding.problem),
            fix=self.text(finding.fix),
            exemption=None if finding.exemption is None else self._exemption(finding.exemption),
        )

    def _resource(self, resource: str) -> str:
        kind, between, name = resource.partition("::")
        return f"{kind}{between}{self.text(name)}"

    def _exemption(self, exemption: Exemption) -> Exemption:
        for word in _WORD.findall(f"{exemption.resource.partition('::')[2]} {exemption.owner} {exemption.reason}"):
            self._learn(word)
        return exemption.model_copy(
            update={
                "resource": self._resource(exemption.resource),
                "owner": self.text(exemption.owner),
                "reason": self.text(exemption.reason),
            }
        )

    def picture(self, found: Picture) -> Picture:
        """Return all access after a change without anybody's names."""
        rows = tuple(self._whole_row(row) for row in found.matrix.rows)
        return replace(
            found,
            matrix=Matrix(
                tuple(sorted(self.text(principal) for principal in found.matrix.principals)),
                tuple(sorted(rows, key=lambda row: row.sort_key)),
                tuple(self.text(one) for one in found.matrix.assumptions),
            ),
            doors=tuple(
                DoorChange(None if one.before is None else self._door(one.before), self._door(one.after))
                for one in found.doors
            ),
        )

    def _door(self, row: DoorRow) -> DoorRow:
        return replace(
            row,
            principal=self.text(row.principal),
            account=self.text(row.account),
            table=self.text(row.table),
            reads=self.text(row.reads),
        )

    def difference(self, found: AccessDifference) -> AccessDifference:
        """Return a difference without anybody's names."""
        return replace(
            found,
            gained=self._changes(found.gained),
            lost=self._changes(found.lost),
            changed=self._changes(found.changed),
            unknown=self._changes(found.unknown),
            entries=tuple(self._entry(entry) for entry in found.entries),
            # All access is the picture's to show.
            after=Matrix((), (), tuple(self.text(one) for one in found.assumptions)),
            registration_roles=frozenset(self.text(role) for role in found.registration_roles),
        )

    def _changes(self, changes: Iterable[AccessChange]) -> tuple[AccessChange, ...]:
        return tuple(
            replace(
                change,
                before=self._row(change.before),
                after=self._row(change.after),
                gained=self._cells(change.gained),
                lost=self._cells(change.lost),
                causes=tuple(self._entry(entry) for entry in change.causes),
                witness=None if change.witness is None else self._case(change.witness),
                missing=tuple(self.text(why) for why in change.missing),
            )
            for change in changes
        )

    def _case(self, case: Mapping[str, Any]) -> dict[str, Any]:
        # Its own members are no names, whatever a table or column is called.
        return {
            name: self.value(member) if not isinstance(member, Mapping) else self._inside(member)
            for name, member in case.items()
        }

    def _inside(self, member: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: {self.text(column): self.value(one) for column, one in value.items()}
            if name == "row"
            else self.value(value)
            for name, value in member.items()
        }

    def _row(self, row: AccessRow | None) -> AccessRow | None:
        return None if row is None else self._whole_row(row)

    def _whole_row(self, row: AccessRow) -> AccessRow:
        return replace(
            row,
            principal=self.text(row.principal),
            resource=self.text(row.resource),
            columns=tuple(sorted(self.text(column) for column in row.columns)),
            rows=self._rows(row.rows),
        )

    def _rows(self, rows: Rows) -> Rows:
        if isinstance(rows, Unknown):
            return Unknown(self.text(rows.why))
        return None if rows is None else self.text(rows)

    def _cells(self, cells: Cells | None) -> Cells | None:
        if cells is None:
            return None
        return Cells(tuple(sorted(self.text(column) for column in cells.columns)), self._rows(cells.rows))

    def _entry(self, entry: EntryChange) -> EntryChange:
        place = replace(entry.place, account=self.text(entry.place.account), key=self._key(entry.place.key))
        return EntryChange(place, self._members(entry.before), self._members(entry.after))

    def _key(self, key: str) -> str:
        """Redact a place's key: JSON whose member names stay."""
        return _WORD.sub(
            lambda found: found[0] if key[found.end() : found.end() + 2] == '":' else self.text(found[0]), key
        )

    def _members(self, value: Any) -> Any:  # noqa: ANN401 - JSON as it comes
        if isinstance(value, Mapping):
            return {name: self._members(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self._members(item) for item in value]
        return self.value(value)


def _leaves(value: object, *, of_aws: bool, inside: bool = False) -> Iterator[str]:
    """Yield the texts of a document: those that are AWS's own words, or the others."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            if not of_aws and not inside:
                yield from _spelled_by_people(name)
            yield from _leaves(member, of_aws=of_aws, inside=inside or (name in _OF_AWS and _is_plain(member)))
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, of_aws=of_aws, inside=inside)
    elif inside == of_aws and isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield str(value)


def _is_plain(value: object) -> bool:
    """Say whether a member is a text or texts: the section of grants is called as their rights are."""
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value))


def _spelled_by_people(name: str) -> Iterator[str]:
    """Yield what people choose of a member's name: an account, a tag in a condition key."""
    if _ACCOUNT.fullmatch(name):
        yield name
    elif ":" in name and "/" in name:
        yield name.partition("/")[2]


def _words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from _WORD.findall(text)
