"""What a preview may not do by accident: each refusal names the key of configuration that allows that very change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lakeward.errors import Problem
from lakeward.model import ExpectedChanges
from local.outcome import Step

GRANTS = frozenset(
    {
        "aws:lakeformation/permissions:Permissions",
        "pulumi-python:dynamic/components.providers.attribute_grant:AttributeGrant",
    }
)
LF_TAG = "aws:lakeformation/lfTag:LfTag"
LF_TAG_ASSIGNMENT = "aws:lakeformation/resourceLfTags:ResourceLfTags"
KEPT = {
    "aws:glue/catalogDatabase:CatalogDatabase": "its tables go with it, whoever made them, and every grant on them",
    "aws:glue/catalogTable:CatalogTable": "its partitions and every grant on it go with it",
    "aws:kms/key:Key": "what it encrypts can't be read any more",
    LF_TAG: "every grant by it ends, also those of other stacks",
    "aws:rds/cluster:Cluster": "the new one is empty",
    "aws:rds/clusterInstance:ClusterInstance": "the database is down meanwhile",
    "aws:s3/bucket:Bucket": "the new one is empty",
    "pulumi-python:dynamic/components.providers.data_lake_settings:DataLakeSettings": "the lake's defaults and "
    "administrators are written anew",
}
"""Resources that are neither deleted nor replaced unless configuration says so, and what would be lost with one."""

MOST_GRANTS = 10
MOST_SHARE = 0.1

_DELETED = frozenset({"delete", "discard"})
_REPLACED = frozenset({"replace", "create-replacement", "delete-replaced"})


def refusals(steps: Iterable[Step], expected: ExpectedChanges) -> tuple[Problem, ...]:
    """
    Return what of a preview is refused, sorted.

    Args:
        steps: All steps of the preview, those that change nothing among them.
        expected: What configuration expects of the next deployment.

    Returns:
        For each refusal the resource or the number of grants, what would happen, and the key that allows it.

    """
    steps = sorted(steps)
    return (*_grants(steps, expected), *_kept(steps, expected))


def assigned_values(preview: Mapping[str, Any]) -> tuple[Problem, ...]:
    """
    Return the LF-Tag values that a preview would remove while something has them, which AWS refuses, sorted.

    Whatever has them may go in the same deployment: the engine deletes after it has updated.

    Args:
        preview: What `pulumi preview --json --show-sames` writes.

    """
    removed: set[tuple[str, str]] = set()
    assigned: set[tuple[str, str]] = set()
    for step in preview["steps"]:
        was, becomes = ((step.get(state) or {}).get("inputs") or {} for state in ("oldState", "newState"))
        kind = step["urn"].split("::")[2].rsplit("$", 1)[-1]
        if kind == LF_TAG and step["op"] == "update":
            removed |= {(was["key"], value) for value in set(was["values"]) - set(becomes["values"])}
        if kind == LF_TAG_ASSIGNMENT:
            assigned |= {(tag["key"], tag["value"]) for tag in was.get("lfTags", ())}
    return tuple(
        Problem(
            "lakeward:tenancy.retired",
            f"LF-Tag {key}={value} would be removed while something still has it, which AWS refuses",
            f"list {value} there for this deployment, and take it out again for the next one",
        )
        for key, value in sorted(removed & assigned)
    )


def _grants(steps: list[Step], expected: ExpectedChanges) -> Iterator[Problem]:
    grants = [step for step in steps if step.type in GRANTS]
    removed = {step.urn for step in grants if step.op in _DELETED}
    standing = {step.urn for step in grants if step.op != "create"}
    many = len(removed) > MOST_GRANTS or len(removed) > MOST_SHARE * len(standing)
    if many and expected.grants_removed != len(removed):
        yield Problem(
            "lakeward:expectedChanges.grantsRemoved",
            f"{len(removed)} of {len(standing)} grants would be removed, more than {MOST_GRANTS} or a tenth",
            f"if that is meant, say {len(removed)} there",
        )


def _kept(steps: list[Step], expected: ExpectedChanges) -> Iterator[Problem]:
    told = set()
    for step in steps:
        loss = KEPT.get(step.type)
        if loss is None:
            continue
        for key, verb, operations, named in (
            ("deleted", "deleted", _DELETED, expected.deleted),
            ("replaced", "replaced", _REPLACED, expected.replaced),
        ):
            if step.op in operations and step.name not in named and (key, step.urn) not in told:
                told.add((key, step.urn))
                yield Problem(
                    f"lakeward:expectedChanges.{key}",
                    f"{step.type} {step.name} would be {verb}: {loss}",
                    f"if that is meant, list {step.name} there",
                )
