"""
A resource's identity, as the engine records it and as people type it to import something.

Most types have the official provider's form, `<catalog>:<name>` or the like. What has no id in AWS (a grant, an
LF-Tag assignment, an opt-in) is identified by canonical JSON of what it names, enough to read it back.
"""

from __future__ import annotations

import json
import re

from local.provider.resource_type import RefusedError
from local.provider.wire import Properties


def parts(identity: str, form: str) -> list[str]:
    """
    Take an identity apart.

    Args:
        identity: as recorded or typed.
        form: how it is written, as in `<catalog>:<name>`; what stands between two names is the separator.

    Raises:
        RefusedError: it hasn't as many parts as the form.

    """
    separators = re.findall(r">([^<]+)<", form)
    found = identity.split(separators[0])
    if len(found) != len(separators) + 1 or not all(found):
        raise RefusedError(f"id `{identity}`: must be `{form}`")
    return found


def composed(inputs: Properties, names: frozenset[str]) -> str:
    """Return canonical JSON of the inputs that make the identity."""
    return json.dumps({name: inputs[name] for name in sorted(names & inputs.keys())}, sort_keys=True)


def named(identity: str, required: frozenset[str], one_of: frozenset[str]) -> Properties:
    """
    Return what canonical JSON names.

    Args:
        identity: as recorded or typed.
        required: members it must have.
        one_of: it must have exactly one of these.

    Raises:
        RefusedError: it is of another form.

    """
    try:
        members = json.loads(identity)
    except ValueError:
        members = None
    if not isinstance(members, dict) or not required <= members.keys() or len(one_of & members.keys()) != 1:
        wanted = " and ".join([*sorted(required), f"one of {', '.join(sorted(one_of))}"])
        raise RefusedError(f"id `{identity}`: must be a JSON object with {wanted}, spelled as in a program")
    return members
