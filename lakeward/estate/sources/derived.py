"""
What follows from a declaration about identifiers that the engine calls unknown until AWS has answered.

The ARN of a role is known as soon as its name is. A key's isn't: KMS makes it up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lakeward.estate.sources.values import Json, text
from lakeward.estate.unknown import has_token
from lakeward.identifiers import Arn, RegionName

Inputs = Mapping[str, Json]


def derived(type_token: str, inputs: Inputs, account: str, region: str) -> Mapping[str, str]:
    """Return the outputs of a resource that its inputs decide; none where its name isn't known."""
    if type_token not in _DERIVATIONS:
        return {}
    member, derive = _DERIVATIONS[type_token]
    name = text(inputs.get(member))
    return {} if name is None or has_token(name) else derive(name, inputs, account, RegionName(region))


def _identity(kind: str) -> Callable[[str, Inputs, str, RegionName], Mapping[str, str]]:
    def derive(name: str, inputs: Inputs, account: str, region: RegionName) -> Mapping[str, str]:
        path = text(inputs.get("path")) or "/"
        arn = str(Arn.of(region, "iam", account, f"{kind}{path}{name}", regional=False))
        # Roles and users are named by their name, managed policies by their ARN.
        return {"arn": arn, "id": arn if kind == "policy" else name, "name": name}

    return derive


def _bucket(name: str, _inputs: Inputs, _account: str, region: RegionName) -> Mapping[str, str]:
    return {"arn": str(Arn.of(region, "s3", "", name, regional=False)), "bucket": name, "id": name}


def _function(name: str, _inputs: Inputs, account: str, region: RegionName) -> Mapping[str, str]:
    return {"arn": str(Arn.of(region, "lambda", account, f"function:{name}")), "id": name, "name": name}


_DERIVATIONS: Mapping[str, tuple[str, Callable[[str, Inputs, str, RegionName], Mapping[str, str]]]] = {
    "aws:iam/policy:Policy": ("name", _identity("policy")),
    "aws:iam/role:Role": ("name", _identity("role")),
    "aws:iam/user:User": ("name", _identity("user")),
    "aws:lambda/function:Function": ("name", _function),
    "aws:s3/bucket:Bucket": ("bucket", _bucket),
}
"""For each type: the input that holds its name, and what follows from it."""
