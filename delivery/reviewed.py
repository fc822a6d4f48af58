"""
What was reviewed, and whether it is what would be deployed.

A review is of what a stack declares; its digest says which. Twice a deployment is held to it: what the stack declares
now must have that digest, and the engine's preview must give nobody anything that this doesn't.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lakeward.access.difference import AccessDifference, difference
from lakeward.errors import ConfigurationError, Problem
from lakeward.estate.digest import digest_of
from lakeward.estate.document import decode_json
from lakeward.estate.sources import estate_of, open_source
from lakeward.estate.sources.names import named, names_in
from lakeward.reports.review import render_review, review

KEPT = Path(".lakeward/review/estates")
"""Where a review keeps the estate of each stack, as `<digest>.json`, below the project's folder."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


def hold_to(reviewed: str, stack: str, project: Path, tell: Callable[[str], None]) -> Mapping[str, Any]:
    """
    Make sure that a stack declares what was reviewed, before anything of AWS is asked; return the estate of that.

    Args:
        reviewed: the digest of what was reviewed.
        stack: the stack's name.
        project: its project's folder.
        tell: is given, as text, whose access differs from what was reviewed, where that is kept.

    Raises:
        ConfigurationError: it declares something else.

    """
    if not _DIGEST.fullmatch(reviewed):
        problem = Problem("REVIEWED", "this is no digest", "give the 64 hexadecimal digits that a review ends with")
        raise ConfigurationError([problem])
    declared = open_source(f"stack:{stack}")
    digest = digest_of(declared)
    if digest == reviewed:
        return declared
    was = _kept(reviewed, project)
    if was is None:
        known = f"; what was reviewed isn't kept in {KEPT}, so nobody can say here whose access differs"
    else:
        found = difference(was, declared)
        tell(render_review(review(found, "what was reviewed", f"stack:{stack}", declared), "text"))
        known = "; whose access differs stands above"
    problem = Problem(
        "REVIEWED",
        f"{stack} declares {digest}, and {reviewed} was reviewed{known}",
        "deploy the revision that was reviewed, or review this one: `make review`",
    )
    raise ConfigurationError([problem])


def hold_preview_to(declared: Mapping[str, Any], preview: Mapping[str, Any], tell: Callable[[str], None]) -> None:
    """
    Make sure that a preview gives nobody anything for certain that isn't declared.

    Args:
        declared: the estate that was reviewed.
        preview: the engine's last one before the update, as `pulumi preview --json --show-sames` writes it.
        tell: is given, as text, who would gain what.

    Raises:
        ConfigurationError: somebody would have what nobody has reviewed.

    """
    # What AWS has named is a token in the one and, where the other refers to it, a name.
    names = names_in(step.get("oldState") or {} for step in preview["steps"])
    was, is_now = (named(estate, names) for estate in (declared, estate_of(preview, "the preview")))
    more = _certain_gains(difference(was, is_now))
    if more.gained or more.changed:
        tell(render_review(review(more, "what was reviewed", "the preview", is_now), "text"))
        problem = Problem(
            "REVIEWED",
            "the preview gives access that wasn't reviewed: what stands above",
            "let the program declare the same whoever runs it, and review that",
        )
        raise ConfigurationError([problem])


def _kept(digest: str, project: Path) -> Mapping[str, Any] | None:
    """Return the estate of a digest; `None` where none is kept, or another one under its name."""
    file = project / KEPT / f"{digest}.json"
    if not file.is_file():
        return None
    found = estate_of(decode_json(file.read_bytes(), str(KEPT / file.name)), str(KEPT / file.name))
    return found if digest_of(found) == digest else None


def _certain_gains(found: AccessDifference) -> AccessDifference:
    """Leave out what isn't known in a preview and was when it was recorded: it is no more than was reviewed."""
    gained, changed = (
        tuple(one for one in changes if one.gained is not None and one.is_certain)
        for changes in (found.gained, found.changed)
    )
    return replace(found, gained=gained, changed=changed, lost=(), unknown=())
