"""
The review as SARIF 2.1.0, for what shows findings beside the code.

A result stands for a line of the review or a finding of the policy pack. `partialFingerprints` say which results of
two runs are the same one: by who, what and where, never by wording, order or line of the program.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from lakeward.estate.sources.values import canonical
from lakeward.reports.findings import Finding, Findings, told_exemption
from lakeward.reports.review.report import FAMILIES, Line, Review, Standing
from lakeward.reports.untrusted import printable

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LONGEST = 1_000
"""Characters of one message."""
_MOST_NAMES = 100
"""Principals that are listed with one result."""
_STACK = re.compile(r"(?:stack:|git:[^:]+:)(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)")
_ACCESS = {
    "objects": "reads the objects of tables past Lake Formation",
    "outside": "opens a resource to somebody outside",
    "administration": "may change who has access",
    "assume": "may work as another role",
    "delegable": "may grant access to others",
    "key": "may decrypt with a key",
    "database": "may log in to a database",
    "reads": "reads a table",
    "metadata": "sees the columns of a table",
    "vending": "reads objects for Lake Formation",
}
"""What each kind of access is, by the families of a review."""
_LEVELS = {
    Standing.GAINED: "error",
    Standing.SURER: "warning",
    Standing.POSSIBLE: "warning",
    Standing.UNKNOWN: "warning",
    Standing.LOST: "none",
    Standing.LESS_SURE: "none",
}
_MILD = frozenset({"metadata", "vending"})
"""Access that is no reading of data by somebody: a warning even where it is gained for certain."""
_FINDING_LEVELS = {"blocks": "error", "exempt": "note", "advice": "warning"}
_HELP = (
    "Somebody's effective access differs after the change. The message names the changed resources that it comes "
    "from; `lakeward decide` replays the witness in the properties. Take the cause back if the access isn't meant."
)


def render(review: Review) -> str:
    """Return the review as one SARIF run: findings first, then lines in the review's order."""
    results = [*_finding_results(review.findings), *_access_results(review)]
    rules = sorted({**_finding_rules(review.findings), **_access_rules(review)}.items())
    places = {id_: index for index, (id_, _) in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "lakeward", "rules": [rule for _, rule in rules]}},
        "columnKind": "unicodeCodePoints",
        "results": [{**result, "ruleIndex": places[result["ruleId"]]} for result in results],
        "properties": {
            "verdict": printable(review.verdict),
            "before": printable(review.before),
            "after": printable(review.after),
            "digest": review.digest,
            "notices": [printable(notice) for notice in review.notices],
            "notes": [printable(note) for note in review.notes],
            "policy": [printable(findings.verdict) for findings in review.findings],
            "exemptions": [
                printable(f"{told_exemption(one, findings.on)}; {one.owner}: {one.reason}")
                for findings in review.findings
                for one in findings.exemptions
            ],
        },
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    # In ASCII: a witness is whole, and no sign of it turns the direction of reading.
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _access_rules(review: Review) -> dict[str, dict[str, Any]]:
    return {
        _access_rule(line): {
            "id": _access_rule(line),
            "name": f"Access{line.family.title()}",
            "shortDescription": {"text": f"Somebody {_ACCESS[line.family]}, or no longer does."},
            "help": {"text": _HELP},
            # Of ten, as code scanning sorts them: in the review's own order.
            "properties": {"security-severity": f"{9.5 - line.severity * 0.8:.1f}", "tags": ["security", "access"]},
        }
        for line in review.lines
    }


def _access_rule(line: Line) -> str:
    return f"access-{line.family}"


def _access_results(review: Review) -> Iterator[dict[str, Any]]:
    stacks = _STACK.fullmatch(review.after)
    file = f"Pulumi.{stacks['name']}.yaml" if stacks else "Pulumi.yaml"
    for line in review.lines:
        told = [
            f"{line}.",
            *(f"Because: {cause}." for cause in line.causes),
            *(f"Not known: {why}." for why in line.missing),
        ]
        subject = [
            line.standing.value,
            list(line.principals),
            sorted({change.row.resource for change in line.changes}),
            sorted({change.row.verb for change in line.changes}),
        ]
        lost = _LEVELS[line.standing] == "none"
        yield {
            "ruleId": _access_rule(line),
            "level": "warning" if line.standing is Standing.GAINED and line.family in _MILD else _LEVELS[line.standing],
            "kind": "informational" if lost else "fail",
            "rank": round(100 - 100 * line.severity / len(FAMILIES), 1),
            "message": {"text": _message(told)},
            "locations": [_location(file, 1, line.principals[:_MOST_NAMES])],
            "partialFingerprints": {"lakewardAccess/v1": _fingerprint(_access_rule(line), subject)},
            "properties": {
                "standing": line.standing.value,
                "rights": len(line.changes),
                **({"witness": line.witness} if line.witness is not None else {}),
            },
        }


def _finding_rules(judged: Iterable[Findings]) -> dict[str, dict[str, Any]]:
    rules: dict[str, dict[str, Any]] = {}
    for findings in judged:
        for finding in findings.findings:
            claim = printable(finding.claim)
            rules[finding.rule] = {
                "id": printable(finding.rule),
                "name": claim,
                "shortDescription": {"text": claim.replace("-", " ")},
                "help": {"text": _message([finding.fix or "See the rule in policies/RULES.md."])},
                "properties": {"tags": ["security", "policy"]},
            }
    return rules


def _finding_results(judged: Iterable[Findings]) -> Iterator[dict[str, Any]]:
    seen: dict[str, int] = {}
    for findings in judged:
        for finding in findings.findings:
            subject = canonical([findings.stack, finding.rule, finding.urn])
            seen[subject] = seen.get(subject, 0) + 1
            yield {
                "ruleId": printable(finding.rule),
                "level": _FINDING_LEVELS[finding.level],
                "kind": "fail",
                "message": {"text": _message([f"{finding}.", f"{finding.problem}.", f"Fix: {finding.fix}."])},
                "locations": [_program_location(findings, finding)],
                "partialFingerprints": {"lakewardFinding/v1": _fingerprint(subject, seen[subject])},
                **_suppressions(finding),
            }


def _suppressions(finding: Finding) -> dict[str, Any]:
    exemption = finding.exemption
    if exemption is None:
        return {}
    told = printable(f"{exemption.owner}, until {exemption.expires}: {exemption.reason}")
    return {"suppressions": [{"kind": "external", "status": "accepted", "justification": told}]}


def _program_location(findings: Findings, finding: Finding) -> dict[str, Any]:
    path, _, line = (finding.source or "").rpartition(":")
    known = bool(path) and line.isdigit() and int(line) > 0
    file, number = (path, int(line)) if known else (f"Pulumi.{findings.stack}.yaml", 1)
    return _location(file, number, [finding.urn] if finding.urn else [])


def _location(file: str, line: int, names: Iterable[str]) -> dict[str, Any]:
    logical = [{"fullyQualifiedName": printable(name), "kind": "resource"} for name in names]
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(file), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": line},
        },
        **({"logicalLocations": logical} if logical else {}),
    }


def _uri(file: str) -> str:
    """Return a file's path from the repository's root, as the reference that it is."""
    return quote(file, safe="/")


def _message(parts: Iterable[str]) -> str:
    """Return a message in which no name is a link: in SARIF, brackets make one."""
    text = printable(" ".join(" ".join(parts).split()))
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return cut.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _fingerprint(*subject: object) -> str:
    return hashlib.sha256(canonical(list(subject)).encode()).hexdigest()
