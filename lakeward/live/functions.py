"""Lambda functions, the roles they work as, and who else may invoke them."""

from __future__ import annotations

from typing import Any

from lakeward.estate.sources.values import Json, document
from lakeward.live.calls import Aws, Call, picked, read_or_unknown

FUNCTIONS = Call("lambda", "ListFunctions", items="Functions")
POLICY = Call("lambda", "GetPolicy", absent=frozenset({"ResourceNotFoundException"}))
TAGS = Call("lambda", "ListTags")

CALLS = (FUNCTIONS, POLICY, TAGS)


def read(aws: Aws) -> dict[str, Json]:
    """Return the Region's functions, sorted by name."""

    def functions() -> Json:
        found = sorted(aws.every(FUNCTIONS), key=lambda function: str(function["FunctionName"]))
        return aws.each(lambda function: _function(aws, function), found)

    return {"Functions": read_or_unknown(functions)}


def _function(aws: Aws, function: dict[str, Any]) -> Json:
    name = function["FunctionName"]
    policy = read_or_unknown(lambda: document((aws.one(POLICY, FunctionName=name) or {}).get("Policy")))
    return {
        **picked(function, "FunctionName", "Role"),
        **({} if policy is None else {"Policy": policy}),
        "Tags": read_or_unknown(lambda: _tags(aws, function["FunctionArn"])),
    }


def _tags(aws: Aws, arn: str) -> Json:
    tags = (aws.one(TAGS, Resource=arn) or {}).get("Tags", {})
    return [{"Key": key, "Value": tags[key]} for key in sorted(tags)]
